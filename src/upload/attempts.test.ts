import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { until } from "../../test-support/until.js";
import { BYTES, csvFile, SIGNED, storage, target, xml } from "../../test-support/upload-fixtures.js";
import type { ClientEvent } from "../index.js";
import { putFile, type UploadOptions, uploadFile } from "./index.js";

const { file } = csvFile();

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test.each<[string, number, string, object]>([
  ["403 without a body", 403, "", { code: null, expired: false, retryable: false }],
  ["403 access denied", 403, xml("AccessDenied", "Access Denied"), { code: "AccessDenied", expired: false }],
  ["403 expired (GLS)", 403, xml("AccessDenied", "Request has expired"), { expired: true, retryable: false }],
  ["400 expired (CFC)", 400, xml("ExpiredToken"), { code: "ExpiredToken", expired: true, retryable: false }],
  ["404", 404, xml("NoSuchBucket"), { code: "NoSuchBucket", retryable: false }],
  ["a redirect", 307, "", { code: null, retryable: false }],
  ["a 204", 204, "", { code: null, retryable: false }],
  ["a 200 with a page", 200, "<html>", { code: null, retryable: false }],
  ["a 407", 407, "", { code: null, retryable: false }],
])("%s is a storage error that putFile does not retry", async (_what, status, body, fields) => {
  const { url, requests } = await storage([status, body]);
  const { error } = await putFile(target(url), { path: file });
  expect(error).toMatchObject({ kind: "storage", status, ...fields });
  expect(requests).toHaveLength(1);
});

test.each([
  ["503 SlowDown", 503, xml("SlowDown")],
  ["500", 500, ""],
  ["429", 429, ""],
  ["408", 408, ""],
  ["425", 425, ""],
  ["a 200 with InternalError", 200, xml("InternalError")],
  ["400 RequestTimeout", 400, xml("RequestTimeout")],
])("retries the PUT after %s", async (_what, status, body) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, bodies } = await storage([status, body], [200]);
  expect((await putFile(target(url), { path: file })).data?.bytes).toBe(BYTES);
  expect(bodies.map(({ length }) => length)).toEqual([BYTES, BYTES]);
});

test("gives up after maxAttempts PUTs", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, requests } = await storage([503, xml("SlowDown")]);
  const { error } = await putFile(target(url), { path: file, maxAttempts: 2 });
  expect(error).toMatchObject({ kind: "storage", code: "SlowDown", retryable: true });
  expect(requests).toHaveLength(2);
});

test("uploadFile replaces an expired URL", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await storage([400, xml("ExpiredToken")], [200]);
  const urls = [`${origin}/first${SIGNED}`, `${origin}/second${SIGNED}`];
  let calls = 0;
  const { data } = await uploadFile(
    { getPreSignedUrl: async () => ({ data: target(urls[calls++] ?? "") }) },
    { path: file },
  );
  expect(data?.preSignedUrl.url).toBe(urls[1]);
  expect(requests.map(({ url }) => url?.split("/")[1])).toEqual(["first", "second"]);
});

test.each([
  ["expires soon", 29_000, 2],
  ["does not expire soon", 31_000, 1],
])("a URL that %s before the PUT is replaced at most once", async (_what, lifetimeMs, urls) => {
  const { origin, requests } = await storage([200]);
  let calls = 0;
  const requestUrl = async () => ({
    data: { ...target(`${origin}/${++calls}${SIGNED}`), expiresAt: new Date(Date.now() + lifetimeMs) },
  });
  expect((await uploadFile({ getPreSignedUrl: requestUrl }, { path: file })).data?.bytes).toBe(BYTES);
  expect(calls).toBe(urls);
  expect(requests.map(({ url }) => url?.split("/")[1])).toEqual([String(urls)]);
});

