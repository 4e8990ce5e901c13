import { expect, test } from "vitest";
import { createCfcClient, createGlsClient } from "../index.js";
import { createSandboxApi, SANDBOX_CREDENTIALS } from "./fetch.js";

const input = { templateType: "sales", fileName: "a.csv" } as const;

test("both clients work without a server, in either environment", async () => {
  const { credentials, fetch } = createSandboxApi();
  const cfc = createCfcClient({ environment: "sandbox", ...credentials.cfc, fetch });
  const gls = createGlsClient({ environment: "production", ...credentials.gls, fetch });
  for (const { data } of [await cfc.getPreSignedUrl(input), await gls.getPreSignedUrl({ fileName: "a.csv" })]) {
    expect(data?.url).toMatch(/^https:\/\/storage\.invalid\/.*X-Amz-Signature=/);
  }
});

test("accepts only the API's options of startSandbox", async () => {
  const credentials = { ...SANDBOX_CREDENTIALS, cfc: { authToken: "custom" } };
  const { fetch } = createSandboxApi({ credentials, lifetimeSeconds: 7 });
  const { data } = await createCfcClient({ environment: "sandbox", authToken: "custom", fetch }).getPreSignedUrl(input);
  expect(data?.url).toContain("X-Amz-Expires=7&");
  expect(() => createSandboxApi({ port: 0 } as object)).toThrow("port");
});

test("accepts a request in any form that fetch accepts", async () => {
  const { fetch } = createSandboxApi();
  const url = "https://api.clear.in/one-integration/action/pre-sign?filename=a.csv";
  for (const request of [url, new URL(url), new Request(url)]) expect((await fetch(request)).status).toBe(401);
  await expect(fetch("not a URL")).rejects.toThrow(TypeError);
});

test("a queued response is sent once, and a reset fails as it does in fetch", async () => {
  const { credentials, fetch, next } = createSandboxApi();
  const cfc = createCfcClient({ environment: "sandbox", ...credentials.cfc, fetch, maxAttempts: 1 });
  next({ status: 503, body: "busy" }, { reset: true });
  expect((await cfc.getPreSignedUrl(input)).error).toMatchObject({ status: 503, text: "busy" });
  expect((await cfc.getPreSignedUrl(input)).error).toMatchObject({ kind: "network", code: "ECONNRESET" });
  expect((await cfc.getPreSignedUrl(input)).error).toBeUndefined();
});

test("a body of more than 1 MiB is a 413, whatever its source does", async () => {
  const { fetch } = createSandboxApi();
  const post = (body: ReadableStream | Uint8Array<ArrayBuffer>, signal?: AbortSignal) =>
    fetch("https://api.clear.in/", { method: "POST", body, duplex: "half", signal } as RequestInit);
  let pulled = 0;
  const endless = new ReadableStream({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(1024));
    },
    cancel: () => Promise.reject(new Error("source")),
  });
  expect((await post(endless)).status).toBe(413);
  expect(pulled).toBeLessThan(1100);
  expect((await post(new Uint8Array(1024 * 1024))).status).toBe(404);
  const controller = new AbortController();
  const pending = post(new ReadableStream(), controller.signal);
  controller.abort();
  await expect(pending).rejects.toMatchObject({ name: "AbortError" });
});
