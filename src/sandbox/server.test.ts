import { type RequestOptions, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CFC, CFC_HEADERS, cfcUrl, GLS, head } from "../../test-support/sandbox-requests.js";
import { type Sandbox, type SandboxRequest, startSandbox } from "./index.js";

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
