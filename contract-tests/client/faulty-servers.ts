/**
 * Faults of servers, proxies and networks, each with the outcome that a call must have. The servers write raw bytes, because
 * an HTTP library would not send most of this. Each runs for both APIs.
 */
import type { Socket } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import type { Api, ClearError } from "../../src/index.js";

export type Outcome = ClearError["kind"] | "data";

export interface FaultyServer {
  /** What the server does, as in the table. */
  readonly behaviour: string;
  readonly outcome: Outcome | Readonly<Record<Api, Outcome>>;
  /** Responds to one request after reading its head, or on connect if `onConnect` is set. `token` is the request's. */
  readonly serve: (socket: Socket, api: Api, token: string) => void;
  readonly onConnect?: boolean;
  /** The timeout of the attempt in milliseconds, if the client is expected to reach it. */
  readonly timeoutMs?: number;
}

export const SIGNED_URL = "https://storage.clear.in/a?X-Amz-Expires=600&X-Amz-Signature=canary";

/** The documented success of an API, with this URL. */
export const success = (api: Api, url: unknown = SIGNED_URL) =>
  api === "cfc"
    ? { status: "CREATED", preSignedS3Url: url, errorCode: null, errorMessage: null }
    : {
        status: 200,
        success: true,
        message: "",
        result: { status: "OK", uploadUrl: url },
        error: null,
        metadata: null,
      };

const bytes = (body: string | Buffer) => (typeof body === "string" ? Buffer.from(body) : body);

/** Sends a complete response and closes the connection. */
function respond(socket: Socket, status: string, headers: readonly string[], body: string | Buffer = ""): void {
  const payload = bytes(body);
  const lines = [`HTTP/1.1 ${status}`, "connection: close", `content-length: ${payload.length}`, ...headers, "", ""];
  socket.write(lines.join("\r\n"));
  socket.end(payload);
}

const JSON_TYPE = "content-type: application/json";
const json = (socket: Socket, status: string, body: unknown, headers: readonly string[] = [JSON_TYPE]) =>
  respond(socket, status, headers, JSON.stringify(body));

/** A server that responds with this status, these headers and this body. */
const plain =
  (
    status: string,
    headers: readonly string[],
    body: string | Buffer | ((api: Api, token: string) => string | Buffer) = "",
  ): FaultyServer["serve"] =>
  (socket, api, token) =>
    respond(socket, status, headers, typeof body === "function" ? body(api, token) : body);

const successText = (api: Api) => JSON.stringify(success(api));

/** Writes endlessly, as fast as the client reads. */
function endless(socket: Socket, chunk: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
}

/** The documented success of an API with another URL. */
const withUrl =
  (url: unknown): FaultyServer["serve"] =>
  (socket, api) =>
    json(socket, "200 OK", success(api, url));

const redirect = (status: number): FaultyServer => ({
  behaviour: `a redirect ${status} to another host`,
  outcome: "unexpected-response",
  serve: plain(`${status} Redirect`, ["location: http://127.0.0.1:9/canary"]),
});

const bodyOf = (
  behaviour: string,
  body: string,
  outcome: FaultyServer["outcome"] = "unexpected-response",
): FaultyServer => ({
  behaviour,
  outcome,
  serve: plain("200 OK", [JSON_TYPE], body),
});

const url = (behaviour: string, value: unknown, outcome: Outcome = "unexpected-response"): FaultyServer => ({
  behaviour: `a success whose URL is ${behaviour}`,
  outcome,
  serve: withUrl(value),
});

