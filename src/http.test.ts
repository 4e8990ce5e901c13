import { inspect } from "node:util";
import nodeFetch from "node-fetch";
import { afterEach, expect, test, vi } from "vitest";
import { glsClient, INPUT, SUCCESS, TOKEN, URL_SIGNED } from "../test-support/gls-client.js";
import { loopbackServer, REFUSED, rawServer, respondWith } from "../test-support/loopback-server.js";
import { networkError } from "./errors.js";
import type { ClientEvent, ClientOptions } from "./index.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a refused connection is a network error with its code", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { error } = await glsClient(REFUSED).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: "ECONNREFUSED", retryable: true });
});

test("a connection that closes within the body is a network error", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const origin = await rawServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"));
  });
  expect((await glsClient(origin).getPreSignedUrl(INPUT)).error?.kind).toBe("network");
});

test("an error thrown by an injected fetch is a network error without its message", async () => {
  const fetch = () => Promise.reject(new Error(`canary ${TOKEN}`, { cause: { headers: { token: TOKEN } } }));
  const { error } = await glsClient("https://api.clear.in", { fetch, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "network", code: null, message: "Request to api.clear.in failed." });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});

test.each([301, 302, 303, 307, 308])("a %i is not followed", async (status) => {
  const { origin, requests } = await loopbackServer(respondWith(status, "", { location: "/elsewhere" }));
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT);
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
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT);
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
    const { error } = await glsClient(origin).getPreSignedUrl(INPUT);
    expect(inspect(error, { depth: 9, showHidden: true })).toContain("[redacted]");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
  }
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

test("an error with a deeply nested body can be serialized", async () => {
  const deep = `${"[".repeat(8000)}${"]".repeat(8000)}`;
  const { origin } = await loopbackServer(respondWith(400, `{"success":false,"error":${deep}}`));
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "api", status: 400 });
  expect(JSON.stringify(error)).toContain("[too deep]");
});

test("a documented error with a message of 40 kB that quotes a URL is still an API error", async () => {
  const message = `no: https://storage.clear.in/a?X-Amz-Signature=canary ${"at frame\n".repeat(5000)}`;
  const { origin } = await loopbackServer(respondWith(500, { success: false, error: { code: "500", message } }));
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "api", status: 500, code: "500" });
  expect(error?.message).toMatch(/^no: https:\/\/storage\.clear\.in\/a\?\[redacted\] at frame/);
});

test("a response event has the duration", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.advanceTimersByTime(1000);
  const events: ClientEvent[] = [];
  const fetch = async () => {
    vi.advanceTimersByTime(25);
    return new Response(JSON.stringify(SUCCESS));
  };
  await glsClient("https://api.clear.in", { fetch, onEvent: (event) => events.push(event) }).getPreSignedUrl(INPUT);
  expect(events[1]).toMatchObject({ type: "response", durationMs: 25 });
});

/** A `fetch` whose response body arrives in these chunks. */
function inChunks(status: number, chunks: readonly Uint8Array[]): ClientOptions["fetch"] {
  return async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
    return new Response(body, { status });
  };
}

test("decodes a character that arrives in parts", async () => {
  const bytes = Array.from(new TextEncoder().encode("März €😀"), (byte) => new Uint8Array([byte]));
  const { error } = await glsClient("https://api.clear.in", { fetch: inChunks(401, bytes) }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ message: "GLS responded with 401: März €😀" });
});

