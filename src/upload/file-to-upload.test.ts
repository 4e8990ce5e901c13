import { createReadStream, openAsBlob, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { CONTENT, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { createCfcClient, createGlsClient } from "../index.js";
import { type AnyToUpload, putFile, uploadFile } from "./index.js";

const { file: path } = csvFile("sales.csv");

/** A storage and an API that returns URLs of it, with clients. */
async function clear() {
  const bodies: Buffer[] = [];
  const { origin, requests } = await loopbackServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "PUT") {
        bodies.push(Buffer.concat(chunks));
        response.end();
        return;
      }
      const url = `${origin}/storage?X-Amz-Signature=canary`;
      const cfc = { status: "CREATED", preSignedS3Url: url };
      const gls = { success: true, result: { uploadUrl: url } };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url?.startsWith("/integration") ? cfc : gls));
    });
  });
  const token = { baseUrl: origin, authToken: "a" };
  const cfc = createCfcClient(token);
  const gls = createGlsClient({ ...token, integrationId: "00000000-0000-4000-8000-000000000000" });
  return { cfc, gls, bodies, requests, firstUrl: () => requests[0]?.url ?? "" };
}

/** Stands in for `File`, which is still experimental in Node 20. */
const named = (blob: Blob, name: unknown) => Object.defineProperty(blob, "name", { value: name });

const FILES: readonly (readonly [string, () => AnyToUpload | Promise<AnyToUpload>])[] = [
  ["a path", () => ({ path })],
  ["a file: URL", () => ({ path: pathToFileURL(path) })],
  ["a file: URL as a string", () => ({ path: pathToFileURL(path).href })],
  ["a Buffer", () => ({ file: CONTENT })],
  [
    "a part of a Uint8Array",
    () => ({ file: new Uint8Array(Buffer.concat([CONTENT, CONTENT])).subarray(0, CONTENT.length) }),
  ],
  ["a Blob", () => ({ file: new Blob([CONTENT]) })],
  ["a Blob of a file", async () => ({ file: await openAsBlob(path) })],
  ["a File", () => ({ file: named(new Blob([CONTENT]), "sales.csv") })],
  ["a stream of Node", () => ({ stream: createReadStream(path) })],
  ["a stream of the web", () => ({ stream: new Blob([CONTENT]).stream() })],
  ["an async generator", () => ({ stream: Readable.from([CONTENT.subarray(0, 5), CONTENT.subarray(5)]).iterator() })],
];

test.each(FILES)("uploads %s byte for byte", async (_what, file) => {
  const { cfc, bodies, firstUrl } = await clear();
  const { data, error } = await uploadFile(cfc, {
    ...(await file()),
    templateType: "sales",
    fileName: "sales.csv",
  });
  expect(error).toBeUndefined();
  expect(data?.bytes).toBe(CONTENT.length);
  expect(bodies.map((body) => body.equals(CONTENT))).toEqual([true]);
  expect(firstUrl()).toBe("/integration/v1/generatePreSign/sales?fileName=sales.csv");
});

test.each([
  ["empty", Buffer.of()],
  ["content-mismatch", Buffer.from("PK\x03\x04 and so on")],
])("a file of any kind that is %s is an error before a URL is requested", async (reason, bytes) => {
  const { gls, requests } = await clear();
  writeFileSync(path, bytes);
  for (const [what, open] of FILES) {
    const given = await open();
    // Those in memory have other content.
    if (given.file !== undefined && what !== "a Blob of a file") continue;
    if (what.startsWith("an async") || what.endsWith("the web")) continue;
    const { error } = await uploadFile(gls, { ...given, fileName: "sales.csv" });
    expect(error, what).toMatchObject({ kind: "file", reason, path: given.path ? path : "sales.csv" });
  }
  for (const given of [
    { file: bytes },
    { file: new Uint8Array(bytes) },
    { file: new Blob([bytes]) },
    { stream: new Blob([bytes]).stream() },
  ]) {
    const { error } = await uploadFile(gls, { ...given, fileName: "sales.csv" });
    expect(error).toMatchObject({ kind: "file", reason, path: "sales.csv" });
  }
  expect(requests).toEqual([]);
});

