import { readdirSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from "node:http";
import { join } from "node:path";
import { expect } from "vitest";
import { createCfcClient, createGlsClient, type PreSignedUrl, unwrap } from "../src/index.js";
import { SANDBOX_CREDENTIALS, type Sandbox } from "../src/sandbox/index.js";

/** Requests that both APIs of the sandbox accept. */
export const CFC = "/integration/v1/generatePreSign/sales?fileName=a.csv";
export const GLS = "/one-integration/action/pre-sign?filename=a.csv";
export const CFC_HEADERS = { "x-cleartax-auth-token": SANDBOX_CREDENTIALS.cfc.authToken, fileContentType: "CSV" };
export const GLS_HEADERS = {
  "x-clear-auth-token": SANDBOX_CREDENTIALS.gls.authToken,
  "x-integration-id": SANDBOX_CREDENTIALS.gls.integrationId,
};

/** A URL that the sandbox's CFC API returns. */
export async function cfcUrl({ baseUrl, credentials }: Sandbox): Promise<PreSignedUrl> {
  const client = createCfcClient({ baseUrl, ...credentials.cfc });
  return unwrap(await client.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" }));
}

/** A URL that the sandbox's GLS API returns. */
export async function glsUrl({ baseUrl, credentials }: Sandbox): Promise<PreSignedUrl> {
  const client = createGlsClient({ baseUrl, ...credentials.gls });
  return unwrap(await client.getPreSignedUrl({ fileName: "a.zip" }));
}

/** Sends a request head with exactly these options; returns the response. */
export function head(
  origin: string,
  options: RequestOptions,
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; text: string; continued: boolean }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...options, host: "127.0.0.1", port: new URL(origin).port, agent: false });
    let continued = false;
    request.on("continue", () => {
      continued = true;
      request.end("content");
    });
    request.on("response", async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, text, continued });
    });
    request.on("error", reject);
    if (options.headers && "expect" in options.headers) request.flushHeaders();
    else request.end();
  });
}

/** All files below a folder. */
export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** Starts an upload, and waits until part of it is on disk. */
export async function partialUpload(target: Sandbox) {
  const { url, headers } = await cfcUrl(target);
  const request = httpRequest(url, { method: "PUT", headers: { ...headers, "content-length": 100 } });
  request.on("error", () => {});
  request.write("half");
  await expect.poll(() => filesIn(target.directory).some((path) => path.endsWith(".part"))).toBe(true);
  return request;
}
