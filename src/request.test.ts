import { getEventListeners } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import nodeFetch from "node-fetch";
import { afterEach, expect, test, vi } from "vitest";
import type { operations, paths } from "../generated/openapi.js";
import { loopbackServer, rawServer, respondWith } from "../test-support/loopback-server.js";
import { networkError } from "./errors.js";
import { type CfcApiError, type ClientEvent, type ClientOptions, createGlsClient } from "./index.js";
import { type CheckedOptions, checkOptions } from "./options.js";
import { type Operation, Requester } from "./request.js";
import type { DocumentedResponse } from "./response.js";
import { backoffMs } from "./retry.js";

const TOKEN = "canary-gls-token";
const URL_SIGNED = "https://storage.clear.in/a.csv?X-Amz-Expires=60&X-Amz-Signature=canary";
const SUCCESS = { status: 200, success: true, message: "", result: { status: "OK", uploadUrl: URL_SIGNED } };
const INPUT = { fileName: "a.csv" };

function client(baseUrl: string, options: Partial<ClientOptions> = {}) {
  return createGlsClient({
    baseUrl,
    authToken: TOKEN,
    integrationId: "00000000-0000-4000-8000-000000000000",
    ...options,
  } as Parameters<typeof createGlsClient>[0]);
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("sends the documented request, with the file name percent-encoded and otherwise unchanged", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  const { data } = await client(origin).getPreSignedUrl({ fileName: "März & 50%+?#.CSV" });
  expect(data?.url).toBe(URL_SIGNED);
  expect(data?.headers).toEqual({ "content-type": "text/csv" });
  const [request] = requests;
  expect(request?.method).toBe("GET");
  expect(request?.url).toBe("/one-integration/action/pre-sign?filename=M%C3%A4rz%20%26%2050%25%2B%3F%23.CSV");
  expect(request?.headers).toMatchObject({
    "x-clear-auth-token": TOKEN,
    "x-integration-id": "00000000-0000-4000-8000-000000000000",
    accept: "*/*",
  });
  expect(request?.headers).not.toHaveProperty("x-cleartax-auth-token");
});

test("counts the URL's lifetime from the start of the request", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  const before = Date.now();
  const { data } = await client(origin).getPreSignedUrl(INPUT);
  expect(data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
  expect(data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
});

test("computes the age of a URL from the API's clock", async () => {
  const uploadUrl = `${URL_SIGNED}&X-Amz-Date=19990101T000000Z`;
  const date = "Fri, 01 Jan 1999 00:00:50 GMT";
  const { origin } = await loopbackServer(respondWith(200, { ...SUCCESS, result: { uploadUrl } }, { date }));
  const before = Date.now();
  const { data } = await client(origin).getPreSignedUrl(INPUT);
  expect(data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 10_000);
  expect(data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 10_000);
});

test.each([429, 502, 503, 504])("retries after a %i and returns the later success", async (status) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length < 3) respondWith(status, "later")(request, response);
    else respondWith(200, SUCCESS)(request, response);
  });
  expect((await client(origin).getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);
  expect(requests).toHaveLength(3);
});

test.each([400, 401, 403, 404, 406, 500, 501])("does not retry after a %i", async (status) => {
  const { origin, requests } = await loopbackServer(respondWith(status, "no"));
  expect((await client(origin).getPreSignedUrl(INPUT)).error?.retryable).toBe(false);
  expect(requests).toHaveLength(1);
});

test("stops after maxAttempts with a retryable error", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer(respondWith(503, "busy"));
  const { error } = await client(origin, { maxAttempts: 2 }).getPreSignedUrl(INPUT);
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
  const pending = client("https://api.clear.in", { fetch, maxAttempts: 2 }).getPreSignedUrl(INPUT);
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
  const pending = client("https://api.clear.in", { fetch, maxAttempts: 2 }).getPreSignedUrl(INPUT);
  await vi.advanceTimersByTimeAsync(8_999);
  expect(calls).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toBe(2);
  await pending;
});

test("returns at once if Retry-After exceeds the total limit", async () => {
  const { origin, requests } = await loopbackServer(respondWith(503, "busy", { "retry-after": "3600" }));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 503 });
  expect(requests).toHaveLength(1);
});