test("a URL that is about to expire after the first PUT is replaced before the second", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    request.resume().on("end", () => {
      vi.setSystemTime(Date.now() + 31_000);
      response.writeHead(requests.length === 1 ? 503 : 200).end();
    });
  });
  let calls = 0;
  const { data } = await uploadFile(
    { getPreSignedUrl: async () => ({ data: target(`${origin}/${++calls}${SIGNED}`) }) },
    { path: file },
  );
  expect(data?.preSignedUrl.url).toContain("/2/");
  expect(requests.map(({ url }) => url?.split("/")[1])).toEqual(["1", "2"]);
});

test.each<[string, number, string]>([
  ["a wrong signature", 403, xml("SignatureDoesNotMatch")],
  ["a denial", 403, xml("AccessDenied", "Access Denied")],
  ["a bad request", 400, xml("InvalidRequest")],
  ["a missing bucket", 404, xml("NoSuchBucket")],
  ["a redirect", 307, ""],
])("uploadFile neither retries nor requests another URL after %s", async (_what, status, body) => {
  const { url, requests } = await storage([status, body]);
  const requestUrl = vi.fn(async () => ({ data: target(url) }));
  expect((await uploadFile({ getPreSignedUrl: requestUrl }, { path: file })).error).toMatchObject({
    kind: "storage",
    status,
  });
  expect([requestUrl.mock.calls.length, requests.length]).toEqual([1, 1]);
});

test("gives up after maxAttempts PUTs to expired URLs", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, requests } = await storage([403, xml("ExpiredToken")]);
  const { error } = await uploadFile({ getPreSignedUrl: async () => ({ data: target(url) }) }, { path: file });
  expect(error).toMatchObject({ kind: "storage", expired: true, code: "ExpiredToken" });
  expect(requests).toHaveLength(3);
});

test("a signal aborts the wait between two PUTs", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const controller = new AbortController();
  const { url, requests, server } = await storage([503]);
  server.on("request", (_request, response) => response.on("close", () => setTimeout(() => controller.abort(), 20)));
  const events: string[] = [];
  const onEvent = ({ type }: ClientEvent) => events.push(type);
  expect((await putFile(target(url), { path: file, signal: controller.signal, onEvent })).error?.kind).toBe("aborted");
  expect(requests).toHaveLength(1);
  expect(events).toEqual(["request", "response", "retry"]);
});

test("a file is not sent to a URL signed for another type, unless checkContent is false", async () => {
  const { url, requests } = await storage([200]);
  const forZip = target(url, "application/zip");
  const { error } = await putFile(forZip, { path: file });
  expect(error).toMatchObject({ kind: "file", reason: "content-mismatch", path: file, retryable: false });
  expect(error?.message).toContain("does not match its URL, which is signed for application/zip");
  expect(requests).toEqual([]);
  expect((await putFile(forZip, { path: file, checkContent: false })).data?.bytes).toBe(BYTES);
});

test("an upload emits events for each request, response and retry, without secrets", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, origin } = await storage([503, xml("SlowDown")], [200]);
  const events: ClientEvent[] = [];
  const { data } = await putFile(target(url), { path: file, onEvent: (event) => events.push(event) });
  expect(data?.bytes).toBe(BYTES);
  const durationMs = expect.any(Number);
  const first = { target: "storage", attempt: 1 };
  const second = { target: "storage", attempt: 2 };
  expect(events).toEqual([
    { type: "request", ...first, method: "PUT", url: origin },
    { type: "response", ...first, status: 503, durationMs },
    { type: "retry", ...first, waitMs: 0, error: expect.objectContaining({ code: "SlowDown" }) },
    { type: "request", ...second, method: "PUT", url: origin },
    { type: "response", ...second, status: 200, durationMs },
  ]);
  for (const event of events) if ("durationMs" in event) expect(event.durationMs).toBeGreaterThanOrEqual(0);
  expect(inspect(events, { depth: 9, showHidden: true })).not.toContain("canary");
});

