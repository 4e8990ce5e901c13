import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest, type RequestOptions } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { type ClientEvent, createCfcClient, createGlsClient, type PreSignedUrl, unwrap } from "../index.js";
import { putFile } from "../upload/index.js";
import { SANDBOX_CREDENTIALS, type Sandbox, type SandboxOptions, type SandboxRequest, startSandbox } from "./index.js";

const CFC = "/integration/v1/generatePreSign/sales?fileName=a.csv";
const GLS = "/one-integration/action/pre-sign?filename=a.csv";
const CFC_HEADERS = { "x-cleartax-auth-token": SANDBOX_CREDENTIALS.cfc.authToken, fileContentType: "CSV" };
const GLS_HEADERS = {
  "x-clear-auth-token": SANDBOX_CREDENTIALS.gls.authToken,
  "x-integration-id": SANDBOX_CREDENTIALS.gls.integrationId,
};

const directory = mkdtempSync(join(tmpdir(), "clear-presign-sandbox-test-"));
const description = parse(readFileSync(new URL("../../generated/openapi.yaml", import.meta.url), "utf8"));
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ directory });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});
afterEach(() => {
  vi.useRealTimers();
});

async function get(path: string, headers: Record<string, string>) {
  const response = await fetch(sandbox.baseUrl + path, { headers });
  const text = await response.text();
  return { status: response.status, contentType: response.headers.get("content-type"), text };
}

/** All files below a folder. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ path, name }) => join(path, name));
}

/** The value of an example in the description. */
function example(response: string, name: string): unknown {
  const [content] = Object.values<{ examples: Record<string, { $ref?: string; value?: unknown }> }>(
    description.components.responses[response].content,
  );
  const found = content?.examples[name];
  return found?.$ref ? description.components.examples[found.$ref.split("/").at(-1) ?? ""].value : found?.value;
}