export const faultyServers: readonly FaultyServer[] = [
  // Bodies.
  bodyOf("an empty 200", ""),
  bodyOf("a 200 that is not JSON", "OK"),
  bodyOf("a 200 that is half a JSON document", '{"status":'),
  bodyOf("a 200 that is two JSON documents", "{}{}"),
  bodyOf("a 200 that is null", "null"),
  bodyOf("a 200 that is a number", "200"),
  bodyOf("a 200 whose body is a string", '"CREATED"'),
  bodyOf("a 200 that is an empty object", "{}"),
  bodyOf("a 200 that is an empty array", "[]"),
  bodyOf("a 200 that is not UTF-8", "\u0000\ufffd{"),
  bodyOf("the wrong type in every field", '{"status":1,"preSignedS3Url":1,"success":1,"result":1,"error":1}'),
  bodyOf("objects in every field", '{"status":{},"preSignedS3Url":{},"success":{},"result":{},"error":{}}'),
  bodyOf("a success in __proto__ only", '{"__proto__":{"status":"CREATED","success":true}}'),
  bodyOf("deeply nested JSON", "[".repeat(200_000) + "]".repeat(200_000)),
  {
    behaviour: "50 MB of spaces",
    outcome: "unexpected-response",
    serve: (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n");
      endless(socket, " ".repeat(65536));
    },
  },
  {
    behaviour: "an endless body",
    outcome: "unexpected-response",
    serve: (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${JSON_TYPE}\r\nconnection: close\r\n\r\n`);
      endless(socket, "{".repeat(65536));
    },
  },
  {
    behaviour: "an endless body in chunks",
    outcome: "unexpected-response",
    serve: (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      endless(socket, `10000\r\n${"a".repeat(65536)}\r\n`);
    },
  },
  {
    behaviour: "a success with a byte order mark",
    outcome: "data",
    serve: plain("200 OK", [JSON_TYPE], (api) => `\ufeff${successText(api)}`),
  },
  {
    behaviour: "a success with unknown fields",
    outcome: "data",
    serve: (socket, api) => json(socket, "200 OK", { ...success(api), requestId: "a", __proto__: null, nested: [{}] }),
  },
  {
    behaviour: "a success labelled as text/html",
    outcome: "data",
    serve: plain("200 OK", ["content-type: text/html"], successText),
  },
  { behaviour: "a success without a content type", outcome: "data", serve: plain("200 OK", [], successText) },
  {
    behaviour: "a success with two content types",
    outcome: "data",
    serve: plain("200 OK", [JSON_TYPE, "content-type: text/plain"], successText),
  },
  {
    behaviour: "the success of the other API",
    outcome: "unexpected-response",
    serve: plain("200 OK", [JSON_TYPE], (api) => successText(api === "cfc" ? "gls" : "cfc")),
  },

  // Statuses.
  {
    behaviour: "a 204",
    outcome: "unexpected-response",
    serve: (socket) => socket.end("HTTP/1.1 204 No Content\r\n\r\n"),
  },
  {
    behaviour: "a success in a 201",
    outcome: "unexpected-response",
    serve: plain("201 Created", [JSON_TYPE], successText),
  },
  { behaviour: "a 404", outcome: "unexpected-response", serve: plain("404 Not Found", [], "not here") },
  {
    behaviour: "a 429 with a Retry-After of a day",
    outcome: "unexpected-response",
    serve: plain("429 Too Many", ["retry-after: 86400"]),
  },
  {
    behaviour: "a 503 with an invalid Retry-After",
    outcome: "unexpected-response",
    serve: plain("503 Busy", ["retry-after: soon"]),
  },
  {
    behaviour: "an HTML 502 from a proxy",
    outcome: "unexpected-response",
    serve: plain("502 Bad Gateway", ["content-type: text/html"], "<html><h1>Bad Gateway</h1></html>"),
  },
  { behaviour: "a status of 999", outcome: "unexpected-response", serve: plain("999 Odd", []) },
  {
    behaviour: "a plain-text 401",
    outcome: "api",
    serve: plain("401 Unauthorized", ["content-type: text/plain"], "UNAUTHORIZED"),
  },
  {
    behaviour: "a plain-text 401 labelled as JSON",
    outcome: "api",
    serve: plain("401 Unauthorized", [JSON_TYPE], "UNAUTHORIZED"),
  },
  {
    behaviour: "a JSON 401 of another shape",
    outcome: "api",
    serve: (socket) => json(socket, "401 Unauthorized", { message: "no", errors: [1] }),
  },
  {
    behaviour: "an HTML 403 from a firewall",
    outcome: "api",
    serve: plain("403 Forbidden", ["content-type: text/html"], "<html>blocked</html>"),
  },
  { behaviour: "an empty 401", outcome: "api", serve: plain("401 Unauthorized", []) },
  {
    behaviour: "a 500 that is an array with a code",
    outcome: { cfc: "api", gls: "unexpected-response" },
    serve: (socket) => json(socket, "500 Error", [{ errorCode: "INTERNAL_ERROR", errorMessage: "no" }]),
  },
  {
    behaviour: "a 500 that is an array of null",
    outcome: "unexpected-response",
    serve: (socket) => json(socket, "500 Error", [null]),
  },
  {
    behaviour: "a failure without any other field",
    outcome: "api",
    serve: (socket, api) => json(socket, "200 OK", api === "cfc" ? { status: "FAILED" } : { success: false }),
  },
  ...[301, 302, 303, 307, 308].map(redirect),
  { behaviour: "a redirect without a location", outcome: "unexpected-response", serve: plain("302 Found", []) },
  {
    behaviour: "a 304",
    outcome: "unexpected-response",
    serve: (socket) => socket.end("HTTP/1.1 304 Not Modified\r\n\r\n"),
  },
  {
    behaviour: "a hundred 103 responses and then a success",
    outcome: "data",
    serve: (socket, api) => {
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(100));
      json(socket, "200 OK", success(api));
    },
  },
  {
    behaviour: "endless 103 responses",
    outcome: "timeout",
    timeoutMs: 300,
    serve: (socket) => endless(socket, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50)),
  },
  {
    behaviour: "an unexpected 101",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
  },

  // Echoed secrets.
  {
    behaviour: "the token in a 401",
    outcome: "api",
    serve: plain("401 Unauthorized", [], (_api, token) => `bad ${token}`),
  },
  {
    behaviour: "the token in a 418",
    outcome: "unexpected-response",
    serve: plain("418 Teapot", [], (_api, token) => `${token} ${btoa(token)} ${encodeURIComponent(token)}`),
  },
  {
    behaviour: "the token in every field of an error response",
    outcome: "api",
    serve: (socket, api, token) =>
      json(
        socket,
        "403 Forbidden",
        api === "cfc"
          ? { status: null, preSignedS3Url: token, errorCode: token, errorMessage: token, [token]: token }
          : { success: false, message: token, error: { code: token, message: token }, [token]: token },
      ),
  },
  {
    behaviour: "a signed URL in an error response",
    outcome: "api",
    serve: (socket, api) =>
      json(
        socket,
        "200 OK",
        api === "cfc"
          ? { status: "FAILED", preSignedS3Url: SIGNED_URL, errorMessage: SIGNED_URL }
          : { success: false, error: { code: "400", message: SIGNED_URL }, result: { uploadUrl: SIGNED_URL } },
      ),
  },

  // URLs.
  url("http", "http://storage.clear.in/a?X-Amz-Signature=canary"),
  url("http to a name that only starts with localhost", "http://localhost.example/a?X-Amz-Signature=canary"),
  url("https with credentials", "https://user:canary@storage.clear.in/a"),
  url("relative", "/a?X-Amz-Signature=canary"),
  url("without a scheme", "storage.clear.in/a?X-Amz-Signature=canary"),
  url("data:", "data:text/plain,canary"),
  url("javascript:", "javascript:alert('canary')"),
  url("file:", "file:///etc/passwd?canary"),
  url("empty", ""),
  url("null", null),
  url("an array", [SIGNED_URL]),
  url("unsigned", "https://storage.clear.in/a", "data"),
  url("of 100 kB", `https://storage.clear.in/${"a".repeat(100_000)}`, "data"),
  url("expired on arrival", "https://storage.clear.in/a?X-Amz-Date=20000101T000000Z&X-Amz-Expires=0", "data"),
  {
    behaviour: "a success, with a clock that is a day ahead",
    outcome: "data",
    serve: (socket, api) =>
      json(socket, "200 OK", success(api), [JSON_TYPE, `date: ${new Date(Date.now() + 86_400_000).toUTCString()}`]),
  },

  // Heads.
  {
    behaviour: "a 401 with a header of 64 kB",
    outcome: "network",
    serve: plain("401 Unauthorized", [`x-long: ${"a".repeat(65536)}`]),
  },
  {
    behaviour: "endless headers",
    outcome: "network",
    serve: (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      endless(socket, "x-more: a\r\n".repeat(100));
    },
  },
  {
    behaviour: "a protocol other than HTTP",
    outcome: "network",
    serve: (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"),
  },
  {
    behaviour: "an invalid status line",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 abc\r\n\r\n"),
  },
  { behaviour: "HTTP/0.9", outcome: "network", serve: (socket, api) => socket.end(successText(api)) },
  {
    behaviour: "a NUL in a header",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n"),
  },
  {
    behaviour: "two different lengths",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
  },
  {
    behaviour: "a negative length",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}"),
  },
  {
    behaviour: "a length and chunked encoding",
    outcome: "network",
    serve: (socket) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
  },

  // Lengths, chunks and content codings.
  {
    behaviour: "a body that is shorter than its length",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}"),
  },
  {
    behaviour: "a body that is longer than its length",
    outcome: "unexpected-response",
    serve: (socket, api) =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\n${successText(api)}`),
  },
  {
    behaviour: "truncated chunks",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{}"),
  },
  {
    behaviour: "an invalid chunk size",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n"),
  },
  {
    behaviour: "invalid gzip",
    outcome: "network",
    serve: plain("200 OK", ["content-encoding: gzip"], "not gzip"),
  },
  {
    behaviour: "a success in gzip",
    outcome: "data",
    serve: plain("200 OK", ["content-encoding: gzip"], (api) => gzipSync(successText(api))),
  },
  {
    behaviour: "a success in deflate",
    outcome: "data",
    serve: plain("200 OK", ["content-encoding: deflate"], (api) => deflateSync(successText(api))),
  },
  {
    behaviour: "a gzip bomb of 64 MB",
    outcome: "unexpected-response",
    serve: plain("200 OK", ["content-encoding: gzip"], () => BOMB),
  },
  {
    behaviour: "an unknown content coding",
    outcome: "unexpected-response",
    serve: plain("200 OK", ["content-encoding: snappy"], "\u0001\u0002"),
  },

  // Time.
  { behaviour: "no response", outcome: "timeout", timeoutMs: 200, serve: () => {} },
  {
    behaviour: "a head and no body",
    outcome: "timeout",
    timeoutMs: 200,
    serve: (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"),
  },
  {
    behaviour: "one byte every 50 ms",
    outcome: "timeout",
    timeoutMs: 300,
    serve: (socket, api) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n");
      const text = successText(api);
      let sent = 0;
      const timer = setInterval(() => socket.write(text[sent++] ?? " "), 50);
      socket.on("close", () => clearInterval(timer));
    },
  },
  {
    behaviour: "a status line and nothing else",
    outcome: "timeout",
    timeoutMs: 200,
    serve: (socket) => socket.write("HTTP/1.1 200 OK\r\n"),
  },

  // Connections that close.
  { behaviour: "a reset on connect", outcome: "network", onConnect: true, serve: (socket) => socket.resetAndDestroy() },
  { behaviour: "a close on connect", outcome: "network", onConnect: true, serve: (socket) => socket.end() },
  { behaviour: "a close after the request", outcome: "network", serve: (socket) => socket.end() },
  { behaviour: "a reset after the request", outcome: "network", serve: (socket) => socket.resetAndDestroy() },
  {
    behaviour: "a reset in the head",
    outcome: "network",
    serve: (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-", () => socket.resetAndDestroy()),
  },
  {
    behaviour: "a reset in the body",
    outcome: "network",
    serve: (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", () => socket.resetAndDestroy()),
  },
  {
    behaviour: "a close in the head",
    outcome: "network",
    serve: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-"),
  },
];

const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "), { level: 1 });

/** The table in docs/hostile-servers.md: what the server does, and the outcome of the call. */
export function table(): string {
  const cell = (outcome: Outcome) => (outcome === "data" ? "the URL" : `\`${outcome}\``);
  const rows = faultyServers.map(({ behaviour, outcome }) => {
    const [cfc, gls] = typeof outcome === "string" ? [outcome, outcome] : [outcome.cfc, outcome.gls];
    return `| ${behaviour} | ${cell(cfc)} | ${cell(gls)} |`;
  });
  return ["| Server sends | CFC | GLS |", "| --- | --- | --- |", ...rows].join("\n");
}