describe("the storage's Retry-After", () => {
  /** Responds with 503 once, then accepts the file. Its clock differs from this machine's. */
  async function busyStorage(retryAfter: string) {
    const { origin, requests } = await loopbackServer((request, response) =>
      request.resume().on("end", () => {
        const first = requests.length === 1;
        const date = new Date(Date.UTC(2026, 10, 21)).toUTCString();
        response.writeHead(first ? 503 : 200, first ? { "retry-after": retryAfter, date } : {}).end();
      }),
    );
    const waits: number[] = [];
    const onEvent = (event: ClientEvent) => event.type === "retry" && waits.push(event.waitMs);
    return { url: `${origin}/a`, requests, waits, onEvent };
  }

  test.each([
    ["in seconds", "7"],
    ["as a date relative to the storage's clock", new Date(Date.UTC(2026, 10, 21, 0, 0, 7)).toUTCString()],
  ])("is honoured %s", async (_what, retryAfter) => {
    const { url, requests, waits, onEvent } = await busyStorage(retryAfter);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const upload = putFile(target(url), { path: file, onEvent });
    await until(() => waits.length > 0);
    expect(waits).toEqual([7000]);
    await vi.advanceTimersByTimeAsync(6999);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await upload).data?.bytes).toBe(BYTES);
  });

  test.each<[string, string, UploadOptions]>([
    ["the total limit", "60", { totalTimeoutMs: 30_000 }],
    ["five minutes, if there is no total limit", "301", {}],
    ["any timer can wait", "9".repeat(400), {}],
  ])("ends the upload at once if it is longer than %s", async (_what, retryAfter, options) => {
    const { url, requests, waits, onEvent } = await busyStorage(retryAfter);
    const { error } = await putFile(target(url), { path: file, ...options, onEvent });
    expect(error).toMatchObject({ kind: "storage", status: 503, retryable: true });
    expect(requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test.each<[string, string, UploadOptions]>([
    ["the total limit", "60", { totalTimeoutMs: 90_000 }],
    ["five minutes, if there is no total limit", "300", {}],
  ])("is honoured within %s", async (_what, retryAfter, options) => {
    const controller = new AbortController();
    const { url, waits } = await busyStorage(retryAfter);
    const onEvent = (event: ClientEvent) => {
      if (event.type !== "retry") return;
      waits.push(event.waitMs);
      controller.abort();
    };
    const { error } = await putFile(target(url), { path: file, ...options, onEvent, signal: controller.signal });
    expect(error?.kind).toBe("aborted");
    expect(waits).toEqual([Number(retryAfter) * 1000]);
  });
});

test("the delay before a PUT is at most five minutes, after any number of attempts", async () => {
  // Each delay has its maximum length but ends at once.
  vi.spyOn(Math, "random").mockReturnValue(1);
  const { setTimeout: realSetTimeout } = globalThis;
  const shortened = (callback: () => void, ms: number) => realSetTimeout(callback, waits.includes(ms) ? 0 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(shortened as typeof setTimeout);
  const waits: number[] = [];
  const { url, requests } = await storage([503]);
  const { error } = await putFile(target(url), {
    file: Buffer.from("a"),
    maxAttempts: 12,
    onEvent: (event) => event.type === "retry" && waits.push(event.waitMs),
  });
  expect(error).toMatchObject({ kind: "storage", status: 503 });
  expect(requests).toHaveLength(12);
  expect(waits.slice(0, 3)).toEqual([500, 1000, 2000]);
  expect(waits.slice(-3)).toEqual([128_000, 256_000, 300_000]);
});

test("limits do not follow the wall clock", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const { origin, requests } = await loopbackServer((request, response) => {
    vi.setSystemTime(Date.now() - 3_600_000);
    request.resume().on("end", () => response.writeHead(503, { "retry-after": "1800" }).end());
  });
  const validFor = { ...target(`${origin}/a`), expiresAt: new Date(Date.now() + 10 * 3_600_000) };
  // The delay of half an hour exceeds the limit, but not the hour by which the clock is set back.
  const { error } = await putFile(validFor, { path: file, totalTimeoutMs: 100_000 });
  expect(error).toMatchObject({ kind: "storage", status: 503 });
  expect(requests).toHaveLength(1);
});
