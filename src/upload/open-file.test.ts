import { openAsBlob, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { CONTENT, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { createCfcClient, createGlsClient } from "../index.js";
import { putFile, type UploadableFile, uploadFile } from "./index.js";

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

const FILES: readonly (readonly [string, () => UploadableFile | Promise<UploadableFile>])[] = [
  ["a path", () => path],
  ["a file: URL", () => pathToFileURL(path)],
  ["a file: URL as a string", () => pathToFileURL(path).href],
  ["a Buffer", () => CONTENT],
  ["a part of a Uint8Array", () => new Uint8Array(Buffer.concat([CONTENT, CONTENT])).subarray(0, CONTENT.length)],
  ["a Blob", () => new Blob([CONTENT])],
  ["a Blob of a file", () => openAsBlob(path)],
  ["a File", () => named(new Blob([CONTENT]), "sales.csv")],
];

test.each(FILES)("uploads %s byte for byte", async (_what, file) => {
  const { cfc, bodies, firstUrl } = await clear();
  const options = { templateType: "sales", fileName: "sales.csv" } as const;
  const { data, error } = await uploadFile(cfc, await file(), options);
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
  const files = [path, pathToFileURL(path), bytes, new Uint8Array(bytes), new Blob([bytes]), await openAsBlob(path)];
  for (const file of files) {
    const { error } = await uploadFile(gls, file, { fileName: "sales.csv" });
    expect(error).toMatchObject({
      kind: "file",
      reason,
      path: file === path || file instanceof URL ? path : "sales.csv",
    });
  }
  expect(requests).toEqual([]);
});

describe("the file name sent to Clear", () => {
  test.each<[string, () => UploadableFile, string]>([
    ["a path", () => path, "sales.csv"],
    ["a file: URL", () => pathToFileURL(path), "sales.csv"],
    ["a File", () => named(new Blob([CONTENT]), "january.csv"), "january.csv"],
    ["a File whose name is a path", () => named(new Blob([CONTENT]), "/home/a/january.csv"), "january.csv"],
    ["a File whose name is a Windows path", () => named(new Blob([CONTENT]), "C:\\a\\january.csv"), "january.csv"],
  ])("is that of %s", async (_what, file, name) => {
    const { gls, firstUrl } = await clear();
    expect((await uploadFile(gls, file() as string)).error).toBeUndefined();
    expect(firstUrl()).toBe(`/one-integration/action/pre-sign?filename=${name}`);
  });

  test("is fileName if given, whatever the file is called", async () => {
    const { gls, firstUrl } = await clear();
    expect((await uploadFile(gls, path, { fileName: "february.csv" })).error).toBeUndefined();
    expect(firstUrl()).toBe("/one-integration/action/pre-sign?filename=february.csv");
  });

  test.each<[string, () => UploadableFile]>([
    ["bytes", () => CONTENT],
    ["a Blob", () => new Blob([CONTENT])],
    ["a File with an empty name", () => named(new Blob([CONTENT]), "")],
    ["a Blob whose name is not a string", () => named(new Blob([CONTENT]), 1)],
  ])("must be given for %s", async (_what, file) => {
    const { gls, requests } = await clear();
    const { error } = await uploadFile(gls, file() as string);
    expect(error).toMatchObject({
      kind: "invalid-input",
      field: "fileName",
      message: "fileName must be given for a file without a name",
    });
    expect(requests).toEqual([]);
  });

  test("must not be a path", async () => {
    const { gls, requests } = await clear();
    expect((await uploadFile(gls, path, { fileName: "a/b.csv" })).error).toMatchObject({ field: "fileName" });
    expect(requests).toEqual([]);
  });

  test("is optional for putFile, which checks the content only if it is given", async () => {
    const { url, bodies } = await storage();
    expect((await putFile(target(url), Buffer.from("PK\x03\x04"))).error).toBeUndefined();
    expect((await putFile(target(url), Buffer.from("PK\x03\x04"), { fileName: "a.csv" })).error).toMatchObject({
      kind: "file",
      reason: "content-mismatch",
      path: "a.csv",
    });
    expect((await putFile(target(url), new Uint8Array())).error?.message).toBe("The file is empty");
    expect(bodies).toHaveLength(1);
  });
});

describe("invalid arguments", () => {
  const secret = "canary,content\n";
  const KINDS = "file must be a path, a file: URL, a Uint8Array, a Blob or a File";
  test.each<[string, unknown, string | RegExp]>([
    ["a stream", Readable.from([secret]), /^file must not be a stream: .* write it to a file .* collect it in a Blob$/],
    ["a web stream", new ReadableStream(), /^file must not be a stream/],
    ["an async iterable", (async function* () {})(), /^file must not be a stream/],
    ["an ArrayBuffer", new ArrayBuffer(8), KINDS],
    ["another typed array", new Float64Array(1), KINDS],
    ["an array of bytes", [...Buffer.from(secret)], KINDS],
    ["an object", { secret }, KINDS],
    ["a Blob without a size", { slice() {}, stream() {}, secret }, KINDS],
    ["null", null, KINDS],
    ["undefined", undefined, KINDS],
    ["a number", 1, KINDS],
    ["an https URL", new URL("https://storage.clear.in/canary"), /^file is a URL, but not the file: URL/],
    ["a file: URL with a host", "file://canary/a.csv", /^file is a URL, but not the file: URL/],
    ["content", secret, /^file is not the path of a file; pass content as a Uint8Array/],
    ["long content", "canary".repeat(1000), /^file is not the path of a file/],
    ["a path with a NUL", "canary\0.csv", /^file is not the path of a file/],
  ])("%s is not a file, and is not in the error", async (_what, file, message) => {
    const { gls, requests } = await clear();
    const { error } = await uploadFile(gls, file as string, { fileName: "a.csv" });
    expect(error).toMatchObject({ kind: "invalid-input", field: "file" });
    expect(error?.message).toMatch(message);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(requests).toEqual([]);
  });
});

test("a file that does not match its extension is rejected before a URL is requested, unless checkContent is false", async () => {
  writeFileSync(path, "PK\x03\x04");
  const requestUrl = vi.fn();
  const mismatch = { kind: "file", reason: "content-mismatch", path, retryable: false };
  expect((await uploadFile(requestUrl, path)).error).toMatchObject(mismatch);
  expect(requestUrl).not.toHaveBeenCalled();
  const { url, bodies } = await storage([200]);
  expect((await putFile(target(url), path)).error).toMatchObject(mismatch);
  expect(bodies).toEqual([]);
  expect((await putFile(target(url), path, { checkContent: false })).data?.bytes).toBe(4);
});
