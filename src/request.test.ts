import { getEventListeners } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import nodeFetch from "node-fetch";
import { afterEach, expect, test, vi } from "vitest";
import type { operations, paths } from "../generated/openapi.js";
import { answering, loopbackServer, rawServer } from "../test-support/loopback-server.js";
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

test("asks exactly as documented, the file name percent-encoded and otherwise unchanged", async () => {
  const { origin, requests } = await loopbackServer(answering(200, SUCCESS));
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
  const { origin } = await loopbackServer(answering(200, SUCCESS));
  const before = Date.now();
  const { data } = await client(origin).getPreSignedUrl(INPUT);
  expect(data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
  expect(data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
});

test("judges the age of a URL by the API's clock", async () => {
  const uploadUrl = `${URL_SIGNED}&X-Amz-Date=19990101T000000Z`;
  const date = "Fri, 01 Jan 1999 00:00:50 GMT";
  const { origin } = await loopbackServer(answering(200, { ...SUCCESS, result: { uploadUrl } }, { date }));
  const before = Date.now();
  const { data } = await client(origin).getPreSignedUrl(INPUT);
  expect(data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 10_000);
  expect(data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 10_000);
});

test.each([429, 502, 503, 504])("asks again after a %i, and gives the answer that comes then", async (status) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length < 3) answering(status, "later")(request, response);
    else answering(200, SUCCESS)(request, response);
  });
  expect((await client(origin).getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);
  expect(requests).toHaveLength(3);
});

test.each([400, 401, 403, 404, 406, 500, 501])("does not ask again after a %i", async (status) => {
  const { origin, requests } = await loopbackServer(answering(status, "no"));
  expect((await client(origin).getPreSignedUrl(INPUT)).error?.retryable).toBe(false);
  expect(requests).toHaveLength(1);
});

test("makes no more attempts than it may, and says that the call may be repeated", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer(answering(503, "busy"));
  const { error } = await client(origin, { maxAttempts: 2 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 503, retryable: true, text: "busy" });
  expect(requests).toHaveLength(2);
});

test("waits as long as Retry-After says, in seconds", async () => {
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

test("reads Retry-After as a date by the server's clock", async () => {
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

test("returns at once where Retry-After goes beyond the total limit", async () => {
  const { origin, requests } = await loopbackServer(answering(503, "busy", { "retry-after": "3600" }));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 503 });
  expect(requests).toHaveLength(1);
});

test("a server that never answers is a timeout, with the limit in it", async () => {
  const { origin } = await loopbackServer(() => {});
  const { error } = await client(origin, { timeoutMs: 50, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 50, retryable: true });
  expect(error?.message).toBe("Timed out after 50 ms.");
});

test("a body that never ends in time is a timeout too", async () => {
  const { origin } = await loopbackServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write("{");
  });
  const { error } = await client(origin, { timeoutMs: 50, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error?.kind).toBe("timeout");
});

test("the total limit ends a call whose attempts have time left", async () => {
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

test("a signal ends a call in flight, and leaves no listener behind", async () => {
  const controller = new AbortController();
  const { origin } = await loopbackServer(() => controller.abort(new Error("canary")));
  const { error } = await client(origin).getPreSignedUrl(INPUT, { signal: controller.signal });
  expect(error).toMatchObject({ kind: "aborted", retryable: false });
  expect(inspect(error)).not.toContain("canary");
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("a signal that is aborted already lets no request out", async () => {
  const { origin, requests } = await loopbackServer(answering(200, SUCCESS));
  const { error } = await client(origin).getPreSignedUrl(INPUT, { signal: AbortSignal.abort() });
  expect(error?.kind).toBe("aborted");
  await turn();
  expect(requests).toHaveLength(0);
});

test("a signal ends the wait between two attempts", async () => {
  const controller = new AbortController();
  const { origin } = await loopbackServer(answering(503, "busy", { "retry-after": "60" }));
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

test("no server at all is a network error with its code", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, server } = await loopbackServer(() => {});
  await new Promise((resolve) => server.close(resolve));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: "ECONNREFUSED", retryable: true });
});

test("a connection that is cut in the body is a network error", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const origin = await rawServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"));
  });
  expect((await client(origin).getPreSignedUrl(INPUT)).error?.kind).toBe("network");
});

test("what an injected fetch throws is a network error without its words", async () => {
  const fetch = () => Promise.reject(new Error(`canary ${TOKEN}`, { cause: { headers: { token: TOKEN } } }));
  const { error } = await client("https://api.clear.in", { fetch, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: null, message: "Request to api.clear.in failed." });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});

test.each([301, 302, 303, 307, 308])("a %i is not followed", async (status) => {
  const { origin, requests } = await loopbackServer(answering(status, "", { location: "/elsewhere" }));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status });
  expect(requests).toHaveLength(1);
});