test("a server that never responds is a timeout error with the limit", async () => {
  const { origin } = await loopbackServer(() => {});
  const { error } = await client(origin, { timeoutMs: 50, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 50, retryable: true });
  expect(error?.message).toBe("Timed out after 50 ms.");
});

test("a body that does not end in time is a timeout error", async () => {
  const { origin } = await loopbackServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write("{");
  });
  const { error } = await client(origin, { timeoutMs: 50, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error?.kind).toBe("timeout");
});

test("the total limit ends a call whose attempt has time left", async () => {
  const { origin } = await loopbackServer(() => {});
  const { error } = await client(origin, { totalTimeoutMs: 50 }).getPreSignedUrl(INPUT);
  expect(error?.kind).toBe("timeout");
});

test("a fetch that ignores its signal cannot make a call hang", async () => {
  const fetch = () => new Promise<never>(() => {});
  const { error } = await client("https://api.clear.in", { fetch, timeoutMs: 20, maxAttempts: 1 }).getPreSignedUrl(
    INPUT,
  );
  expect(error?.kind).toBe("timeout");
});

test("a signal aborts a call in flight, and keeps no listener", async () => {
  const controller = new AbortController();
  const { origin } = await loopbackServer(() => controller.abort(new Error("canary")));
  const { error } = await client(origin).getPreSignedUrl(INPUT, { signal: controller.signal });
  expect(error).toMatchObject({ kind: "aborted", retryable: false });
  expect(inspect(error)).not.toContain("canary");
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("an already aborted signal prevents the request", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  const { error } = await client(origin).getPreSignedUrl(INPUT, { signal: AbortSignal.abort() });
  expect(error?.kind).toBe("aborted");
  await turn();
  expect(requests).toHaveLength(0);
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
  const gls = client(origin, { fetch, onEvent: ({ type }) => void events.push(type) });
  const { error } = await gls.getPreSignedUrl(INPUT, { signal: controller.signal });
  expect(error?.kind).toBe("aborted");
  expect(events).toEqual(["request", "response", "retry"]);
});

test("a refused connection is a network error with its code", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, server } = await loopbackServer(() => {});
  await new Promise((resolve) => server.close(resolve));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: "ECONNREFUSED", retryable: true });
});

test("a connection that closes within the body is a network error", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const origin = await rawServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"));
  });
  expect((await client(origin).getPreSignedUrl(INPUT)).error?.kind).toBe("network");
});

test("an error thrown by an injected fetch is a network error without its message", async () => {
  const fetch = () => Promise.reject(new Error(`canary ${TOKEN}`, { cause: { headers: { token: TOKEN } } }));
  const { error } = await client("https://api.clear.in", { fetch, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: null, message: "Request to api.clear.in failed." });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});

test.each([301, 302, 303, 307, 308])("a %i is not followed", async (status) => {
  const { origin, requests } = await loopbackServer(respondWith(status, "", { location: "/elsewhere" }));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status });
  expect(requests).toHaveLength(1);
});

test("a body of more than 1 MiB is not read completely", async () => {
  const { origin } = await loopbackServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (!response.destroyed && response.write(" ".repeat(65536)));
    };
    response.on("drain", more);
    more();
  });
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 200 });
  expect(error?.message).toContain("1 MiB");
});

test("a token that the server echoes is redacted everywhere", async () => {
  const echo = { success: false, error: { code: TOKEN, message: `no: ${TOKEN}` }, [TOKEN]: TOKEN };
  for (const [status, body] of [
    [400, echo],
    [401, TOKEN],
    [418, TOKEN],
    [200, TOKEN],
  ] as const) {
    const { origin } = await loopbackServer(respondWith(status, body, { "content-type": `text/${TOKEN}` }));
    const { error } = await client(origin).getPreSignedUrl(INPUT);
    expect(inspect(error, { depth: 9, showHidden: true })).toContain("[redacted]");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
  }
});

