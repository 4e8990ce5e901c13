import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { cfcUrl, filesIn, glsUrl, head, partialUpload } from "../../test-support/sandbox-requests.js";
import { type Sandbox, startSandbox } from "./index.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-sandbox-storage-test-"));
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
  const { url, headers } = await newUrl(sandbox);
  const query = new URL(url).searchParams;
  expect(query.get("X-Amz-Expires")).toBe(lifetime);
  expect(query.get("X-Amz-SignedHeaders")).toBe("content-type;host");
  expect(query.get("X-Amz-Algorithm")).toBe("AWS4-HMAC-SHA256");
  expect(headers).toEqual({ "content-type": contentType });
  expect(await put(url, headers)).toEqual({ status: 200, code: undefined, stored: "content" });
});

/** The PUT to a URL of CFC, changed: its URL, and the headers besides the signed one. */
type Changed = (url: URL) => Record<string, string> | undefined;

const set =
  (name: string, value: string): Changed =>
  ({ searchParams }) =>
    void searchParams.set(name, value);
const without =
  (name: string): Changed =>
  ({ searchParams }) =>
    void searchParams.delete(name);
const edit =
  (part: "hostname" | "pathname" | "search", change: (value: string) => string): Changed =>
  (url) => {
    url[part] = change(url[part]);
    return undefined;
  };
const header =
  (name: string, value: string): Changed =>
  () => ({ [name]: value });

// contract-tests/storage/matrix.ts has more of them, and compares with another storage.
test.each<[string, Changed, number, string]>([
  ["another content type", header("content-type", "text/plain"), 403, "SignatureDoesNotMatch"],
  ["another key", edit("pathname", (path) => `${path}x`), 403, "SignatureDoesNotMatch"],
  ["another host name", edit("hostname", () => "localhost"), 403, "SignatureDoesNotMatch"],
  ["a parameter twice", (url) => void url.searchParams.append("X-Amz-Expires", "600"), 403, "SignatureDoesNotMatch"],
  ["no signature at all", edit("search", () => ""), 403, "AccessDenied"],
  ["an incomplete signature", without("X-Amz-Signature"), 400, "AuthorizationQueryParametersError"],
  ["another algorithm", set("X-Amz-Algorithm", "none"), 400, "AuthorizationQueryParametersError"],
  ["an invalid date", set("X-Amz-Date", "20261399T000000Z"), 400, "AuthorizationQueryParametersError"],
  ["a lifetime of zero", set("X-Amz-Expires", "0"), 400, "AuthorizationQueryParametersError"],
  ["a lifetime over a week", set("X-Amz-Expires", "604801"), 400, "AuthorizationQueryParametersError"],
  ["a lifetime in words", set("X-Amz-Expires", "soon"), 400, "AuthorizationQueryParametersError"],
  ["no access key", set("X-Amz-Credential", ""), 400, "AuthorizationQueryParametersError"],
  ["an unknown access key", edit("search", (query) => query.replace("ASIA", "ASIB")), 403, "InvalidAccessKeyId"],
  ["a temporary key without its token", without("X-Amz-Security-Token"), 403, "InvalidAccessKeyId"],
  ["another token", set("X-Amz-Security-Token", "a"), 400, "InvalidToken"],
  ["two signatures", set("Signature", "a"), 400, "InvalidArgument"],
  ["an Authorization header", header("authorization", "Bearer a"), 400, "InvalidArgument"],
  ["an unsigned x-amz header", header("x-amz-meta-&", "a"), 403, "AccessDenied"],
  ["a malformed Content-MD5", header("content-md5", "a"), 400, "InvalidDigest"],
  ["a wrong Content-MD5", header("content-md5", `${"A".repeat(22)}==`), 400, "BadDigest"],
  ["If-Match", header("if-match", "*"), 501, "NotImplemented"],
  ["If-None-Match with an ETag", header("if-none-match", '"a"'), 501, "NotImplemented"],
  ["an invalid escape", edit("pathname", (path) => `${path}%zz`), 400, "InvalidURI"],
])("the storage rejects %s and stores nothing", async (_what, change, status, code) => {
  const { url, headers } = await cfcUrl(sandbox);
  const changed = new URL(url);
  const more = change(changed);
  const before = filesIn(directory);
  const response = await fetch(changed, { method: "PUT", headers: { ...headers, ...more }, body: "content" });
  expect(response.status).toBe(status);
  const text = await response.text();
  expect(text).toContain(`<Code>${code}</Code>`);
  expect(text).not.toMatch(/&(?!amp;)/);
  expect(filesIn(directory)).toEqual(before);
});