describe("the file name sent to Clear", () => {
  test.each<[string, () => AnyToUpload, string]>([
    ["a path", () => ({ path }), "sales.csv"],
    ["a file: URL", () => ({ path: pathToFileURL(path) }), "sales.csv"],
    ["a File", () => ({ file: named(new Blob([CONTENT]), "january.csv") }), "january.csv"],
    ["a File whose name is a path", () => ({ file: named(new Blob([CONTENT]), "/home/a/january.csv") }), "january.csv"],
    [
      "a File whose name is a Windows path",
      () => ({ file: named(new Blob([CONTENT]), "C:\\a\\january.csv") }),
      "january.csv",
    ],
    ["a path, whatever the file is called, if fileName is given", () => ({ path, fileName: "b.csv" }), "b.csv"],
  ])("is that of %s", async (_what, file, name) => {
    const { gls, firstUrl } = await clear();
    expect((await uploadFile(gls, file() as { path: string })).error).toBeUndefined();
    expect(firstUrl()).toBe(`/one-integration/action/pre-sign?filename=${name}`);
  });

  test.each<[string, () => AnyToUpload]>([
    ["bytes", () => ({ file: CONTENT })],
    ["a Blob", () => ({ file: new Blob([CONTENT]) })],
    ["a File with an empty name", () => ({ file: named(new Blob([CONTENT]), "") })],
    ["a File whose name is a folder", () => ({ file: named(new Blob([CONTENT]), "january/") })],
    ["a Blob whose name is not a string", () => ({ file: named(new Blob([CONTENT]), 1) })],
    ["a stream", () => ({ stream: createReadStream(path) })],
  ])("must be given for %s", async (_what, file) => {
    const { gls, requests } = await clear();
    const { error } = await uploadFile(gls, file() as { path: string });
    expect(error).toMatchObject({
      kind: "invalid-input",
      field: "fileName",
      message: "fileName must be given for a file without a name",
    });
    expect(requests).toEqual([]);
  });

  test("must not be a path", async () => {
    const { gls, requests } = await clear();
    expect((await uploadFile(gls, { path, fileName: "a/b.csv" })).error).toMatchObject({ field: "fileName" });
    expect(requests).toEqual([]);
  });

  test("may be as long as a form allows, and is then rejected by the client at once", async () => {
    const { gls, requests } = await clear();
    const file = named(new Blob([CONTENT]), "a".repeat(1_000_000));
    expect((await uploadFile(gls, { file } as never)).error).toMatchObject({ field: "fileName" });
    expect(requests).toEqual([]);
  });

  test("is optional for putFile, which checks the content only if it is given", async () => {
    const { url, bodies } = await storage();
    const file = Buffer.from("PK\x03\x04");
    expect((await putFile(target(url), { file })).error).toBeUndefined();
    expect((await putFile(target(url), { stream: Readable.from([file]) })).error).toBeUndefined();
    expect((await putFile(target(url), { file, fileName: "a.csv" })).error).toMatchObject({
      kind: "file",
      reason: "content-mismatch",
      path: "a.csv",
    });
    expect((await putFile(target(url), { file: new Uint8Array() })).error?.message).toBe("The file is empty");
    expect((await putFile(target(url), { stream: Readable.from([]) })).error?.message).toBe("The stream is empty");
    expect(bodies).toHaveLength(2);
  });
});

describe("invalid arguments", () => {
  const secret = "canary,content\n";
  const FILE = "file must be a File, a Blob or a Uint8Array";
  const PATH = "path must be a string or a file: URL";
  const STREAM = "stream must be a readable stream of Node or of the web";
  const ONE = "upload must have exactly one of path, file and stream";
  const blob = { slice() {}, stream() {} };
  test.each<[string, unknown, string | RegExp]>([
    ["a path as a file", { file: "/etc/canary" }, /^file must not be a string; pass a path as `path`/],
    ["a stream as a file", { file: Readable.from([secret]) }, /^file must not be a stream; pass it as `stream`$/],
    ["an ArrayBuffer", { file: new ArrayBuffer(8) }, FILE],
    ["another typed array", { file: new Float64Array(1) }, FILE],
    ["an array of bytes", { file: [...Buffer.from(secret)] }, FILE],
    ["an object", { file: { secret } }, FILE],
    ["a Blob without a size", { file: { ...blob, secret } }, FILE],
    ["a Blob with a negative size", { file: { ...blob, size: -1 } }, FILE],
    ["a form's missing field", { file: null }, FILE],
    ["a number", { file: 1 }, FILE],
    ["an https URL", { path: new URL("https://storage.clear.in/canary") }, /^path is a URL, but not the file: URL/],
    ["a file: URL with a host", { path: "file://canary/a.csv" }, /^path is a URL, but not the file: URL/],
    ["content as a path", { path: secret }, /^path is not the path of a file; pass content as `file`/],
    ["long content as a path", { path: "canary".repeat(1000) }, /^path is not the path of a file/],
    ["a path with a NUL", { path: "canary\0.csv" }, /^path is not the path of a file/],
    ["a Blob as a path", { path: new Blob([secret]) }, PATH],
    ["null as a path", { path: null }, PATH],
    ["a string as a stream", { stream: "canary" }, STREAM],
    ["null as a stream", { stream: null }, STREAM],
    ["an array as a stream", { stream: [Buffer.from(secret)] }, STREAM],
    ["nothing", {}, ONE],
    ["two files", { path, file: CONTENT }, ONE],
    ["a path and a stream", { path, stream: Readable.from([secret]) }, ONE],
    ["a string", "canary.csv", "upload must be an object with path, file or stream"],
    ["undefined", undefined, "upload must be an object with path, file or stream"],
  ])("%s is not a file, and is not in the error", async (_what, given, message) => {
    const { gls, requests } = await clear();
    const upload = typeof given === "object" ? { ...given, fileName: "a.csv" } : given;
    const { error } = await uploadFile(gls, upload as { path: string });
    expect(error).toMatchObject({ kind: "invalid-input", field: error?.message.split(" ")[0] });
    expect(error?.message).toMatch(message);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(requests).toEqual([]);
  });
});

test("a file that does not match its extension is rejected before a URL is requested, unless checkContent is false", async () => {
  writeFileSync(path, "PK\x03\x04");
  const getPreSignedUrl = vi.fn();
  const mismatch = { kind: "file", reason: "content-mismatch", path, retryable: false };
  expect((await uploadFile({ getPreSignedUrl }, { path })).error).toMatchObject(mismatch);
  expect(getPreSignedUrl).not.toHaveBeenCalled();
  const { url, bodies } = await storage([200]);
  expect((await putFile(target(url), { path })).error).toMatchObject(mismatch);
  expect(bodies).toEqual([]);
  expect((await putFile(target(url), { path, checkContent: false })).data?.bytes).toBe(4);
});
