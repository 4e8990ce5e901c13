import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { glsUrl } from "../../test-support/sandbox-requests.js";
import { type ClientEvent, createGlsClient } from "../index.js";
import { putFile } from "../upload/index.js";
import { createSandboxApi } from "./fetch.js";
import { type Sandbox, startSandbox } from "./index.js";

describe("queued responses", () => {
  let fresh: Sandbox;
  beforeEach(async () => {
    fresh = await startSandbox();
    return fresh.close;
  });

  const client = (options = {}) => createGlsClient({ baseUrl: fresh.baseUrl, ...fresh.credentials.gls, ...options });
  const upload = async (options = {}) =>
    putFile(await glsUrl(fresh), { path: join(import.meta.dirname, "../../demo/files/sales.zip"), ...options });

  test("are sent in order, for the API and the storage, before the default ones", async () => {
    fresh.api.next({ status: 503 }, { status: 429, headers: { "retry-after": "0" }, body: { slow: "down" } });
    fresh.storage.next({ status: 503, body: "<Error><Code>SlowDown</Code></Error>" });
    const statuses: number[] = [];
    const onEvent = (event: ClientEvent) => event.type === "response" && statuses.push(event.status);
    expect((await client({ onEvent }).getPreSignedUrl({ fileName: "a.csv" })).error).toBeUndefined();
    expect(statuses).toEqual([503, 429, 200]);
    expect((await upload({ maxAttempts: 1 })).error).toMatchObject({ status: 503, code: "SlowDown", retryable: true });
    expect((await upload()).error).toBeUndefined();
  });

  test("have the given body and headers", async () => {
    fresh.api.next({ status: 418, headers: { "x-one": "1" }, body: "text" }, { status: 200, body: [1] });
    const text = await fetch(fresh.baseUrl);
    expect([text.status, text.headers.get("x-one"), await text.text()]).toEqual([418, "1", "text"]);
    const json = await fetch(fresh.baseUrl);
    expect([json.headers.get("content-type"), await json.json()]).toEqual(["application/json", [1]]);
  });

  test("can reset a connection, for an upload once part of the file has arrived", async () => {
    fresh.api.next({ reset: true });
    const options = { maxAttempts: 1 };
    const reset = { kind: "network", code: "ECONNRESET" };
    expect((await client(options).getPreSignedUrl({ fileName: "a.csv" })).error).toMatchObject(reset);
    fresh.storage.next({ reset: true });
    expect((await upload(options)).error).toMatchObject(reset);
    expect(readdirSync(fresh.directory)).toEqual([]);
  });

  test("do not reset an upload before any of the file has arrived", async () => {
    fresh.storage.next({ reset: true });
    const { url, headers } = await glsUrl(fresh);
    const expecting = { ...headers, "content-length": 100, expect: "100-continue" };
    const request = httpRequest(url, { method: "PUT", headers: expecting });
    let error: NodeJS.ErrnoException | undefined;
    const closed = new Promise((resolve) => request.on("close", resolve));
    request.on("error", (cause) => {
      error = cause;
    });
    await new Promise((resolve) => request.on("continue", resolve).flushHeaders());
    // An early reset would arrive before the response to another request.
    await glsUrl(fresh);
    expect(error).toBeUndefined();
    request.write("part");
    await closed;
    expect(error?.code).toBe("ECONNRESET");
  });

  // None of these delays may prevent the sandbox from closing.
  test.each([{ delayMs: 600_000 }, { bodyDelayMs: 600_000 }])("can delay the default response: %o", async (delayed) => {
    fresh.api.next(delayed);
    const { error } = await client({ timeoutMs: 200, maxAttempts: 1 }).getPreSignedUrl({ fileName: "a.csv" });
    expect(error).toMatchObject({ kind: "timeout", timeoutMs: 200 });
  });

  test("can delay the default response of the storage", async () => {
    fresh.storage.next({ delayMs: 600_000 });
    const { error } = await upload({ idleTimeoutMs: 200, maxAttempts: 1 });
    expect(error).toMatchObject({ kind: "timeout", timeoutMs: 200 });
  });

  test("can delay the body after its headers, or both a little", async () => {
    fresh.api.next({ status: 200, body: "delayed", bodyDelayMs: 600_000 });
    const controller = new AbortController();
    expect((await fetch(fresh.baseUrl, { signal: controller.signal })).status).toBe(200);
    controller.abort();
    fresh.api.next({ delayMs: 1, bodyDelayMs: 1 });
    expect((await client().getPreSignedUrl({ fileName: "a.csv" })).error).toBeUndefined();
  });
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

test("lifetimeSeconds is for one URL: expired once, then fresh", async () => {
  const sandbox = await startSandbox();
  onTestFinished(sandbox.close);
  sandbox.api.next({ lifetimeSeconds: 0 });
  const expired = await glsUrl(sandbox);
  expect(expired.expiresAt.getTime()).toBeLessThanOrEqual(Date.now());
  const zip = join(import.meta.dirname, "../../demo/files/sales.zip");
  expect((await putFile(expired, { path: zip })).error).toMatchObject({ kind: "storage", expired: true });
  expect((await putFile(await glsUrl(sandbox), { path: zip })).error).toBeUndefined();
  expect(() => sandbox.storage.next({ lifetimeSeconds: 0 } as object)).toThrow("lifetimeSeconds");
});

test("a delayed body that is cancelled, or aborted before it starts, leaves no timer behind", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { fetch, next } = createSandboxApi();
  next({ status: 200, body: "late", bodyDelayMs: 60_000 }, { status: 200, body: "late", bodyDelayMs: 60_000 });
  const response = await fetch("https://api.clear.in/");
  expect(vi.getTimerCount()).toBe(1);
  await response.body?.cancel();
  expect(vi.getTimerCount()).toBe(0);
  const controller = new AbortController();
  const aborted = fetch("https://api.clear.in/", { signal: controller.signal });
  controller.abort();
  await expect(aborted.then((one) => one.text())).rejects.toMatchObject({ name: "AbortError" });
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
  ["a lifetime with a status", { lifetimeSeconds: 0, status: 200 }, "lifetimeSeconds"],
  ["a lifetime with a reset", { lifetimeSeconds: 0, reset: true }, "lifetimeSeconds"],
  ["a lifetime over a week", { lifetimeSeconds: 604_801 }, "lifetimeSeconds"],
  ["a reset that is a string", { reset: "yes" }, "reset"],
  ["a negative delay", { delayMs: -1 }, "delayMs"],
  ["a delay that is NaN", { bodyDelayMs: Number.NaN }, "bodyDelayMs"],
  ["a delay that no timer can hold", { delayMs: 2 ** 31 }, "delayMs"],
])("next rejects %s, and queues none of the other responses", async (_what, response, words) => {
  const { fetch, next } = createSandboxApi();
  expect(() => next({ status: 503 }, response as object)).toThrow(words);
  expect((await fetch("https://api.clear.in/")).status).toBe(404);
});
