import { createGlsClient } from "clear-presign";

const { CLEAR_BASE_URL, CLEAR_GLS_AUTH_TOKEN = "", CLEAR_GLS_INTEGRATION_ID = "" } = process.env;

export const gls = createGlsClient({
  ...(CLEAR_BASE_URL ? { baseUrl: CLEAR_BASE_URL } : { environment: "sandbox" }),
  authToken: CLEAR_GLS_AUTH_TOKEN,
  integrationId: CLEAR_GLS_INTEGRATION_ID,
});

/** The size of the largest file that users may send. */
export const MAX_BYTES = 20 * 1024 * 1024;
