import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { leaks, secretsOf } from "../../test-support/canaries.js";
import {
  CFC,
  CFC_HEADERS,
  cfcUrl,
  GLS,
  GLS_HEADERS,
  glsUrl,
  partialUpload,
} from "../../test-support/sandbox-requests.js";
import { createSandboxApi } from "./fetch.js";
import { type Sandbox, startSandbox } from "./index.js";
import { RequestLog } from "./requests.js";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

test("requests has what was received, in order, with the status of the response", async () => {
  const { url, headers } = await cfcUrl(sandbox);
  await fetch(url, { method: "PUT", headers, body: "content" });
  await fetch(`${sandbox.baseUrl}${GLS}&filename=b.csv`, { headers: GLS_HEADERS });
  await sandbox.api.fetch("https://api.clear.in/nothing", { method: "POST", body: "a" });
  sandbox.storage.next({ reset: true });
  await expect(fetch(url, { method: "PUT", headers, body: "content" })).rejects.toThrow();
  // A request of the test itself.
  await fetch(`${sandbox.baseUrl}/__sandbox/next`, { method: "POST", body: '{"target":"api","status":503}' });
  const { pathname: path } = new URL(url);
  expect(sandbox.requests).toEqual([
    {
      target: "api",
      operation: "getCfcPreSignedUrl",
      method: "GET",
      path: "/integration/v1/generatePreSign/sales",
      parameters: { templateType: "sales", fileContentType: "CSV", fileName: "a.csv" },
      headers: expect.objectContaining({ filecontenttype: "CSV", "x-cleartax-auth-token": "[redacted]" }),
      status: 200,
    },
    {
      target: "storage",
      operation: null,
      method: "PUT",
      path,
      parameters: {},
      headers: expect.objectContaining({ "content-type": "application/vnd.ms-excel", "content-length": "7" }),
      status: 200,
    },
    {
      target: "api",
      operation: "getGlsPreSignedUrl",
      method: "GET",
      path: "/one-integration/action/pre-sign",
      parameters: { filename: "a.csv", "x-integration-id": GLS_HEADERS["x-integration-id"] },
      headers: expect.objectContaining({ "x-integration-id": GLS_HEADERS["x-integration-id"] }),
      status: 400,
    },
    {
      target: "api",
      operation: null,
      method: "POST",
      path: "/nothing",
      parameters: {},
      headers: { "content-type": "text/plain;charset=UTF-8" },
      status: 404,
    },
    {
      target: "storage",
      operation: null,
      method: "PUT",
      path,
      parameters: {},
      headers: expect.anything(),
      status: null,
    },
  ]);
});

test("requests has a request that is not answered yet, and no change to what it returned", async () => {
  sandbox.api.next({ delayMs: 60_000 });
  const controller = new AbortController();
  const pending = fetch(sandbox.baseUrl + CFC, { headers: CFC_HEADERS, signal: controller.signal });
  await expect.poll(() => sandbox.requests.length).toBe(1);
  const before = sandbox.requests;
  expect(before).toMatchObject([{ path: "/integration/v1/generatePreSign/sales", status: null }]);
  controller.abort();
  await expect(pending).rejects.toThrow();
  (before as unknown[]).length = 0;
  expect(sandbox.requests).toHaveLength(1);
});

test("only the last 10,000 requests are remembered", () => {
  const log = new RequestLog();
  for (let i = 0; i <= 10_000; i++) {
    log.add("api", { method: "GET", url: new URL(`http://127.0.0.1/${i}`), headers: new Headers() });
  }
  expect(log.all).toHaveLength(10_000);
  expect([log.all[0]?.path, log.all.at(-1)?.path]).toEqual(["/1", "/10000"]);
});

