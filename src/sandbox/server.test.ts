import { existsSync } from "node:fs";
import { type RequestOptions, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { CFC, CFC_HEADERS, cfcUrl, GLS, head } from "../../test-support/sandbox-requests.js";
import { type OneShotResponse, type Sandbox, type SandboxRequest, startSandbox } from "./index.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test.each<[string, RequestOptions]>([
  ["Host: attacker.example", { headers: { host: "attacker.example" } }],
  ["Host: localhost.attacker.example", { headers: { host: "localhost.attacker.example" } }],
  ["Host: 127.0.0.1@attacker.example", { headers: { host: "127.0.0.1@attacker.example" } }],
  ["a target with another host", { path: "http://attacker.example/", headers: { host: "127.0.0.1" } }],
  ["a target with another scheme", { path: "https://127.0.0.1/", headers: { host: "127.0.0.1" } }],
  ["a target with a user", { path: "http://user@127.0.0.1/", headers: { host: "127.0.0.1" } }],
  ["a target that is not a URL", { method: "OPTIONS", path: "*", headers: { host: "127.0.0.1" } }],
])("a request with %s is rejected by the API and the storage", async (_what, options) => {
  const { url } = await cfcUrl(sandbox);
  for (const origin of [sandbox.baseUrl, new URL(url).origin]) {
    expect((await head(origin, options)).status).toBe(421);
  }
});