test("the response to a PUT has the ETag of the file, which a right Content-MD5 leaves as it is", async () => {
  const { url, headers } = await cfcUrl(sandbox);
  // printf content | md5sum
  const etag = '"9a0364b9e99bb480dd25e1f0284c8555"';
  for (const more of [{}, { "content-md5": "mgNkuembtIDdJeHwKEyFVQ==" }]) {
    const response = await fetch(url, { method: "PUT", headers: { ...headers, ...more }, body: "content" });
    expect([response.status, response.headers.get("etag")]).toEqual([200, etag]);
  }
});

test("If-None-Match: * stores one file of several, even at the same time", async () => {
  const { url, headers } = await cfcUrl(sandbox);
  const before = filesIn(directory).length;
  const once = { method: "PUT", headers: { ...headers, "if-none-match": "*" } };
  const responses = await Promise.all(["first", "second", "third"].map((body) => fetch(url, { ...once, body })));
  expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
  expect(await put(url, once.headers)).toMatchObject({ status: 412, code: "PreconditionFailed" });
  expect(filesIn(directory)).toHaveLength(before + 1);
  expect(await put(url, headers)).toMatchObject({ status: 200, stored: "content" });
});

test.each([
  ["CFC", cfcUrl, 600, 400, "ExpiredToken"],
  ["GLS", glsUrl, 3600, 403, "AccessDenied"],
])("an expired URL of %s gets the vendor's error response", async (_api, newUrl, seconds, status, code) => {
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1000) * 1000 });
  const { url, headers } = await newUrl(sandbox);
  vi.setSystemTime(Date.now() + seconds * 1000 - 1);
  expect(await put(url, headers)).toMatchObject({ status: 200 });
  vi.setSystemTime(Date.now() + 1);
  expect(await put(url, headers)).toMatchObject({ status, code });
});

test("the storage accepts only PUT, with a length, in one piece, soon after it was signed", async () => {
  const { url, headers } = await cfcUrl(sandbox);
  expect((await fetch(url)).status).toBe(403);
  const body = new Blob(["content"]).stream();
  const chunked = await fetch(url, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
  expect(chunked.status).toBe(501);
  const { origin, host, pathname, search } = new URL(url);
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  const lines = [`PUT ${pathname}${search} HTTP/1.1`, `Host: ${host}`, `Content-Type: ${headers["content-type"]}`];
  socket.write(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += chunk;
  expect(text).toMatch(/^HTTP\/1.1 411 .*<Code>MissingContentLength</s);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 16 * 60_000 });
  expect(await put(url, headers)).toMatchObject({ status: 403, code: "AccessDenied", stored: undefined });
});

test("a file of more than 5 GiB is rejected before 100 Continue", async () => {
  const { url, headers } = await cfcUrl(sandbox);
  const { origin, host, pathname, search } = new URL(url);
  const expecting = { ...headers, host, expect: "100-continue" };
  const put = (length: number) =>
    head(origin, { method: "PUT", path: pathname + search, headers: { ...expecting, "content-length": length } });
  const tooLarge = await put(5 * 1024 ** 3 + 1);
  expect(tooLarge).toMatchObject({ status: 400, continued: false });
  expect(tooLarge.text).toContain("<Code>EntityTooLarge</Code>");
  expect(await put(7)).toMatchObject({ status: 200, continued: true });
});

