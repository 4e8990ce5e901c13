// Needs `npm install clear-presign`. Uploads sales.csv. Runs as it is: as upload.mjs, or from Node.js 22.18 on as upload.mts.
import { createCfcClient } from "clear-presign";
import { uploadFile } from "clear-presign/upload";

const cfc = createCfcClient({
  environment: "sandbox",
  authToken: process.env["CLEAR_CFC_AUTH_TOKEN"] ?? "",
});

const { data, error } = await uploadFile(cfc, { path: "sales.csv", templateType: "sales" });
if (error) {
  console.error(`${error.kind}: ${error.message}`);
  process.exitCode = 1;
} else {
  console.log(`sales.csv is stored (${data.bytes} bytes)`);
}