test("a token function is called for each call, and may be asynchronous", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  let calls = 0;
  const gls = client(origin, { authToken: async () => `token-${++calls}` });
  await gls.getPreSignedUrl(INPUT);
  await gls.getPreSignedUrl(INPUT);
  expect(requests.map(({ headers }) => headers["x-clear-auth-token"])).toEqual(["token-1", "token-2"]);
});

test.each<[string, () => string | Promise<string>]>([
  [
    "throws",
    () => {
      throw new Error("canary");
    },
  ],
  ["rejects", () => Promise.reject(new Error("canary"))],
  ["returns undefined", () => undefined as unknown as string],
  ["returns a line end", () => "canary\n"],
  ["hangs", () => new Promise(() => {})],
])("a token function that %s is invalid input", async (_what, authToken) => {
  const { error } = await client("https://api.clear.in", { authToken, timeoutMs: 20 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "invalid-input", field: "authToken" });
  expect(inspect(error)).not.toContain("canary");
});

test("a signal ends the wait for a token", async () => {
  const controller = new AbortController();
  const authToken = () => {
    queueMicrotask(() => controller.abort());
    return new Promise<string>(() => {});
  };
  const gls = client("https://api.clear.in", { authToken });
  expect((await gls.getPreSignedUrl(INPUT, { signal: controller.signal })).error?.kind).toBe("aborted");
});

test("a hook receives each request, response and retry, without secrets", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length < 2) respondWith(503, TOKEN)(request, response);
    else respondWith(200, SUCCESS)(request, response);
  });
  const events: ClientEvent[] = [];
  await client(origin, { onEvent: (event) => events.push(event) }).getPreSignedUrl(INPUT);
  const url = `${origin}/one-integration/action/pre-sign?filename=a.csv`;
  const error = expect.objectContaining({ kind: "unexpected-response", status: 503, text: "[redacted]" });
  expect(events).toEqual([
    { type: "request", api: "gls", attempt: 1, url },
    { type: "response", api: "gls", attempt: 1, status: 503, durationMs: expect.any(Number) },
    { type: "retry", api: "gls", attempt: 1, waitMs: 0, error },
    { type: "request", api: "gls", attempt: 2, url },
    { type: "response", api: "gls", attempt: 2, status: 200, durationMs: expect.any(Number) },
  ]);
  expect(inspect(events, { depth: 9 })).not.toContain("canary");
});

test.each<[string, () => void]>([
  [
    "throws",
    () => {
      throw new Error("hook");
    },
  ],
  ["rejects", () => Promise.reject(new Error("hook"))],
])("a hook that %s does not break the call", async (_what, onEvent) => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  expect((await client(origin, { onEvent }).getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);
});

