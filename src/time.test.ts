import { getEventListeners } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { glsClient, INPUT, SUCCESS, URL_SIGNED } from "../test-support/gls-client.js";
import { loopbackServer, respondWith } from "../test-support/loopback-server.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a server that never responds is a timeout error with the limit", async () => {
  const { origin } = await loopbackServer(() => {});
  const { error } = await glsClient(origin, { timeoutMs: 50, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 50, retryable: true });
  expect(error?.message).toBe("Timed out after 50 ms.");
});

test("a body that does not end in time is a timeout error", async () => {
  const { origin } = await loopbackServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write("{");
  });
  const { error } = await glsClient(origin, { timeoutMs: 50, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error?.kind).toBe("timeout");
});

test("the total limit ends a call whose attempt has time left", async () => {
  const { origin } = await loopbackServer(() => {});
  const { error } = await glsClient(origin, { totalTimeoutMs: 50 }).getPreSignedUrl(INPUT);
  expect(error?.kind).toBe("timeout");
});

test("a fetch that ignores its signal cannot make a call hang", async () => {
  const fetch = () => new Promise<never>(() => {});
  const { error } = await glsClient("https://api.clear.in", { fetch, timeoutMs: 20, maxAttempts: 1 }).getPreSignedUrl(
    INPUT,
  );
  expect(error?.kind).toBe("timeout");
});

test("a signal aborts a call in flight, and keeps no listener", async () => {
  const controller = new AbortController();
  const { origin } = await loopbackServer(() => controller.abort(new Error("canary")));
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT, { signal: controller.signal });
  expect(error).toMatchObject({ kind: "aborted", retryable: false });
  expect(inspect(error)).not.toContain("canary");
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("an already aborted signal prevents the request", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT, { signal: AbortSignal.abort() });
  expect(error?.kind).toBe("aborted");
  await turn();
  expect(requests).toHaveLength(0);
});

test("setting the wall clock back during a call does not prolong it", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"], now: 7_200_000 });
  let calls = 0;
  const fetch = async () => {
    calls++;
    vi.setSystemTime(3_600_000);
    return new Response("busy", { status: 503, headers: { "retry-after": "1" } });
  };
  const pending = glsClient("https://api.clear.in", { fetch, totalTimeoutMs: 1500, maxAttempts: 9 }).getPreSignedUrl(
    INPUT,
  );
  await vi.advanceTimersByTimeAsync(20_000);
  await pending;
  expect(calls).toBe(2);
});

test("calls that share a signal share one listener, and each ends on its own", async () => {
  const controller = new AbortController();
  let respondToFirst = () => {};
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length === 1) respondToFirst = () => respondWith(200, SUCCESS)(request, response);
  });
  const gls = glsClient(origin);
  const done = gls.getPreSignedUrl(INPUT, { signal: controller.signal });
  const hanging = [1, 2].map(() => gls.getPreSignedUrl(INPUT, { signal: controller.signal }));
  await expect.poll(() => requests).toHaveLength(3);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  respondToFirst();
  expect((await done).data?.url).toBe(URL_SIGNED);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  controller.abort();
  for (const one of hanging)
    expect((await one).error).toMatchObject({ kind: "aborted", message: "The call was aborted." });
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("a successful call keeps no listener on its signal", async () => {
  const { signal } = new AbortController();
  const fetch = async () => Response.json(SUCCESS);
  expect((await glsClient("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT, { signal })).data).toBeDefined();
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
