import { type ClientOptions, createGlsClient } from "../src/index.js";

export const TOKEN = "canary-gls-token";
export const URL_SIGNED = "https://storage.clear.in/a.csv?X-Amz-Expires=60&X-Amz-Signature=canary";
export const SUCCESS = { status: 200, success: true, message: "", result: { status: "OK", uploadUrl: URL_SIGNED } };
export const INPUT = { fileName: "a.csv" };

/** A GLS client of a server under test. */
export function glsClient(baseUrl: string, options: Partial<ClientOptions> = {}) {
  return createGlsClient({
    baseUrl,
    authToken: TOKEN,
    integrationId: "00000000-0000-4000-8000-000000000000",
    ...options,
  } as Parameters<typeof createGlsClient>[0]);
}