test("does not set a user agent in a browser", async () => {
  const seen: (string | null)[] = [];
  const fetch: ClientOptions["fetch"] = async (_url, init) => {
    seen.push(new Headers(init.headers).get("user-agent"));
    return new Response(JSON.stringify(SUCCESS));
  };
  await client("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT);
  vi.stubGlobal("document", {});
  await client("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT);
  vi.unstubAllGlobals();
  expect(seen).toEqual([expect.stringContaining("clear-presign/"), null]);
});

test.each([
  ["its code", { code: "ECONNRESET" }, "ECONNRESET"],
  ["the code of its cause", { cause: { code: "UND_ERR_SOCKET" } }, "UND_ERR_SOCKET"],
  ["its code before that of its cause", { code: "ENOTFOUND", cause: { code: "ECONNREFUSED" } }, "ENOTFOUND"],
  ["no code from deeper causes", { cause: { cause: { code: "EPIPE" } } }, null],
  ["no code that is a number", { code: 20 }, null],
  ["no code that is an object", { code: { toString: () => "EPIPE" } }, null],
  ["no code with a prefix", { code: "canary EPIPE" }, null],
  ["no code with a suffix", { code: "EPIPE canary" }, null],
  ["no code from a string", "EPIPE", null],
])("a network error takes from the runtime's error %s", (_what, cause, code) => {
  const error = networkError("api.clear.in", cause);
  expect(error).toMatchObject({ kind: "network", code, retryable: true });
  expect(error.message).toBe(`Request to api.clear.in failed${code ? `: ${code}` : ""}.`);
});

test("builds the documented URL from a base URL with a path and a file name with special characters", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  await client(`${origin}/proxy/`).getPreSignedUrl({ fileName: "ü +&=?%.csv" });
  expect(requests[0]?.url).toBe("/proxy/one-integration/action/pre-sign?filename=%C3%BC%20%2B%26%3D%3F%25.csv");
});

test("a parameter, status or discriminant that is not in the description does not compile", () => {
  const compiled = async () => {
    const { client } = new Requester<paths>("cfc", "x-cleartax-auth-token", {} as CheckedOptions);
    const path = "/integration/v1/generatePreSign/{templateType}";
    const params = { path: { templateType: "sales" }, header: { fileContentType: "CSV" } } as const;
    await client.GET(path, { params: { ...params, query: { fileName: "" } } });
    const query = { fileName: "" };
    // @ts-expect-error a misspelled path
    await client.GET("/integration/v1/generatePresign/{templateType}", { params: { ...params, query } });
    // @ts-expect-error the other API's parameter name
    await client.GET(path, { params: { ...params, query: { filename: "" } } });
    // @ts-expect-error a value that is not in the enum
    await client.GET(path, { params: { ...params, header: { fileContentType: "csv" }, query: { fileName: "" } } });
    // @ts-expect-error a missing header
    await client.GET(path, { params: { path: params.path, query: { fileName: "" } } });
    // @ts-expect-error a method that is not in the description
    await client.POST(path, { params: { ...params, query: { fileName: "" } } });
  };
  const narrowed = ({ status, body }: DocumentedResponse<operations["getCfcPreSignedUrl"]>) => {
    // @ts-expect-error an undocumented status
    if (status === 404) return;
    // @ts-expect-error a misspelled discriminant
    if (status === 200 && body?.status === "CRAETED") return;
    // @ts-expect-error a field that was not checked is not a string
    if (status === 200 && body?.status === "FAILED") body.errorMessage.trim();
  };
  expect([compiled, narrowed]).toHaveLength(2);
});

test("an operation with another method, a request body and another success status needs no change of the request layer", async () => {
  interface TriggerPaths {
    "/trigger/{templateType}": {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      post: {
        parameters: { path: { templateType: string } };
        requestBody: { content: { "application/json": { s3FileUrl: string } } };
        responses: {
          201: { headers: Record<string, unknown>; content: { "application/json": { activityId: string } } };
        };
      };
    };
  }
  type Trigger = DocumentedResponse<TriggerPaths["/trigger/{templateType}"]["post"]>;

  const bodies: string[] = [];
  const { origin, requests } = await loopbackServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString());
      respondWith(bodies.length < 2 ? 503 : 201, { activityId: "activity" })(request, response);
    });
  });
  vi.spyOn(Math, "random").mockReturnValue(0);
  const requester = new Requester<TriggerPaths>("cfc", "x-token", checkOptions({ baseUrl: origin, authToken: TOKEN }));
  const operation: Operation<Trigger, string, CfcApiError> = {
    secretFields: [],
    send: (init) =>
      requester.client.POST("/trigger/{templateType}", {
        ...init,
        params: { path: { templateType: "sales" } },
        body: { s3FileUrl: URL_SIGNED },
      }),
    decode: ({ status, body }) =>
      status === 201 && typeof body?.activityId === "string" ? { data: body.activityId } : undefined,
    errorOf: () => undefined,
  };
  const trigger = (options = {}) => requester.request(trigger, options, () => operation);

  expect(await trigger()).toEqual({ data: "activity" });
  expect(bodies).toEqual([JSON.stringify({ s3FileUrl: URL_SIGNED }), JSON.stringify({ s3FileUrl: URL_SIGNED })]);
  expect(requests[1]).toMatchObject({
    method: "POST",
    url: "/trigger/sales",
    headers: { "content-type": "application/json", "x-token": TOKEN },
  });
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
  const pending = client("https://api.clear.in", { fetch, onEvent, maxAttempts: 2 }).getPreSignedUrl(INPUT);
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
    const pending = client("https://api.clear.in", { fetch, totalTimeoutMs, maxAttempts: 2 }).getPreSignedUrl(INPUT);
    await vi.advanceTimersByTimeAsync(20_000);
    await pending;
    vi.useRealTimers();
    expect(calls).toBe(attempts);
  }
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
  const pending = client("https://api.clear.in", { fetch, totalTimeoutMs: 1500, maxAttempts: 9 }).getPreSignedUrl(
    INPUT,
  );
  await vi.advanceTimersByTimeAsync(20_000);
  await pending;
  expect(calls).toBe(2);
});