test.each([
  [1024 * 1024, 200],
  [1024 * 1024 + 1, undefined],
])("accepts a body of up to 1 MiB: %i bytes", async (length, status) => {
  const text = JSON.stringify(SUCCESS).padEnd(length);
  const { data, error } = await glsClient("https://api.clear.in", {
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

test("a body of exactly 1 MiB is accepted only if nothing follows", async () => {
  const chunk = new TextEncoder().encode(JSON.stringify(SUCCESS).padEnd(1024 * 1024));
  const call = (chunks: readonly Uint8Array[]) =>
    glsClient("https://api.clear.in", { fetch: inChunks(200, chunks) }).getPreSignedUrl(INPUT);
  expect((await call([chunk])).data?.url).toBe(URL_SIGNED);
  expect((await call([chunk, new Uint8Array([32])])).error?.kind).toBe("unexpected-response");
});

test("node-fetch can be injected, although its bodies are Node streams", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  // node-fetch's types are narrower than the `fetch` option.
  const gls = glsClient(origin, { fetch: nodeFetch as unknown as NonNullable<ClientOptions["fetch"]> });
  expect((await gls.getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);

  const large = await loopbackServer(respondWith(200, "x".repeat(1024 * 1024 + 1)));
  const failing = glsClient(large.origin, { fetch: nodeFetch as unknown as NonNullable<ClientOptions["fetch"]> });
  expect((await failing.getPreSignedUrl(INPUT)).error?.message).toContain("a body of more than 1 MiB");
});

test('the message of a response without a body is "no body"', async () => {
  const fetch = async () => new Response(null, { status: 401 });
  const { error } = await glsClient("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT);
  expect(error?.message).toBe("GLS responded with 401: no body");
});

test("truncates messages and bodies, and describes an unexpected response", async () => {
  const long = `  ${"a".repeat(5000)}`;
  const responding = (status: number) => async () => new Response(long, { status });
  const unauthorized = await glsClient("https://api.clear.in", { fetch: responding(401) }).getPreSignedUrl(INPUT);
  expect(unauthorized.error?.message).toBe(`GLS responded with 401: ${"a".repeat(200)}`);
  const undocumented = await glsClient("https://api.clear.in", { fetch: responding(418) }).getPreSignedUrl(INPUT);
  expect(undocumented.error).toMatchObject({
    message: "GLS responded with 418 text/plain;charset=UTF-8: not a documented response.",
    contentType: "text/plain;charset=UTF-8",
    text: long.slice(0, 1000),
    retryable: false,
  });
  const bare = await glsClient("https://api.clear.in", {
    fetch: async () => new Response(null, { status: 505 }),
  }).getPreSignedUrl(INPUT);
  expect(bare.error).toMatchObject({
    message: "GLS responded with 505 without content type: not a documented response.",
    contentType: null,
    text: "",
    retryable: false,
  });
  const wordy = await glsClient("https://api.clear.in", {
    fetch: async () => new Response("", { status: 418, headers: { "content-type": "a".repeat(5000) } }),
  }).getPreSignedUrl(INPUT);
  expect(wordy.error).toMatchObject({ contentType: "a".repeat(200) });
  expect(wordy.error?.message.length).toBeLessThan(300);
  const url = { ...SUCCESS, result: { uploadUrl: "http://storage.clear.in/canary" } };
  const wrong = await glsClient("https://api.clear.in", { fetch: async () => Response.json(url) }).getPreSignedUrl(
    INPUT,
  );
  expect(wrong.error).toMatchObject({
    message:
      "GLS responded with 200 application/json: its URL is not an https URL (http on loopback) without credentials.",
  });
  expect(inspect(wrong.error)).not.toContain("canary");
});

test("sends a request without a body in a runtime without Request.body, such as Firefox", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  const body = vi.spyOn(Request.prototype, "body", "get").mockReturnValue(undefined as unknown as null);
  const { data } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(body).toHaveBeenCalled();
  body.mockRestore();
  expect(data?.url).toBe(URL_SIGNED);
});

test.each([408, 425, 429, 502, 503, 504])("a %i is retried", async (status) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) =>
    respondWith(requests.length < 2 ? status : 200, SUCCESS)(request, response),
  );
  expect((await glsClient(origin).getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);
  expect(requests).toHaveLength(2);
});

test.each([
  ["3600", 3_600_000],
  ["0", 0],
  ["Fri, 01 Jan 1999 00:01:00 GMT", 10_000],
  ["soon", null],
  [undefined, null],
])("an error for a Retry-After of %s has the requested delay", async (retryAfter, retryAfterMs) => {
  const date = "Fri, 01 Jan 1999 00:00:50 GMT";
  const headers = { date, ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }) };
  const { origin, requests } = await loopbackServer(respondWith(429, "", headers));
  const { error } = await glsClient(origin, { maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 429, retryable: true, retryAfterMs });
  expect(requests).toHaveLength(1);
});

test("a server that asks for a longer delay than the limit allows gets one request, and the error has the delay", async () => {
  const { origin, requests } = await loopbackServer(respondWith(503, "", { "retry-after": "3600" }));
  const { error } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "unexpected-response", status: 503, retryAfterMs: 3_600_000 });
  expect(requests).toHaveLength(1);
});

test.each([
  ["Age", { age: "50" }],
  ["a Date before that of the URL's signature", { age: "50", date: "Thu, 31 Dec 1998 00:00:00 GMT" }],
])("the lifetime of a URL in a response with %s is shorter by its age", async (_what, headers) => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS, headers));
  const before = Date.now();
  const { data } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 10_000);
  expect(data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 10_000);
});

const FAILURE = { status: 406, success: false, message: "ERROR", error: { code: "406", message: "Invalid extension" } };

test.each(["a", "status", "success", "error", "false", "406", "ERROR", "code"])(
  "the token %j, a part of the response, does not change which error it is",
  async (authToken) => {
    const { origin } = await loopbackServer(respondWith(406, FAILURE));
    const { error } = await glsClient(origin, { authToken }).getPreSignedUrl(INPUT);
    expect(error).toMatchObject({ kind: "api", api: "gls", status: 406, code: "406", retryable: false });
    expect(inspect(error, { depth: 9 })).toContain("[redacted]");
  },
);

test("a code that is not a status is unknown, and redacted like everything else", async () => {
  const failure = { ...FAILURE, error: { code: "123456", message: "" } };
  const { origin } = await loopbackServer(respondWith(406, failure));
  const { error } = await glsClient(origin, { authToken: "123456" }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ code: "UNKNOWN", rawCode: "[redacted]" });
});

/** A stream that is no web stream but has its reader. */
const readerOf = (read: () => unknown) => ({ getReader: () => ({ read, cancel: async () => {} }) });

test.each<[string, object, object]>([
  ["text that is not a string", { text: async () => 5 }, { kind: "unexpected-response", text: "5" }],
  ["headers that are not strings", { headers: { get: () => 7 } }, { kind: "unexpected-response", contentType: "7" }],
  [
    "a body of endless empty chunks",
    { body: readerOf(async () => ({ done: false, value: new Uint8Array() })) },
    { kind: "unexpected-response", message: expect.stringContaining("1 MiB") },
  ],
  ["chunks that are not bytes", { body: readerOf(async () => ({ done: false, value: "a" })) }, { kind: "network" }],
  ["a body that cannot be read", { body: readerOf(() => Promise.reject(new Error("canary"))) }, { kind: "network" }],
])("a fetch that returns %s ends as an error", async (_what, parts, error) => {
  const response = { status: 200, headers: new Headers(), text: async () => "{}", ...parts };
  const fetch = (async () => response) as unknown as NonNullable<ClientOptions["fetch"]>;
  const result = await glsClient("https://api.clear.in", { fetch, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(result.error).toMatchObject(error);
});
