// Needs `npm install clear-presign`. Uploads sales.csv. Runs as it is: as upload.mjs, or from Node.js 22.18 on as upload.mts.
import { createGlsClient } from "clear-presign";
import { uploadFile } from "clear-presign/upload";

const gls = createGlsClient({
  environment: "sandbox",
  authToken: process.env["CLEAR_GLS_AUTH_TOKEN"] ?? "",
  integrationId: process.env["CLEAR_GLS_INTEGRATION_ID"] ?? "",
});

const { data, error } = await uploadFile(gls, { path: "sales.csv" });
if (error) {
  console.error(`${error.kind}: ${error.message}`);
  process.exitCode = 1;
} else {
  console.log(`sales.csv is stored (${data.bytes} bytes)`);
}
