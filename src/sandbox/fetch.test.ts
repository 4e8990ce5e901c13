import { expect, onTestFinished, test, vi } from "vitest";
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

test("a signal ends the delay of a response or its body, and leaves no timer", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { fetch, next } = createSandboxApi();
  const url = "https://api.clear.in/";
  await expect(fetch(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  const controller = new AbortController();
  const { signal } = controller;
  next({ bodyDelayMs: 60_000 }, { delayMs: 60_000 });
  const slow = await fetch(url, { signal });
  const pending = [slow.text(), fetch(url, { signal })];
  controller.abort();
  for (const promise of pending) await expect(promise).rejects.toMatchObject({ name: "AbortError" });
  expect(vi.getTimerCount()).toBe(0);
});

test("bodyDelayMs does not delay a response without a body", async () => {
  const { fetch, next } = createSandboxApi();
  next({ status: 204, delayMs: 1, bodyDelayMs: 60_000 });
  expect(await (await fetch("https://api.clear.in/")).text()).toBe("");
});

test.each([
  ["undefined", undefined, "a response"],
  ["a misspelled field", { stauts: 503 }, "stauts"],
  ["a status that no Response can have", { status: 101 }, "status"],
  ["a status that is a string", { status: "busy" }, "status"],
  ["a status that is a fraction", { status: 200.5 }, "status"],
  ["a status above 599", { status: 600 }, "status"],
  ["a 204 with a body", { status: 204, body: "text" }, "body"],
  ["a body that JSON cannot represent", { status: 200, body: { n: 1n } }, "body"],
  ["an invalid header name", { status: 200, headers: { "a b": "" } }, "headers"],
  ["a body without a status", { body: "text" }, "status"],
  ["headers without a status", { headers: {} }, "status"],
  ["a reset with a status", { reset: true, status: 200 }, "reset"],
  ["a reset with a delayed body", { reset: true, bodyDelayMs: 1 }, "reset"],
  ["a reset that is a string", { reset: "yes" }, "reset"],
  ["a negative delay", { delayMs: -1 }, "delayMs"],
  ["a delay that is NaN", { bodyDelayMs: Number.NaN }, "bodyDelayMs"],
  ["a delay that no timer can hold", { delayMs: 2 ** 31 }, "delayMs"],
])("next rejects %s, and queues none of the other responses", async (_what, response, words) => {
  const { fetch, next } = createSandboxApi();
  expect(() => next({ status: 503 }, response as object)).toThrow(words);
  expect((await fetch("https://api.clear.in/")).status).toBe(404);
});