test("a request with an empty Host is rejected", async () => {
  const socket = connect(Number(new URL(sandbox.baseUrl).port), "127.0.0.1");
  socket.end(`GET /127.0.0.1${GLS} HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += chunk;
  expect(text).toMatch(/^HTTP\/1.1 421 /);
});

test("loopback host names are accepted", async () => {
  for (const host of ["localhost", "LOCALHOST:80", "[::1]:80", "127.1.2.3"]) {
    expect((await head(sandbox.baseUrl, { path: CFC, headers: { ...CFC_HEADERS, host } })).status).toBe(200);
  }
});

/** The response to a POST whose body is sent in chunks without a Content-Length, from a client that never ends it. */
function endlessPost(path: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const post = request(sandbox.baseUrl + path, { method: "POST", agent: false });
    post.on("error", reject);
    post.on("response", async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      post.destroy();
      resolve({ status: response.statusCode, text });
    });
    post.write(Buffer.alloc(1024 * 1024));
    post.write("a");
  });
}

test.each(["/anything", "/__sandbox/next"])(
  "a body of more than 1 MiB to %s is a 413, before it ends",
  async (path) => {
    const { status, text } = await endlessPost(path);
    expect(status).toBe(413);
    expect(JSON.parse(text)).toEqual({ type: "about:blank", title: "The body is longer than 1 MiB.", status: 413 });
  },
);

test("a body of 1 MiB is read, and so is the body of a GET", async () => {
  const url = sandbox.baseUrl + CFC;
  const post = await fetch(url, { method: "POST", headers: CFC_HEADERS, body: Buffer.alloc(1024 * 1024) });
  expect(post.status).toBe(405);
  const options = {
    path: CFC,
    headers: { ...CFC_HEADERS, "content-length": "content".length, expect: "100-continue" },
  };
  expect(await head(sandbox.baseUrl, options)).toMatchObject({ continued: true, status: 200 });
});

test("a connection that is closed within a body ends the request", async () => {
  const other = await startSandbox();
  const post = request(`${other.baseUrl}/anything`, { method: "POST", headers: { "content-length": 2 } });
  post.on("error", () => {});
  post.write("a", () => post.destroy());
  await new Promise((resolve) => post.on("close", resolve));
  await other.close();
});

test("each request is reported without secrets, even if the hook throws", async () => {
  const seen: SandboxRequest[] = [];
  const onRequest = (request: SandboxRequest) => {
    seen.push(request);
    throw new Error("hook");
  };
  const other = await startSandbox({ onRequest });
  const { url, headers } = await cfcUrl(other);
  await fetch(url, { method: "PUT", headers, body: "content" });
  other.storage.next({ reset: true });
  await expect(fetch(url, { method: "PUT", headers, body: "content" })).rejects.toThrow();
  await head(other.baseUrl, { headers: { host: "attacker.example" } });
  await other.close();
  const { pathname } = new URL(url);
  expect(seen.map(({ durationMs, ...request }) => request)).toEqual([
    { target: "api", method: "GET", path: "/integration/v1/generatePreSign/sales", status: 200 },
    { target: "storage", method: "PUT", path: pathname, status: 200 },
    { target: "storage", method: "PUT", path: pathname, status: null },
    { target: "api", method: "GET", path: "", status: 421 },
  ]);
  expect(seen.every(({ durationMs }) => durationMs > 0)).toBe(true);
  expect(JSON.stringify(seen)).not.toContain("X-Amz-");
});

/** Sends requests at once on one connection, without waiting for a response. */
function pipelined({ baseUrl }: Sandbox, requests: readonly string[], toOrigin = baseUrl) {
  const { hostname, port } = new URL(toOrigin);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(requests.map((lines) => `${lines}\r\nHost: ${hostname}\r\n\r\n`).join(""));
  return socket;
}

const CFC_LINES = `GET ${CFC} HTTP/1.1\r\nx-cleartax-auth-token: ${CFC_HEADERS["x-cleartax-auth-token"]}\r\nfileContentType: CSV`;

test("pipelined requests get their responses in order, each after the one before", async () => {
  const other = await startSandbox();
  onTestFinished(other.close);
  other.api.next({ status: 503, delayMs: 20, bodyDelayMs: 20, body: "first" }, { status: 418, body: "second" });
  const socket = pipelined(other, [CFC_LINES, CFC_LINES, `${CFC_LINES}\r\nConnection: close`]);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += chunk;
  expect(text.match(/HTTP\/1.1 \d+|first|second|CREATED/g)).toEqual([
    "HTTP/1.1 503",
    "first",
    "HTTP/1.1 418",
    "second",
    "HTTP/1.1 200",
    "CREATED",
  ]);
});

test.each<[string, OneShotResponse]>([
  ["a response", { delayMs: 60_000 }],
  ["a body", { status: 200, body: "late", bodyDelayMs: 60_000 }],
  ["the end of a connection", { reset: true, delayMs: 60_000 }],
])("close does not wait for pipelined requests behind %s that is delayed", async (_what, oneShot) => {
  const seen: (number | null)[] = [];
  const other = await startSandbox({ onRequest: ({ status }) => seen.push(status) });
  other.api.next(oneShot, oneShot);
  const socket = pipelined(other, [CFC_LINES, CFC_LINES, CFC_LINES]);
  const ended = new Promise((resolve) => socket.resume().on("close", resolve));
  await expect.poll(() => other.requests.length).toBe(1);
  await other.close();
  await ended;
  expect(seen).toHaveLength(1);
});

test("a response that closes its connection ends the pipelined requests behind it", async () => {
  const other = await startSandbox();
  other.api.next({ status: 503, delayMs: 20, headers: { connection: "close" } });
  const socket = pipelined(other, [CFC_LINES, CFC_LINES]);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += chunk;
  expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 503"]);
  await other.close();
});

test("close ends connections without a request, half a request, and one whose upload waits for its turn", async () => {
  const other = await startSandbox();
  const { url, headers } = await cfcUrl(other);
  const { origin, host, pathname, search } = new URL(url);
  const put = `PUT ${pathname}${search} HTTP/1.1\r\ncontent-type: ${headers["content-type"]}\r\ncontent-length: 1000000`;
  other.storage.next({ delayMs: 60_000 });
  const half = connect(Number(new URL(other.baseUrl).port), "127.0.0.1");
  half.write("GET / HTTP/1.1\r\nHost: ");
  const sockets = [
    connect(Number(new URL(other.baseUrl).port), "127.0.0.1"),
    half,
    pipelined(other, [`${put}\r\nX-Host: ${host}`], origin),
    pipelined(other, [put, put], origin),
  ];
  const ended = sockets.map(
    (socket) =>
      new Promise((resolve) =>
        socket
          .on("error", () => {})
          .resume()
          .on("close", resolve),
      ),
  );
  await expect.poll(() => other.requests.filter(({ target }) => target === "storage").length).toBe(2);
  await other.close();
  await Promise.all(ended);
  expect(existsSync(other.directory)).toBe(false);
});

test("close ends calls of api.fetch, and rejects later ones", async () => {
  const other = await startSandbox();
  const call = () => other.api.fetch(other.baseUrl + CFC, { headers: CFC_HEADERS });
  const body = new ReadableStream({});
  const endless = { method: "POST", body, duplex: "half" } as RequestInit;
  other.api.next({ status: 200, body: "late", bodyDelayMs: 60_000 }, { delayMs: 60_000 });
  const late = await call();
  const calls = [late.text(), call(), other.api.fetch(other.baseUrl, endless)];
  const settled = Promise.allSettled(calls);
  await expect.poll(() => other.requests.length).toBe(3);
  await other.close();
  const reset = { name: "TypeError", cause: { code: "ECONNRESET" } };
  for (const one of await settled) expect(one).toMatchObject({ status: "rejected", reason: reset });
  await expect(call()).rejects.toMatchObject(reset);
});

test("200 MB to the API or the control path are not held in memory", async () => {
  const peak = async (path: string) => {
    let peakBytes = 0;
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers);
        if (sent++ === 200) controller.close();
        else controller.enqueue(new Uint8Array(1_000_000));
      },
    });
    const post = await fetch(sandbox.baseUrl + path, { method: "POST", body, duplex: "half" } as RequestInit);
    expect(post.status).toBe(413);
    return peakBytes;
  };
  const before = process.memoryUsage().arrayBuffers;
  for (const path of ["/anything", "/__sandbox/next"]) expect((await peak(path)) - before).toBeLessThan(100_000_000);
});
