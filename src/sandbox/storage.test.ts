import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { cfcUrl, filesIn, glsUrl, head, partialUpload } from "../../test-support/sandbox-requests.js";
import type { PreSignedUrl } from "../index.js";
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
  const [url, headers] = spoil(await cfcUrl(sandbox));
  expect(await put(url, headers)).toEqual({ status, code, stored: undefined });
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

test("the storage accepts only PUT, and only with a length", async () => {
  const { url, headers } = await cfcUrl(sandbox);
  expect((await fetch(url)).status).toBe(405);
  const body = new Blob(["content"]).stream();
  const chunked = await fetch(url, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
  expect(chunked.status).toBe(411);
  expect(existsSync(sandbox.pathOf(url))).toBe(false);
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

test.each([
  ["absolute", (url: URL) => url.href, 200],
  ["path", (url: URL) => url.pathname + url.search, 200],
  ["path with a second slash", (url: URL) => `/${url.pathname}${url.search}`, 403],
])("a PUT whose request target is an %s is stored at pathOf, or not at all", async (_form, of, status) => {
  const { url, headers } = await cfcUrl(sandbox);
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

test("an interrupted PUT leaves no file behind", async () => {
  const before = readdirSync(directory, { recursive: true });
  const request = await partialUpload(sandbox);
  request.destroy();
  await expect.poll(() => readdirSync(directory, { recursive: true })).toEqual(before);
});
