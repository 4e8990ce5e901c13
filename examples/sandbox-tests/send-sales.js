// Your own code: uploads a file, and returns what should happen next.
import { createCfcClient } from "clear-presign";
import { uploadFile } from "clear-presign/upload";

/** @param {import("clear-presign").ClientOptions} clear - The host of Clear, and the token. */
export async function sendSales(path, clear) {
  const cfc = createCfcClient(clear);
  const { data, error } = await uploadFile(cfc, { path, templateType: "sales" });
  if (!error) return { state: "sent", url: data.preSignedUrl.url };
  if (error.retryable) return { state: "later" };
  return { state: "failed", why: error.message };
}
