import { afterEach, expect, test, vi } from "vitest";
import { glsClient, INPUT, SUCCESS, URL_SIGNED } from "../test-support/gls-client.js";
import { loopbackServer, respondWith } from "../test-support/loopback-server.js";
import type { ClientEvent, ClientOptions } from "./index.js";
import { backoffMs } from "./retry.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test.each([429, 502, 503, 504])("retries after a %i and returns the later success", async (status) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length < 3) respondWith(status, "later")(request, response);
    else respondWith(200, SUCCESS)(request, response);
  });
  expect((await glsClient(origin).getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);
  expect(requests).toHaveLength(3);
});

test.each([400, 401, 403, 404, 406, 500, 501])("does not retry after a %i", async (status) => {
  const { origin, requests } = await loopbackServer(respondWith(status, "no"));
  expect((await glsClient(origin).getPreSignedUrl(INPUT)).error?.retryable).toBe(false);
  expect(requests).toHaveLength(1);
});

test("stops after maxAttempts with a retryable error", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer(respondWith(503, "busy"));
  const { error } = await glsClient(origin, { maxAttempts: 2 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 503, retryable: true, text: "busy" });
  expect(requests).toHaveLength(2);
});

test("waits for the seconds in Retry-After", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  let calls = 0;
  const fetch = async () => {
    calls++;
    return new Response("busy", { status: 503, headers: { "retry-after": "7" } });
  };
  const pending = glsClient("https://api.clear.in", { fetch, maxAttempts: 2 }).getPreSignedUrl(INPUT);
  await vi.advanceTimersByTimeAsync(6_999);
  expect(calls).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toBe(2);
  expect((await pending).error?.kind).toBe("unexpected-response");
});

test("reads a date in Retry-After relative to the server's clock", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"], now: 0 });
  const headers = { date: "Sat, 21 Nov 2026 00:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 00:00:09 GMT" };
  let calls = 0;
  const fetch = async () => {
    calls++;
    return new Response("busy", { status: 503, headers });
  };
  const pending = glsClient("https://api.clear.in", { fetch, maxAttempts: 2 }).getPreSignedUrl(INPUT);
  await vi.advanceTimersByTimeAsync(8_999);
  expect(calls).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toBe(2);
  await pending;
});

test("returns at once if Retry-After exceeds the total limit", async () => {
  const { origin, requests } = await loopbackServer(respondWith(503, "busy", { "retry-after": "3600" }));
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 503 });
  expect(requests).toHaveLength(1);
});

test("a signal ends the wait between two attempts", async () => {
  const controller = new AbortController();
  const { origin } = await loopbackServer(respondWith(503, "busy", { "retry-after": "60" }));
  const fetch: ClientOptions["fetch"] = async (url, init) => {
    const response = await globalThis.fetch(url, init);
    globalThis.setTimeout(() => controller.abort(), 20);
    return response;
  };
  const events: string[] = [];
  const gls = glsClient(origin, { fetch, onEvent: ({ type }) => void events.push(type) });
  const { error } = await gls.getPreSignedUrl(INPUT, { signal: controller.signal });
  expect(error?.kind).toBe("aborted");
  expect(events).toEqual(["request", "response", "retry"]);
});

test("backoff is jittered over a range that doubles", () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  expect([1, 2, 3].map(backoffMs)).toEqual([250, 500, 1000]);
});

test.each([
  ["12", 12_000],
  ["Thu, 01 Jan 1970 00:00:09 GMT", 9_000],
  ["x7", 0],
  ["7x", 0],
  ["-7", 0],
  ["1 Jan 2099", 0],
  ["", 0],
])("Retry-After %j is a wait of %i ms", async (value, waitMs) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"], now: 0 });
  const waits: number[] = [];
  const onEvent = (event: ClientEvent) => {
    if (event.type === "retry") waits.push(event.waitMs);
  };
  const fetch = async () => new Response("busy", { status: 503, headers: { "retry-after": value } });
  const pending = glsClient("https://api.clear.in", { fetch, onEvent, maxAttempts: 2 }).getPreSignedUrl(INPUT);
  await vi.advanceTimersByTimeAsync(20_000);
  await pending;
  expect(waits).toEqual([waitMs]);
});

test("a call is retried up to the last millisecond of the total limit, and not beyond it", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  for (const [totalTimeoutMs, attempts] of [
    [7001, 2],
    [7000, 1],
  ]) {
    let calls = 0;
    const fetch = async () => {
      calls++;
      return new Response("busy", { status: 503, headers: { "retry-after": "7" } });
    };
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"], now: 0 });
    const pending = glsClient("https://api.clear.in", { fetch, totalTimeoutMs, maxAttempts: 2 }).getPreSignedUrl(INPUT);
    await vi.advanceTimersByTimeAsync(20_000);
    await pending;
    vi.useRealTimers();
    expect(calls).toBe(attempts);
  }
});