test("a body of more than 1 MiB is not read to its end", async () => {
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

test("a token that the server sends back is in no text", async () => {
  const echo = { success: false, error: { code: TOKEN, message: `no: ${TOKEN}` }, [TOKEN]: TOKEN };
  for (const [status, body] of [
    [400, echo],
    [401, TOKEN],
    [418, TOKEN],
    [200, TOKEN],
  ] as const) {
    const { origin } = await loopbackServer(answering(status, body, { "content-type": `text/${TOKEN}` }));
    const { error } = await client(origin).getPreSignedUrl(INPUT);
    expect(inspect(error, { depth: 9, showHidden: true })).toContain("[redacted]");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
  }
});

test("a token function is asked for each call, and may be slow", async () => {
  const { origin, requests } = await loopbackServer(answering(200, SUCCESS));
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
  ["gives nothing", () => undefined as unknown as string],
  ["gives a line end", () => "canary\n"],
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

test("a hook is told of each request, response and retry, without secrets", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length < 2) answering(503, TOKEN)(request, response);
    else answering(200, SUCCESS)(request, response);
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
  const { origin } = await loopbackServer(answering(200, SUCCESS));
  expect((await client(origin, { onEvent }).getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);
});

test("in a page the browser's own user agent stays", async () => {
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
  ["its own", { code: "ECONNRESET" }, "ECONNRESET"],
  ["its cause's", { cause: { code: "UND_ERR_SOCKET" } }, "UND_ERR_SOCKET"],
  ["the first of two", { code: "ENOTFOUND", cause: { code: "ECONNREFUSED" } }, "ENOTFOUND"],
  ["none beyond", { cause: { cause: { code: "EPIPE" } } }, null],
  ["none that is a number", { code: 20 }, null],
  ["none that is an object", { code: { toString: () => "EPIPE" } }, null],
  ["none with more in front", { code: "canary EPIPE" }, null],
  ["none with more behind", { code: "EPIPE canary" }, null],
  ["none of a text", "EPIPE", null],
])("a network error has the code of the runtime's error: %s", (_what, cause, code) => {
  const error = networkError("api.clear.in", cause);
  expect(error).toMatchObject({ kind: "network", code, retryable: true });
  expect(error.message).toBe(`Request to api.clear.in failed${code ? `: ${code}` : ""}.`);
});

test("a base URL with a path, and a name with every kind of character, make the documented URL", async () => {
  const { origin, requests } = await loopbackServer(answering(200, SUCCESS));
  await client(`${origin}/proxy/`).getPreSignedUrl({ fileName: "ü +&=?%.csv" });
  expect(requests[0]?.url).toBe("/proxy/one-integration/action/pre-sign?filename=%C3%BC%20%2B%26%3D%3F%25.csv");
});

test("a parameter, a status or a discriminant that the description does not have does not compile", () => {
  const compiled = async () => {
    const { client } = new Requester<paths>("cfc", "x-cleartax-auth-token", {} as CheckedOptions);
    const path = "/integration/v1/generatePreSign/{templateType}";
    const params = { path: { templateType: "sales" }, header: { fileContentType: "CSV" } } as const;
    await client.GET(path, { params: { ...params, query: { fileName: "" } } });
    const query = { fileName: "" };
    // @ts-expect-error a path that is misspelled
    await client.GET("/integration/v1/generatePresign/{templateType}", { params: { ...params, query } });
    // @ts-expect-error a name that is the other API's
    await client.GET(path, { params: { ...params, query: { filename: "" } } });
    // @ts-expect-error a value that the enum does not have
    await client.GET(path, { params: { ...params, header: { fileContentType: "csv" }, query: { fileName: "" } } });
    // @ts-expect-error a header that is missing
    await client.GET(path, { params: { path: params.path, query: { fileName: "" } } });
    // @ts-expect-error a method that the description does not have
    await client.POST(path, { params: { ...params, query: { fileName: "" } } });
  };
  const narrowed = ({ status, body }: DocumentedResponse<operations["getCfcPreSignedUrl"]>) => {
    // @ts-expect-error a status that is not documented
    if (status === 404) return;
    // @ts-expect-error a discriminant that is misspelled
    if (status === 200 && body?.status === "CRAETED") return;
    // @ts-expect-error a part that was not checked is no string
    if (status === 200 && body?.status === "FAILED") body.errorMessage.trim();
  };
  expect([compiled, narrowed]).toHaveLength(2);
});

test("an operation of another method, with a body and a status of its own, needs nothing of the request layer", async () => {
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
      answering(bodies.length < 2 ? 503 : 201, { activityId: "activity" })(request, response);
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

test("the waits are jittered over a span that doubles", () => {
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

test("a call is repeated up to the last millisecond of the total limit, and not beyond it", async () => {
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

test("a wall clock that is set back during a call does not make it longer", async () => {
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

test("an error with a body of any depth can be serialized", async () => {
  const deep = `${"[".repeat(8000)}${"]".repeat(8000)}`;
  const { origin } = await loopbackServer(answering(400, `{"success":false,"error":${deep}}`));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "api", status: 400 });
  expect(JSON.stringify(error)).toContain("[too deep]");
});

test("a documented error with a message of 40 kB that quotes a URL stays one", async () => {
  const message = `no: https://storage.clear.in/a?X-Amz-Signature=canary ${"at frame\n".repeat(5000)}`;
  const { origin } = await loopbackServer(answering(500, { success: false, error: { code: "500", message } }));
  const { error } = await client(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "api", status: 500, code: "500" });
  expect(error?.message).toMatch(/^no: https:\/\/storage\.clear\.in\/a\?\[redacted\] at frame/);
});

test("an event tells how long the answer took", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const events: ClientEvent[] = [];
  const fetch = async () => {
    vi.advanceTimersByTime(25);
    return new Response(JSON.stringify(SUCCESS));
  };
  await client("https://api.clear.in", { fetch, onEvent: (event) => events.push(event) }).getPreSignedUrl(INPUT);
  expect(events[1]).toMatchObject({ type: "response", durationMs: 25 });
});

/** A `fetch` that answers with this body, byte by byte. */
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

test("a character may come in parts", async () => {
  const { error } = await client("https://api.clear.in", { fetch: byteByByte("März €😀") }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ message: "GLS responded with 401: März €😀" });
});

test.each([
  [1024 * 1024, 200],
  [1024 * 1024 + 1, undefined],
])("a body of %i bytes is read to its end, or not", async (length, status) => {
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

test("node-fetch can be injected, whose bodies are Node's streams", async () => {
  const { origin } = await loopbackServer(answering(200, SUCCESS));
  // Its types are those of the DOM, this package's those of any fetch.
  const gls = client(origin, { fetch: nodeFetch as unknown as NonNullable<ClientOptions["fetch"]> });
  expect((await gls.getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);

  const large = await loopbackServer(answering(200, "x".repeat(1024 * 1024 + 1)));
  const failing = client(large.origin, { fetch: nodeFetch as unknown as NonNullable<ClientOptions["fetch"]> });
  expect((await failing.getPreSignedUrl(INPUT)).error?.message).toContain("a body of more than 1 MiB");
});

test("an answer without a body has no text, and its message says so", async () => {
  const fetch = async () => new Response(null, { status: 401 });
  const { error } = await client("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT);
  expect(error?.message).toBe("GLS responded with 401: no text");
});

test("messages and texts are cut, and say what happened", async () => {
  const long = `  ${"a".repeat(5000)}`;
  const answer = (status: number) => async () => new Response(long, { status });
  const refused = await client("https://api.clear.in", { fetch: answer(401) }).getPreSignedUrl(INPUT);
  expect(refused.error?.message).toBe(`GLS responded with 401: ${"a".repeat(200)}`);
  const odd = await client("https://api.clear.in", { fetch: answer(418) }).getPreSignedUrl(INPUT);
  expect(odd.error).toMatchObject({
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

test("calls that share a signal share one listener, and each ends by itself", async () => {
  const controller = new AbortController();
  let answerFirst = () => {};
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length === 1) answerFirst = () => answering(200, SUCCESS)(request, response);
  });
  const gls = client(origin);
  const done = gls.getPreSignedUrl(INPUT, { signal: controller.signal });
  const hanging = [1, 2].map(() => gls.getPreSignedUrl(INPUT, { signal: controller.signal }));
  await vi.waitFor(() => expect(requests).toHaveLength(3));
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  answerFirst();
  expect((await done).data?.url).toBe(URL_SIGNED);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  controller.abort();
  for (const one of hanging)
    expect((await one).error).toMatchObject({ kind: "aborted", message: "The call was aborted." });
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("what is wrong with a token function is said", async () => {
  const message = async (authToken: () => Promise<string>) =>
    (await client("https://api.clear.in", { authToken, timeoutMs: 20 }).getPreSignedUrl(INPUT)).error?.message;
  expect(await message(() => Promise.reject(new Error()))).toBe("authToken is a function that threw");
  expect(await message(() => new Promise(() => {}))).toBe("authToken is a function that timed out");
});

test("what is not known is named, with what there is", async () => {
  const gls = client("https://api.clear.in");
  const { error } = await gls.getPreSignedUrl(INPUT, { abort: 1 } as object);
  expect(error?.message).toBe("abort is not a known field of call options; expected one of signal");
  const input = await gls.getPreSignedUrl({ ...INPUT, name: 1 } as typeof INPUT);
  expect(input.error?.message).toBe("name is not a known field of input; expected one of fileName");
});

test("a request without a body is sent where requests have no `body` property, as in Firefox", async () => {
  const { origin } = await loopbackServer(answering(200, SUCCESS));
  const body = vi.spyOn(Request.prototype, "body", "get").mockReturnValue(undefined as unknown as null);
  const { data } = await client(origin).getPreSignedUrl(INPUT);
  expect(body).toHaveBeenCalled();
  body.mockRestore();
  expect(data?.url).toBe(URL_SIGNED);
});

test("a call that succeeds leaves no listener on its signal", async () => {
  const { signal } = new AbortController();
  const fetch = async () => Response.json(SUCCESS);
  expect((await client("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT, { signal })).data).toBeDefined();
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