test("requests has no secrets, wherever a client puts them", async () => {
  const { url, headers } = await cfcUrl(sandbox);
  const tokens = { cfc: CFC_HEADERS["x-cleartax-auth-token"], other: "canary-other-token" };
  const secret = {
    ...headers,
    authorization: `Bearer ${tokens.other}`,
    cookie: tokens.other,
    "x-clear-auth-token": tokens.other,
    "x-cleartax-auth-token": tokens.cfc,
    "x-custom": tokens.other,
    "x-amz-security-token": String(new URL(url).searchParams.get("X-Amz-Security-Token")),
  };
  const encoded = url.replace("?", "%3F");
  for (const to of [url, encoded, `${new URL(url).origin}/${encodeURIComponent(encoded)}`]) {
    await fetch(to, { method: "PUT", headers: secret, body: "content" });
  }
  await fetch(`${sandbox.baseUrl}${CFC}&token=${tokens.other}`, { headers: secret });
  const misused = `${new URL(CFC, sandbox.baseUrl)}/${encodeURIComponent(url)}`;
  await fetch(misused, { headers: { ...secret, prefer: url } });
  expect(sandbox.requests).toHaveLength(6);
  expect(leaks(JSON.stringify(sandbox.requests), { ...tokens, ...secretsOf(url) })).toEqual([]);
});

test("reset returns a sandbox to its start: files, queued responses and requests", async () => {
  for (const { url, headers } of [await cfcUrl(sandbox), await cfcUrl(sandbox), await glsUrl(sandbox)]) {
    expect((await fetch(url, { method: "PUT", headers, body: "content" })).status).toBe(200);
  }
  sandbox.api.next({ status: 503 });
  sandbox.storage.next({ status: 503 });
  await sandbox.reset();
  expect(sandbox.requests).toEqual([]);
  expect(readdirSync(sandbox.directory)).toEqual([]);
  const again = await glsUrl(sandbox);
  expect((await fetch(again.url, { method: "PUT", headers: again.headers, body: "content" })).status).toBe(200);
});

test("reset ends running requests and uploads, over HTTP and in process", async () => {
  sandbox.api.next({ delayMs: 60_000 }, { delayMs: 60_000 });
  const failed = [fetch(sandbox.baseUrl), sandbox.api.fetch(sandbox.baseUrl)].map((call) =>
    expect(call).rejects.toThrow(),
  );
  await expect.poll(() => sandbox.requests.length).toBe(2);
  await partialUpload(sandbox);
  await sandbox.reset();
  await Promise.all(failed);
  expect(readdirSync(sandbox.directory)).toEqual([]);
  expect(sandbox.requests).toEqual([]);
  expect((await sandbox.api.fetch(sandbox.baseUrl)).status).toBe(404);
});

test("reset leaves the connection of a complete response open", async () => {
  for (let i = 0; i < 20; i++) {
    expect((await fetch(sandbox.baseUrl)).status).toBe(404);
    await sandbox.reset();
  }
});

test.each(["", "/"])("reset removes nothing but its files from a directory given with %o at its end", async (end) => {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-reset-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const other = await startSandbox({ directory: folder + end });
  onTestFinished(other.close);
  const { url, headers } = await cfcUrl(other);
  for (const mine of [["mine.csv"], []]) {
    for (const name of mine) writeFileSync(join(folder, name), "");
    await fetch(url, { method: "PUT", headers, body: "content" });
    await other.reset();
    expect(readdirSync(folder)).toEqual(mine);
    for (const name of mine) rmSync(join(folder, name));
  }
});

test("createSandboxApi has requests and reset too", async () => {
  const api = createSandboxApi();
  api.next({ status: 503 }, { status: 503 });
  await api.fetch(`https://api.clear.in${CFC}`, { headers: CFC_HEADERS });
  expect(api.requests).toMatchObject([{ operation: "getCfcPreSignedUrl", status: 503 }]);
  api.reset();
  expect(api.requests).toEqual([]);
  expect((await api.fetch(`https://api.clear.in${CFC}`, { headers: CFC_HEADERS })).status).toBe(200);
});
