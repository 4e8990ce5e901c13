// Uploads one file to GLS: node upload.mjs FILE
import { createGlsClient, unwrap } from "clear-presign";
import { uploadFile } from "clear-presign/upload";

const { CLEAR_GLS_AUTH_TOKEN = "", CLEAR_GLS_INTEGRATION_ID = "", CLEAR_BASE_URL } = process.env;
const [path = "sales.csv"] = process.argv.slice(2);

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());

/** Uploads the file. The vendor's next step needs its URL. */
async function main() {
  const gls = createGlsClient({
    ...(CLEAR_BASE_URL ? { baseUrl: CLEAR_BASE_URL } : { environment: "sandbox" }),
    authToken: CLEAR_GLS_AUTH_TOKEN,
    integrationId: CLEAR_GLS_INTEGRATION_ID,
  });
  return unwrap(
    await uploadFile(gls, {
      path,
      signal: interrupted.signal,
      onProgress: ({ bytes, total }) => console.error(`${bytes} of ${total} bytes`),
    }),
  );
}

try {
  const { bytes, preSignedUrl } = await main();
  console.log(`${path} is stored: ${bytes} bytes.`);
  // Next: Create Ingestion Activity, with preSignedUrl.url. Never print the URL: it is a secret.
  console.log(`The URL is valid until ${preSignedUrl.expiresAt.toISOString()}.`);
} catch (error) {
  process.exitCode = 1;
  // `unwrap` throws the error; check its `kind`.
  switch (error.kind) {
    case "invalid-input":
      console.error(`Check the call: ${error.message}`);
      break;
    case "api":
      console.error(`Clear returned an error (${error.status} ${error.code ?? ""}): ${error.message}`);
      break;
    case "file":
      console.error(`Check the file: ${error.message}`);
      break;
    default:
      console.error(`${error.message}${error.retryable ? " Try again later." : ""}`);
  }
}