test("the total limit covers the token function", async () => {
  const authToken = () => new Promise<string>(() => {});
  const { error } = await client("https://api.clear.in", { authToken, totalTimeoutMs: 20 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "invalid-input", field: "authToken" });
  expect(error?.message).toBe("authToken is a function that timed out");
});

test("an error with a deeply nested body can be serialized", async () => {
  const deep = `${"[".repeat(8000)}${"]".repeat(8000)}`;
  const { origin } = await loopbackServer(respondWith(400, `{"success":false,"error":${deep}}`));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "api", status: 400 });
  expect(JSON.stringify(error)).toContain("[too deep]");
});

test("a documented error with a message of 40 kB that quotes a URL is still an API error", async () => {
  const message = `no: https://storage.clear.in/a?X-Amz-Signature=canary ${"at frame\n".repeat(5000)}`;
  const { origin } = await loopbackServer(respondWith(500, { success: false, error: { code: "500", message } }));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "api", status: 500, code: "500" });
  expect(error?.message).toMatch(/^no: https:\/\/storage\.clear\.in\/a\?\[redacted\] at frame/);
});

test("a response event has the duration", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const events: ClientEvent[] = [];
  const fetch = async () => {
    vi.advanceTimersByTime(25);
    return new Response(JSON.stringify(SUCCESS));
  };
  await client("https://api.clear.in", { fetch, onEvent: (event) => events.push(event) }).getPreSignedUrl(INPUT);
  expect(events[1]).toMatchObject({ type: "response", durationMs: 25 });
});

/** A `fetch` whose response body arrives byte by byte. */
function byteByByte(text: string): ClientOptions["fetch"] {
  return async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const byte of new TextEncoder().encode(text)) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    return new Response(body, { status: 401 });
  };
}

test("decodes a character that arrives in parts", async () => {
  const { error } = await client("https://api.clear.in", { fetch: byteByByte("März €😀") }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ message: "GLS responded with 401: März €😀" });
});

test.each([
  [1024 * 1024, 200],
  [1024 * 1024 + 1, undefined],
])("accepts a body of up to 1 MiB: %i bytes", async (length, status) => {
  const text = JSON.stringify(SUCCESS).padEnd(length);
  const { data, error } = await client("https://api.clear.in", {
    fetch: async () => new Response(text),
  }).getPreSignedUrl(INPUT);
  expect(data?.url).toBe(status && URL_SIGNED);
  if (!status) {
    expect(error).toMatchObject({
      text: "",
      message: "GLS responded with 200 text/plain;charset=UTF-8: a body of more than 1 MiB.",
    });
  }
});

test("node-fetch can be injected, although its bodies are Node streams", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  // node-fetch's types are narrower than the `fetch` option.
  const gls = client(origin, { fetch: nodeFetch as unknown as NonNullable<ClientOptions["fetch"]> });
  expect((await gls.getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);

  const large = await loopbackServer(respondWith(200, "x".repeat(1024 * 1024 + 1)));
  const failing = client(large.origin, { fetch: nodeFetch as unknown as NonNullable<ClientOptions["fetch"]> });
  expect((await failing.getPreSignedUrl(INPUT)).error?.message).toContain("a body of more than 1 MiB");
});

