/** Uses both clients, on any runtime: needs neither files nor Node. */
import { createCfcClient, createGlsClient, isClearError } from "clear-presign";
import { createSandboxApi } from "clear-presign/sandbox/fetch";

/**
 * Returns "passed", or what is wrong.
 *
 * @param {string} baseUrl @param {import("clear-presign/sandbox").Sandbox["credentials"]} credentials
 */
export async function passed(baseUrl, credentials) {
  const input = /** @type {const} */ ({ templateType: "sales", fileName: "a.csv" });
  const cfc = createCfcClient({ baseUrl, ...credentials.cfc });
  const gls = createGlsClient({ baseUrl, ...credentials.gls });
  const urls = [
    await cfc.getPreSignedUrl({ templateType: "sales", fileName: "a b.csv" }),
    await gls.getPreSignedUrl({ fileName: "a.zip" }),
  ];
  for (const { data, error } of urls) {
    if (error) return `no URL: ${error.message}`;
    if (!data.url.includes("X-Amz-Signature=")) return "the URL is not signed";
    if (JSON.stringify(data).includes("X-Amz-Signature=")) return "the URL is shown";
  }
  const denied = await createCfcClient({ baseUrl, authToken: "unknown" }).getPreSignedUrl(input);
  if (denied.error?.kind !== "api" || denied.error.code !== "AUTHORIZATION_FAILED") return "no authorization error";
  if (!isClearError(denied.error)) return "not a ClearError";
  const down = createCfcClient({ baseUrl: "http://127.0.0.1:9", authToken: "a", maxAttempts: 1 });
  const lost = await down.getPreSignedUrl(input);
  if (lost.error?.kind !== "network") return `no network error but ${lost.error?.kind}`;
  const { credentials: local, fetch } = createSandboxApi();
  const served = await createCfcClient({ environment: "sandbox", ...local.cfc, fetch }).getPreSignedUrl(input);
  if (!served.data?.url.includes("X-Amz-Signature=")) return "no URL without a server";
  const ended = await cfc.getPreSignedUrl(input, { signal: AbortSignal.abort() });
  return ended.error?.kind === "aborted" ? "passed" : "not aborted";
}
