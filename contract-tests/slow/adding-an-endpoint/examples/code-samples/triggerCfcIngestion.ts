import { createCfcIngestionClient } from "clear-presign";

const cfc = createCfcIngestionClient({
  environment: "sandbox",
  authToken: process.env["CLEAR_CFC_AUTH_TOKEN"] ?? "",
});
const { data, error } = await cfc.trigger({ templateType: "sales", url: "https://storage.clear.in/sales.csv" });
if (error) {
  console.error("body" in error ? error.body : error.message);
  process.exitCode = 1;
} else {
  console.log(data);
}