test('the message of a response without a body is "no text"', async () => {
  const fetch = async () => new Response(null, { status: 401 });
  const { error } = await client("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT);
  expect(error?.message).toBe("GLS responded with 401: no text");
});

test("truncates messages and bodies, and describes an unexpected response", async () => {
  const long = `  ${"a".repeat(5000)}`;
  const responding = (status: number) => async () => new Response(long, { status });
  const unauthorized = await client("https://api.clear.in", { fetch: responding(401) }).getPreSignedUrl(INPUT);
  expect(unauthorized.error?.message).toBe(`GLS responded with 401: ${"a".repeat(200)}`);
  const undocumented = await client("https://api.clear.in", { fetch: responding(418) }).getPreSignedUrl(INPUT);
  expect(undocumented.error).toMatchObject({
    message: "GLS responded with 418 text/plain;charset=UTF-8: not a documented response.",
    contentType: "text/plain;charset=UTF-8",
    text: long.slice(0, 1000),
    retryable: false,
  });
  const bare = await client("https://api.clear.in", {
    fetch: async () => new Response(null, { status: 505 }),
  }).getPreSignedUrl(INPUT);
  expect(bare.error).toMatchObject({
    message: "GLS responded with 505 without content type: not a documented response.",
    contentType: null,
    text: "",
    retryable: false,
  });
  const wordy = await client("https://api.clear.in", {
    fetch: async () => new Response("", { status: 418, headers: { "content-type": "a".repeat(5000) } }),
  }).getPreSignedUrl(INPUT);
  expect(wordy.error).toMatchObject({ contentType: "a".repeat(200) });
  expect(wordy.error?.message.length).toBeLessThan(300);
  const url = { ...SUCCESS, result: { uploadUrl: "http://storage.clear.in/canary" } };
  const wrong = await client("https://api.clear.in", { fetch: async () => Response.json(url) }).getPreSignedUrl(INPUT);
  expect(wrong.error).toMatchObject({
    message:
      "GLS responded with 200 application/json: its URL is not an https URL (http on loopback) without credentials.",
  });
  expect(inspect(wrong.error)).not.toContain("canary");
});

test("calls that share a signal share one listener, and each ends on its own", async () => {
  const controller = new AbortController();
  let respondToFirst = () => {};
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length === 1) respondToFirst = () => respondWith(200, SUCCESS)(request, response);
  });
  const gls = client(origin);
  const done = gls.getPreSignedUrl(INPUT, { signal: controller.signal });
  const hanging = [1, 2].map(() => gls.getPreSignedUrl(INPUT, { signal: controller.signal }));
  await vi.waitFor(() => expect(requests).toHaveLength(3));
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  respondToFirst();
  expect((await done).data?.url).toBe(URL_SIGNED);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  controller.abort();
  for (const one of hanging)
    expect((await one).error).toMatchObject({ kind: "aborted", message: "The call was aborted." });
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("the error for a token function describes the failure", async () => {
  const message = async (authToken: () => Promise<string>) =>
    (await client("https://api.clear.in", { authToken, timeoutMs: 20 }).getPreSignedUrl(INPUT)).error?.message;
  expect(await message(() => Promise.reject(new Error()))).toBe("authToken is a function that threw");
  expect(await message(() => new Promise(() => {}))).toBe("authToken is a function that timed out");
});

test("the error for an unknown field lists the known ones", async () => {
  const gls = client("https://api.clear.in");
  const { error } = await gls.getPreSignedUrl(INPUT, { abort: 1 } as object);
  expect(error?.message).toBe("abort is not a known field of call options; expected one of signal");
  const input = await gls.getPreSignedUrl({ ...INPUT, name: 1 } as typeof INPUT);
  expect(input.error?.message).toBe("name is not a known field of input; expected one of fileName");
});

test("sends a request without a body in a runtime without Request.body, such as Firefox", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  const body = vi.spyOn(Request.prototype, "body", "get").mockReturnValue(undefined as unknown as null);
  const { data } = await client(origin).getPreSignedUrl(INPUT);
  expect(body).toHaveBeenCalled();
  body.mockRestore();
  expect(data?.url).toBe(URL_SIGNED);
});

test("a successful call keeps no listener on its signal", async () => {
  const { signal } = new AbortController();
  const fetch = async () => Response.json(SUCCESS);
  expect((await client("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT, { signal })).data).toBeDefined();
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