test.each<[string, string, Record<string, string>, number, string, string]>([
  ["no CFC token", CFC, { fileContentType: "CSV" }, 401, "CfcUnauthorized", "authorization-failed"],
  [
    "an unknown CFC token",
    CFC,
    { ...CFC_HEADERS, "x-cleartax-auth-token": "x" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "the GLS token for CFC",
    CFC,
    { ...GLS_HEADERS, fileContentType: "CSV" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "an unknown token in a bad request",
    CFC,
    { "x-cleartax-auth-token": "x" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "no fileContentType",
    CFC,
    { "x-cleartax-auth-token": "sandbox-cfc-token" },
    500,
    "CfcInternalError",
    "file-content-type-missing",
  ],
  [
    "an unknown fileContentType",
    CFC,
    { ...CFC_HEADERS, fileContentType: "PDF" },
    200,
    "CfcProcessed",
    "failed-invalid-request",
  ],
  ["an unknown template type", CFC.replace("sales", "tds"), CFC_HEADERS, 200, "CfcProcessed", "failed-invalid-request"],
  [
    "an empty CFC name",
    "/integration/v1/generatePreSign/sales?fileName=",
    CFC_HEADERS,
    200,
    "CfcProcessed",
    "failed-invalid-request",
  ],
  ["two CFC names", `${CFC}&fileName=b.csv`, CFC_HEADERS, 200, "CfcProcessed", "failed-invalid-request"],
  [
    "no GLS token",
    GLS,
    { "x-integration-id": GLS_HEADERS["x-integration-id"] },
    401,
    "GlsUnauthorized",
    "unauthorized",
  ],
  ["an unknown GLS token", GLS, { ...GLS_HEADERS, "x-clear-auth-token": "x" }, 401, "GlsUnauthorized", "unauthorized"],
  [
    "an unknown GLS token, JSON only",
    GLS,
    { ...GLS_HEADERS, "x-clear-auth-token": "x", accept: "application/json" },
    401,
    "GlsUnauthorized",
    "unauthorized",
  ],
  ["a wrong extension", GLS.replace(".csv", ""), GLS_HEADERS, 406, "GlsNotAcceptable", "invalid-file-extension"],
  ["no filename", "/one-integration/action/pre-sign", GLS_HEADERS, 400, "GlsBadRequest", "bad-request"],
  ["no integration id", GLS, { "x-clear-auth-token": "sandbox-gls-token" }, 400, "GlsBadRequest", "bad-request"],
  [
    "an integration id that is not a UUID",
    GLS,
    { ...GLS_HEADERS, "x-integration-id": "1" },
    400,
    "GlsBadRequest",
    "bad-request",
  ],
])("%s gets the documented response", async (_what, path, headers, status, response, name) => {
  const actual = await get(path, headers);
  const documented = example(response, name);
  expect(documented).toBeDefined();
  expect(actual.status).toBe(status);
  expect(actual.contentType).toBe(typeof documented === "string" ? "text/plain" : "application/json");
  expect(typeof documented === "string" ? actual.text : JSON.parse(actual.text)).toEqual(documented);
});

test("Prefer can select every example of every response", async () => {
  let compared = 0;
  for (const [path, headers, template] of [
    [CFC, CFC_HEADERS, "/integration/v1/generatePreSign/{templateType}"],
    [GLS, GLS_HEADERS, "/one-integration/action/pre-sign"],
  ] as const) {
    for (const [status, { $ref }] of Object.entries<{ $ref: string }>(description.paths[template].get.responses)) {
      const response = $ref.split("/").at(-1) ?? "";
      const [content] = Object.values<{ examples: object }>(description.components.responses[response].content);
      for (const name of Object.keys(content?.examples ?? {})) {
        const actual = await get(path, { ...headers, prefer: `code=${status}, example=${name}` });
        expect(actual.status).toBe(Number(status));
        const body = actual.contentType === "text/plain" ? actual.text : JSON.parse(actual.text);
        // A success has a newly signed URL; every other body is the example.
        if (body.status !== "CREATED" && body.success !== true) expect(body).toEqual(example(response, name));
        compared++;
      }
    }
  }
  expect(compared).toBe(17);
});

test.each([
  ["code=403", "CfcForbidden", "permission-denied"],
  ["example=license-expired", "CfcForbidden", "license-expired"],
  ['respond-async; code="500"', "CfcInternalError", "file-content-type-missing"],
])("Prefer: %s selects the first matching response", async (prefer, response, name) => {
  const { text } = await get(CFC, { ...CFC_HEADERS, prefer });
  expect(JSON.parse(text)).toEqual(example(response, name));
});

test.each(["code=418", "code=403, example=tea", "example=unauthorized", "code=", "code=200, example=license-expired"])(
  "Prefer: %s is an error that lists the available responses",
  async (prefer) => {
    const { status, contentType, text } = await get(CFC, { ...CFC_HEADERS, prefer });
    expect({ status, contentType }).toEqual({ status: 404, contentType: "application/problem+json" });
    for (const one of ["code=200, example=created", "code=403, example=license-expired"]) expect(text).toContain(one);
    expect(text).not.toContain("unauthorized");
  },
);

test("other preferences are ignored, as RFC 7240 requires", async () => {
  expect((await get(CFC, { ...CFC_HEADERS, prefer: "wait=10, barcode=418" })).status).toBe(200);
});

test("an unknown path is a 404 and an unknown method a 405", async () => {
  for (const path of ["/nothing", `${GLS.split("?")[0]}/more`, "//one-integration/action/pre-sign"]) {
    expect(await get(path, GLS_HEADERS)).toMatchObject({ status: 404, contentType: "application/problem+json" });
  }
  const deleted = await fetch(sandbox.baseUrl + CFC, { method: "DELETE", headers: CFC_HEADERS });
  expect([deleted.status, deleted.headers.get("allow")]).toEqual([405, "GET"]);
});

test("a template type may be percent-encoded, and is invalid if it cannot be decoded", async () => {
  const outcome = async (type: string) => JSON.parse((await get(CFC.replace("sales", type), CFC_HEADERS)).text).status;
  expect(await outcome("%73ales")).toBe("CREATED");
  expect(await outcome("sales%E0")).toBe("FAILED");
});

async function cfcUrl({ baseUrl, credentials } = sandbox): Promise<PreSignedUrl> {
  const client = createCfcClient({ baseUrl, ...credentials.cfc });
  return unwrap(await client.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" }));
}

async function glsUrl({ baseUrl, credentials } = sandbox): Promise<PreSignedUrl> {
  const client = createGlsClient({ baseUrl, ...credentials.gls });
  return unwrap(await client.getPreSignedUrl({ fileName: "a.zip" }));
}

/** Sends a PUT without the client; returns the response and the stored content. */
async function put(url: string, headers: Record<string, string>, body = "content") {
  const response = await fetch(url, { method: "PUT", headers, body });
  const text = await response.text();
  const path = sandbox.pathOf(url);
  const code = /<Code>(.*)<\/Code>/.exec(text)?.[1];
  return { status: response.status, code, stored: existsSync(path) ? readFileSync(path, "utf8") : undefined };
}

test.each([
  ["CFC", cfcUrl, "600", "application/vnd.ms-excel"],
  ["GLS", glsUrl, "3600", "application/zip"],
])("a URL of %s is signed as documented, and accepts the file", async (_api, newUrl, lifetime, contentType) => {
  const { url, headers } = await newUrl();
  const query = new URL(url).searchParams;
  expect(query.get("X-Amz-Expires")).toBe(lifetime);
  expect(query.get("X-Amz-SignedHeaders")).toBe("content-type;host");
  expect(query.get("X-Amz-Algorithm")).toBe("AWS4-HMAC-SHA256");
  expect(headers).toEqual({ "content-type": contentType });
  expect(await put(url, headers)).toEqual({ status: 200, code: undefined, stored: "content" });
});

const edit = (url: string, name: string, value: string) => {
  const edited = new URL(url);
  edited.searchParams.set(name, value);
  return edited.href;
};

test.each<[string, (url: PreSignedUrl) => [string, Record<string, string>], number, string]>([
  ["another content type", ({ url }) => [url, { "content-type": "text/plain" }], 403, "SignatureDoesNotMatch"],
  [
    "a parameter to the content type",
    ({ url, headers }) => [url, { "content-type": `${headers["content-type"]};a=b` }],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "a tampered signature",
    ({ url, headers }) => [edit(url, "X-Amz-Signature", "0".repeat(64)), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "a longer lifetime",
    ({ url, headers }) => [edit(url, "X-Amz-Expires", "6000"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "another date",
    ({ url, headers }) => [edit(url, "X-Amz-Date", "20990101T000000Z"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "another token",
    ({ url, headers }) => [edit(url, "X-Amz-Security-Token", "a"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "a forged scope",
    ({ url, headers }) => [url.replace("ap-south-1%2Fs3", "us-east-1%2Fs3"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  ["an additional parameter", ({ url, headers }) => [`${url}&a=b`, headers], 403, "SignatureDoesNotMatch"],
  ["a parameter twice", ({ url, headers }) => [`${url}&X-Amz-Expires=600`, headers], 403, "SignatureDoesNotMatch"],
  ["another key", ({ url, headers }) => [url.replace("/cfc/", "/cfc/x"), headers], 403, "SignatureDoesNotMatch"],
  [
    "another host name",
    ({ url, headers }) => [url.replace("127.0.0.1", "localhost"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "an unknown access key",
    ({ url, headers }) => [url.replace("Credential=ASIA", "Credential=ASIB"), headers],
    403,
    "InvalidAccessKeyId",
  ],
  ["no access key", ({ url, headers }) => [edit(url, "X-Amz-Credential", ""), headers], 403, "InvalidAccessKeyId"],
  [
    "an invalid date",
    ({ url, headers }) => [edit(url, "X-Amz-Date", "20261399T000000Z"), headers],
    403,
    "AccessDenied",
  ],
  ["a lifetime of zero", ({ url, headers }) => [edit(url, "X-Amz-Expires", "0"), headers], 403, "AccessDenied"],
  [
    "a lifetime over a week",
    ({ url, headers }) => [edit(url, "X-Amz-Expires", "604801"), headers],
    403,
    "AccessDenied",
  ],
  ["an invalid lifetime", ({ url, headers }) => [edit(url, "X-Amz-Expires", "soon"), headers], 403, "AccessDenied"],
  ["no signature", ({ url, headers }) => [url.split("?")[0] ?? "", headers], 403, "AccessDenied"],
  [
    "an unsigned x-amz header",
    ({ url, headers }) => [url, { ...headers, "x-amz-acl": "public-read" }],
    403,
    "AccessDenied",
  ],
])("the storage rejects %s and stores nothing", async (_what, spoil, status, code) => {
  const [url, headers] = spoil(await cfcUrl());
  expect(await put(url, headers)).toEqual({ status, code, stored: undefined });
});

test.each([
  ["CFC", cfcUrl, 600, 400, "ExpiredToken"],
  ["GLS", glsUrl, 3600, 403, "AccessDenied"],
])("an expired URL of %s gets the vendor's error response", async (_api, newUrl, seconds, status, code) => {
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1000) * 1000 });
  const { url, headers } = await newUrl();
  vi.setSystemTime(Date.now() + seconds * 1000 - 1);
  expect(await put(url, headers)).toMatchObject({ status: 200 });
  vi.setSystemTime(Date.now() + 1);
  expect(await put(url, headers)).toMatchObject({ status, code });
});

test.each([
  ["CFC", cfcUrl, { status: 400, code: "ExpiredToken", expired: true }],
  ["GLS", glsUrl, { status: 403, code: "AccessDenied", expired: true }],
])("a URL of %s with a lifetime of 0 has expired, also by its expiresAt", async (_api, newUrl, error) => {
  const short = await startSandbox({ lifetimeSeconds: 0 });
  onTestFinished(short.close);
  const preSignedUrl = await newUrl(short);
  expect(preSignedUrl.expiresAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect((await putFile(preSignedUrl, import.meta.filename, { checkContent: false })).error).toMatchObject(error);
});

test("lifetimeSeconds is in the URL", async () => {
  const short = await startSandbox({ lifetimeSeconds: 5 });
  onTestFinished(short.close);
  expect(new URL((await glsUrl(short)).url).searchParams.get("X-Amz-Expires")).toBe("5");
});

test("the storage accepts only PUT, and only with a length", async () => {
  const { url, headers } = await cfcUrl();
  expect((await fetch(url)).status).toBe(405);
  const body = new Blob(["content"]).stream();
  const chunked = await fetch(url, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
  expect(chunked.status).toBe(411);
  expect(existsSync(sandbox.pathOf(url))).toBe(false);
});

/** Sends a request head with exactly these options; returns the response. */
function head(
  origin: string,
  options: RequestOptions,
): Promise<{ status: number | undefined; text: string; continued: boolean }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...options, host: "127.0.0.1", port: new URL(origin).port, agent: false });
    let continued = false;
    request.on("continue", () => {
      continued = true;
      request.end("content");
    });
    request.on("response", async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode, text, continued });
    });
    request.on("error", reject);
    if (options.headers && "expect" in options.headers) request.flushHeaders();
    else request.end();
  });
}

test("a file of more than 5 GiB is rejected before 100 Continue", async () => {
  const { url, headers } = await cfcUrl();
  const { origin, host, pathname, search } = new URL(url);
  const expecting = { ...headers, host, expect: "100-continue" };
  const put = (length: number) =>
    head(origin, { method: "PUT", path: pathname + search, headers: { ...expecting, "content-length": length } });
  const tooLarge = await put(5 * 1024 ** 3 + 1);
  expect(tooLarge).toMatchObject({ status: 400, continued: false });
  expect(tooLarge.text).toContain("<Code>EntityTooLarge</Code>");
  expect(await put(7)).toMatchObject({ status: 200, continued: true });
});

test.each([
  ["absolute", (url: URL) => url.href, 200],
  ["path", (url: URL) => url.pathname + url.search, 200],
  ["path with a second slash", (url: URL) => `/${url.pathname}${url.search}`, 403],
])("a PUT whose request target is an %s is stored at pathOf, or not at all", async (_form, of, status) => {
  const { url, headers } = await cfcUrl();
  const parsed = new URL(url);
  const target = { method: "PUT", path: of(parsed), headers: { ...headers, host: parsed.host, "content-length": 7 } };
  const before = filesIn(directory);
  expect(
    await head(parsed.origin, { ...target, headers: { ...target.headers, expect: "100-continue" } }),
  ).toMatchObject({
    status,
  });
  const stored = filesIn(directory).filter((path) => !before.includes(path));
  expect(stored).toEqual(status === 200 ? [sandbox.pathOf(url)] : []);
});

test.each<[string, RequestOptions]>([
  ["Host: attacker.example", { headers: { host: "attacker.example" } }],
  ["Host: localhost.attacker.example", { headers: { host: "localhost.attacker.example" } }],
  ["Host: 127.0.0.1@attacker.example", { headers: { host: "127.0.0.1@attacker.example" } }],
  ["a target with another host", { path: "http://attacker.example/", headers: { host: "127.0.0.1" } }],
  ["a target with another scheme", { path: "https://127.0.0.1/", headers: { host: "127.0.0.1" } }],
  ["a target with a user", { path: "http://user@127.0.0.1/", headers: { host: "127.0.0.1" } }],
  ["a target that is not a URL", { method: "OPTIONS", path: "*", headers: { host: "127.0.0.1" } }],
])("a request with %s is rejected by the API and the storage", async (_what, options) => {
  const { url } = await cfcUrl();
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

/** Starts an upload, and waits until part of it is on disk. */
async function partialUpload(target: Sandbox) {
  const { url, headers } = await cfcUrl(target);
  const request = httpRequest(url, { method: "PUT", headers: { ...headers, "content-length": 100 } });
  request.on("error", () => {});
  request.write("half");
  await vi.waitFor(() => expect(filesIn(target.directory).some((path) => path.endsWith(".part"))).toBe(true));
  return request;
}

test("an interrupted PUT leaves no file behind", async () => {
  const before = readdirSync(directory, { recursive: true });
  const request = await partialUpload(sandbox);
  request.destroy();
  await vi.waitFor(() => expect(readdirSync(directory, { recursive: true })).toEqual(before));
});

test("close ends an upload, and leaves no part of it in the user's directory", async () => {
  const folder = join(directory, "user");
  const other = await startSandbox({ directory: folder });
  await partialUpload(other);
  await other.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("close removes a directory that the sandbox created", async () => {
  const other = await startSandbox();
  await partialUpload(other);
  expect(existsSync(other.directory)).toBe(true);
  await other.close();
  expect(existsSync(other.directory)).toBe(false);
  await expect(fetch(other.baseUrl)).rejects.toThrow();
  await other.close();
});

test.each<[string, SandboxOptions, string]>([
  ["a misspelled option", { prot: 1 } as object, "prot"],
  ["a port out of range", { port: 65536 }, "port"],
  ["a port that is a string", { port: "" as never }, "port"],
  ["a storage port that is a fraction", { storagePort: 0.5 }, "storagePort"],
  ["an empty directory", { directory: "" }, "directory"],
  ["a file as the directory", { directory: import.meta.filename }, "directory"],
  ["a program as the directory", { directory: process.execPath }, "directory"],
  ["a directory below a file", { directory: join(import.meta.filename, "below") }, "directory"],
  ["a directory that cannot be created", { directory: "/proc/clear-presign" }, "directory"],
  ["a negative lifetime", { lifetimeSeconds: -1 }, "lifetimeSeconds"],
  ["a lifetime over a week", { lifetimeSeconds: 604_801 }, "lifetimeSeconds"],
  ["a hook that is not a function", { onRequest: 1 as never }, "onRequest"],
  ["credentials that are not an object", { credentials: "token" as never }, "credentials"],
  ["no credentials for GLS", { credentials: { cfc: { authToken: "a" } } as never }, "credentials.gls"],
  ["an empty token", { credentials: { ...SANDBOX_CREDENTIALS, cfc: { authToken: "" } } }, "credentials.cfc.authToken"],
  [
    "a token with a line break",
    { credentials: { ...SANDBOX_CREDENTIALS, gls: { ...SANDBOX_CREDENTIALS.gls, authToken: "a\nb" } } },
    "credentials.gls.authToken",
  ],
  [
    "an integration id that is not a UUID",
    { credentials: { ...SANDBOX_CREDENTIALS, gls: { authToken: "a", integrationId: "1" } } },
    "credentials.gls.integrationId",
  ],
])("startSandbox rejects %s and leaves no directory behind", async (_what, options, field) => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("clear-presign-sandbox-"));
  const before = folders();
  await expect(startSandbox(options)).rejects.toMatchObject({ kind: "invalid-input", field });
  expect(folders().filter((name) => !before.includes(name))).toEqual([]);
});

test("a port in use is an error, for the storage too, and then the first server is closed", async () => {
  const taken = Number(new URL(sandbox.baseUrl).port);
  await expect(startSandbox({ storagePort: taken })).rejects.toThrow("EADDRINUSE");
  const free = await startSandbox();
  const storagePort = Number(new URL((await cfcUrl(free)).url).port);
  await free.close();
  await expect(startSandbox({ port: taken, storagePort })).rejects.toThrow("EADDRINUSE");
  const again = await startSandbox({ storagePort });
  expect(new URL((await cfcUrl(again)).url).port).toBe(String(storagePort));
  await again.close();
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

describe("queued responses", () => {
  let fresh: Sandbox;
  beforeEach(async () => {
    fresh = await startSandbox();
    return fresh.close;
  });

  const client = (options = {}) => createGlsClient({ baseUrl: fresh.baseUrl, ...fresh.credentials.gls, ...options });
  const upload = async (options = {}) =>
    putFile(await glsUrl(fresh), join(import.meta.dirname, "../../demo/files/sales.zip"), options);

  test("are sent in order, for the API and the storage, before the default ones", async () => {
    fresh.api.next({ status: 503 }, { status: 429, headers: { "retry-after": "0" }, body: { slow: "down" } });
    fresh.storage.next({ status: 503, body: "<Error><Code>SlowDown</Code></Error>" });
    const statuses: number[] = [];
    const onEvent = (event: ClientEvent) => event.type === "response" && statuses.push(event.status);
    expect((await client({ onEvent }).getPreSignedUrl({ fileName: "a.csv" })).error).toBeUndefined();
    expect(statuses).toEqual([503, 429, 200]);
    expect((await upload({ maxAttempts: 1 })).error).toMatchObject({ status: 503, code: "SlowDown", retryable: true });
    expect((await upload()).error).toBeUndefined();
  });

  test("have the given body and headers", async () => {
    fresh.api.next({ status: 418, headers: { "x-one": "1" }, body: "text" }, { status: 200, body: [1] });
    const text = await fetch(fresh.baseUrl);
    expect([text.status, text.headers.get("x-one"), await text.text()]).toEqual([418, "1", "text"]);
    const json = await fetch(fresh.baseUrl);
    expect([json.headers.get("content-type"), await json.json()]).toEqual(["application/json", [1]]);
  });

  test("can reset a connection, for an upload once part of the file has arrived", async () => {
    fresh.api.next({ reset: true });
    const options = { maxAttempts: 1 };
    const reset = { kind: "network", code: "ECONNRESET" };
    expect((await client(options).getPreSignedUrl({ fileName: "a.csv" })).error).toMatchObject(reset);
    fresh.storage.next({ reset: true });
    expect((await upload(options)).error).toMatchObject(reset);
    expect(readdirSync(fresh.directory)).toEqual([]);
  });

  test("do not reset an upload before any of the file has arrived", async () => {
    fresh.storage.next({ reset: true });
    const { url, headers } = await glsUrl(fresh);
    const expecting = { ...headers, "content-length": 100, expect: "100-continue" };
    const request = httpRequest(url, { method: "PUT", headers: expecting });
    let error: NodeJS.ErrnoException | undefined;
    const closed = new Promise((resolve) => request.on("close", resolve));
    request.on("error", (cause) => {
      error = cause;
    });
    await new Promise((resolve) => request.on("continue", resolve).flushHeaders());
    // An early reset would arrive before the response to another request.
    await glsUrl(fresh);
    expect(error).toBeUndefined();
    request.write("part");
    await closed;
    expect(error?.code).toBe("ECONNRESET");
  });

  test("can delay the default response, its headers or its body", async () => {
    const timeout = { kind: "timeout", timeoutMs: 200 };
    for (const delayed of [{ delayMs: 60_000 }, { bodyDelayMs: 60_000 }]) {
      fresh.api.next(delayed);
      const { error } = await client({ timeoutMs: 200, maxAttempts: 1 }).getPreSignedUrl({ fileName: "a.csv" });
      expect(error).toMatchObject(timeout);
    }
    fresh.api.next({ status: 200, body: "delayed", bodyDelayMs: 60_000 });
    const controller = new AbortController();
    expect((await fetch(fresh.baseUrl, { signal: controller.signal })).status).toBe(200);
    controller.abort();
    fresh.api.next({ delayMs: 1, bodyDelayMs: 1 });
    expect((await client().getPreSignedUrl({ fileName: "a.csv" })).error).toBeUndefined();
    fresh.storage.next({ delayMs: 60_000 });
    expect((await upload({ idleTimeoutMs: 200, maxAttempts: 1 })).error).toMatchObject(timeout);
    // None of these may prevent the sandbox from closing.
  });

  test("can be queued by POST", async () => {
    const post = (body: string, headers = {}) =>
      fetch(`${fresh.baseUrl}/__sandbox/next`, { method: "POST", body, headers });
    expect((await post(JSON.stringify({ target: "api", status: 503 }))).status).toBe(204);
    expect((await post(JSON.stringify({ target: "storage", status: 500 }))).status).toBe(204);
    expect((await fetch(fresh.baseUrl)).status).toBe(503);
    expect((await upload({ maxAttempts: 1 })).error).toMatchObject({ status: 500 });
    for (const [body, words] of [
      ["{", "JSON"],
      ["null", "object"],
      ['{"status":503}', "api, storage"],
      ['{"target":"api","statsu":503}', "statsu"],
      ['{"target":"api","status":99}', "status"],
    ] as const) {
      const rejected = await post(body);
      expect(rejected.status).toBe(400);
      expect(((await rejected.json()) as { title: string }).title).toContain(words);
    }
    const page = await post(JSON.stringify({ target: "api", status: 503 }), { origin: "https://attacker.example" });
    expect(page.status).toBe(403);
    expect((await fetch(`${fresh.baseUrl}/__sandbox/next`)).status).toBe(405);
    expect((await client().getPreSignedUrl({ fileName: "a.csv" })).error).toBeUndefined();
  });
});