/** A request target: a path, or a URL that names the host. */
type Target = (url: URL) => string;
const lastSlashAs =
  (text: string): Target =>
  ({ pathname, search }) =>
    pathname.replace(/\/(?=[^/]*$)/, text) + search;

test.each<[string, Target, number]>([
  ["path", ({ pathname, search }) => pathname + search, 200],
  ["URL", ({ href }) => href, 200],
  ["path with a slash as %2F", lastSlashAs("%2F"), 200],
  ["path with a slash as %2f", lastSlashAs("%2f"), 200],
  ["path with an encoded letter", ({ pathname, search }) => pathname.replace("cfc", "%63fc") + search, 200],
  ["path with a slash as %252F", lastSlashAs("%252F"), 403],
  ["path with a slash as %5C", lastSlashAs("%5C"), 403],
  ["path with a slash as a backslash", lastSlashAs("\\"), 403],
  ["path with a slash in full width", lastSlashAs("%EF%BC%8F"), 403],
  ["path with a slash in too many bytes", lastSlashAs("%C0%AF"), 400],
  ["path with %00", lastSlashAs("%00"), 403],
  ["path with dots", lastSlashAs("/a/../"), 403],
  ["path with encoded dots", lastSlashAs("/a/%2e%2E/"), 403],
  ["path with encoded dots and slashes", lastSlashAs("/a%2f..%2f"), 403],
  ["path that leads out of the directory", ({ search }) => `/${"..%2f".repeat(9)}tmp/a${search}`, 403],
  ["path with a second slash", ({ pathname, search }) => `/${pathname}${search}`, 403],
  ["path with a fragment", ({ pathname, search }) => `${pathname}${search}#a`, 403],
])("a PUT whose request target is a %s is stored at pathOf, or not at all", async (_form, of, status) => {
  const { url, headers } = await cfcUrl(sandbox);
  const { origin, host } = new URL(url);
  const path = of(new URL(url));
  const before = filesIn(directory);
  const all = { ...headers, host, "content-length": 7, expect: "100-continue" };
  expect(await head(origin, { method: "PUT", path, headers: all })).toMatchObject({ status });
  const stored = filesIn(directory).filter((file) => !before.includes(file));
  expect(stored).toEqual(status === 200 ? [sandbox.pathOf(url)] : []);
  if (status === 200) expect(sandbox.pathOf(new URL(path, url).href)).toBe(sandbox.pathOf(url));
});

test("pathOf stays in the directory, and keeps the names of different keys apart", () => {
  const keys = [
    "a",
    "..%2F..%2Fa",
    "%2e%2e%2fa",
    "..%5Ca",
    ".%2Fa",
    "..%2F",
    "%00",
    "%252F",
    "%E2%80%AE",
    "%C3%A9",
    "e%CC%81",
  ];
  const paths = keys.map((key) => sandbox.pathOf(`http://127.0.0.1/${key}`));
  for (const path of paths) expect(resolve(path).startsWith(`${directory}/`), path).toBe(true);
  expect(new Set(paths.map((path) => resolve(path)))).toHaveProperty("size", keys.length);
  for (const path of paths) expect(path).not.toMatch(/[\0\\]/);
});

test.each(["no URL", "http://127.0.0.1/%zz", "http://127.0.0.1/%ff"])("pathOf rejects %s", (url) => {
  expect(() => sandbox.pathOf(url)).toThrow(expect.objectContaining({ kind: "invalid-input", field: "url" }));
});

test("an interrupted PUT leaves no file behind", async () => {
  const before = readdirSync(directory, { recursive: true });
  const request = await partialUpload(sandbox);
  request.destroy();
  await expect.poll(() => readdirSync(directory, { recursive: true })).toEqual(before);
});
