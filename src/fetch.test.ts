import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { glsClient, INPUT, SUCCESS, TOKEN } from "../test-support/gls-client.js";
import { loopbackServer, respondWith } from "../test-support/loopback-server.js";
import type { Fetch } from "./index.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A call through this `fetch`, and how often it was called. */
async function callThrough(fetch: () => unknown) {
  const spy = vi.fn(fetch);
  const result = await glsClient("https://api.clear.in", { fetch: spy as unknown as Fetch }).getPreSignedUrl(INPUT);
  return { ...result, calls: spy.mock.calls.length };
}

/** Throws from every access. */
const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error("hostile");
    },
  },
);

/** What HTTP clients throw for a 401: an error with the response, and the request with its headers. */
const statusError = (response: object) =>
  Object.assign(new Error(`Request failed: ${TOKEN}`), { response, config: { headers: { token: TOKEN } } });

test.each<[string, () => unknown, string]>([
  [
    "throws for a status, like ky and ofetch",
    () => Promise.reject(statusError(new Response("", { status: 401 }))),
    "threw",
  ],
  ["throws for a status, like axios", () => Promise.reject(statusError({ status: 401, data: "" })), "threw"],
  ["throws for a status, like got", () => Promise.reject(statusError({ statusCode: 401, body: "" })), "threw"],
  ["returns the response of axios", async () => ({ status: 200, headers: new Headers(), data: SUCCESS }), "returned"],
  ["returns a string", async () => JSON.stringify(SUCCESS), "returned"],
  ["returns nothing", () => undefined, "returned"],
  ["returns null", async () => null, "returned"],
  ["returns something without headers", async () => ({ status: 200, text: async () => "" }), "returned"],
])("a fetch that %s is an error of that function, and is not tried again", async (_what, fetch, words) => {
  const { error, calls } = await callThrough(fetch);
  expect(error).toMatchObject({ kind: "callback", callback: "fetch", retryable: false });
  expect(error?.message).toMatch(new RegExp(`^fetch ${words} .*must resolve to a Response for every status`));
  expect(error?.cause).toBeUndefined();
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  expect(calls).toBe(1);
});

test.each(["Request", "Response", "Headers"])("a runtime without %s is an error that names it", async (name) => {
  vi.stubGlobal(name, undefined);
  const { error, calls } = await callThrough(() => undefined);
  expect(error).toMatchObject({ kind: "callback", callback: "fetch", retryable: false });
  expect(error?.message).toContain(`fetch needs the global ${name}, which this runtime does not have`);
  expect(calls).toBe(0);
});

test("a port that fetch refuses is an error that says so, and is not tried again", async () => {
  const retries: unknown[] = [];
  const gls = glsClient("http://127.0.0.1:6000", { onEvent: (event) => event.type === "retry" && retries.push(event) });
  const { error } = await gls.getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: null, retryable: false });
  expect(error?.message).toBe("fetch blocks the port of 127.0.0.1:6000; use another.");
  expect(retries).toEqual([]);
});

test.each<[string, unknown]>([
  ["undefined", undefined],
  ["a string", "no"],
  ["a proxy that throws", hostile],
  ["an error whose response is null", Object.assign(new Error(), { response: null })],
])("a fetch that throws %s is a network error", async (_what, thrown) => {
  const fetch = () => Promise.reject(thrown);
  const { error } = await glsClient("https://api.clear.in", { fetch, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: null, retryable: true });
});

test("a request is not answered from a cache", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  const inits: RequestInit[] = [];
  const fetch: Fetch = (url, init) => {
    inits.push(init);
    return globalThis.fetch(url, init);
  };
  expect((await glsClient(origin, { fetch }).getPreSignedUrl(INPUT)).data).toBeDefined();
  expect(inits).toMatchObject([{ cache: "no-store" }]);
});

test("a runtime whose requests have no cache gets no such option", async () => {
  class RequestWithoutCache {
    readonly body = null;
    readonly method = "GET";
    readonly url: string;
    readonly headers: Headers;
    constructor(url: string, init: RequestInit) {
      this.url = url;
      this.headers = new Headers(init.headers);
    }
  }
  vi.stubGlobal("Request", RequestWithoutCache);
  const inits: RequestInit[] = [];
  const fetch: Fetch = async (_url, init) => {
    inits.push(init);
    return new Response(JSON.stringify(SUCCESS));
  };
  expect((await glsClient("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT)).data).toBeDefined();
  expect(inits[0]).not.toHaveProperty("cache");
});

test("a request that cannot be built is a network error", async () => {
  vi.stubGlobal("Request", () => {
    throw new TypeError("canary");
  });
  const { error, calls } = await callThrough(() => undefined);
  expect(error).toMatchObject({ kind: "network", code: null });
  expect(calls).toBe(0);
});
