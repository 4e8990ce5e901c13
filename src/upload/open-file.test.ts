import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  openAsBlob,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { createCfcClient, createGlsClient, type PreSignedUrl } from "../index.js";
import { putFile, type UploadableFile, uploadFile } from "./index.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-open-file-test-"));
const path = join(directory, "sales.csv");
// More than two chunks, and not a multiple of one.
const content = Buffer.alloc(3_500_000, "0123456789,\n");

beforeEach(() => {
  rmSync(path, { force: true });
  writeFileSync(path, content);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A storage and an API that returns URLs of it, with clients. */
async function clear() {
  const bodies: Buffer[] = [];
  const { origin, requests } = await loopbackServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "PUT") bodies.push(Buffer.concat(chunks));
      const url = `${origin}/storage?X-Amz-Signature=canary`;
      const cfc = { status: "CREATED", preSignedS3Url: url };
      const gls = { success: true, result: { uploadUrl: url } };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url?.startsWith("/integration") ? cfc : gls));
    });
  });
  const preSignedUrl: PreSignedUrl = {
    url: `${origin}/storage`,
    method: "PUT",
    headers: { "content-type": "text/csv" },
    expiresAt: new Date(Date.now() + 60_000),
  };
  const token = { baseUrl: origin, authToken: "a" };
  const cfc = createCfcClient(token);
  const gls = createGlsClient({ ...token, integrationId: "00000000-0000-4000-8000-000000000000" });
  return { cfc, gls, preSignedUrl, bodies, requests, firstUrl: () => requests[0]?.url ?? "" };
}

/** Stands in for `File`, which is still experimental in Node 20. */
const named = (blob: Blob, name: unknown) => Object.defineProperty(blob, "name", { value: name });

const FILES: readonly (readonly [string, () => UploadableFile | Promise<UploadableFile>])[] = [
  ["a path", () => path],
  ["a file: URL", () => pathToFileURL(path)],
  ["a file: URL as a string", () => pathToFileURL(path).href],
  ["a Buffer", () => content],
  ["a part of a Uint8Array", () => new Uint8Array(Buffer.concat([content, content])).subarray(0, content.length)],
  ["a Blob", () => new Blob([content])],
  ["a Blob of a file", () => openAsBlob(path)],
  ["a File", () => named(new Blob([content]), "sales.csv")],
];

test.each(FILES)("uploads %s byte for byte", async (_what, file) => {
  const { cfc, bodies, firstUrl } = await clear();
  const options = { templateType: "sales", fileName: "sales.csv" } as const;
  const { data, error } = await uploadFile(cfc, await file(), options);
  expect(error).toBeUndefined();
  expect(data?.bytes).toBe(content.length);
  expect(bodies.map((body) => body.equals(content))).toEqual([true]);
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
    ["a File", () => named(new Blob([content]), "january.csv"), "january.csv"],
    ["a File whose name is a path", () => named(new Blob([content]), "/home/a/january.csv"), "january.csv"],
    ["a File whose name is a Windows path", () => named(new Blob([content]), "C:\\a\\january.csv"), "january.csv"],
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
    ["bytes", () => content],
    ["a Blob", () => new Blob([content])],
    ["a File with an empty name", () => named(new Blob([content]), "")],
    ["a Blob whose name is not a string", () => named(new Blob([content]), 1)],
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
    const { preSignedUrl, bodies } = await clear();
    expect((await putFile(preSignedUrl, Buffer.from("PK\x03\x04"))).error).toBeUndefined();
    expect((await putFile(preSignedUrl, Buffer.from("PK\x03\x04"), { fileName: "a.csv" })).error).toMatchObject({
      kind: "file",
      reason: "content-mismatch",
      path: "a.csv",
    });
    expect((await putFile(preSignedUrl, new Uint8Array())).error?.message).toBe("The file is empty");
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

  test.each<[string, unknown]>([
    ["a path", "sales.csv"],
    ["undefined", undefined],
    ["an object", { getPreSignedUrl: "canary" }],
  ])("%s is not a client", async (_what, client) => {
    const { error } = await uploadFile(client as never, path);
    expect(error).toMatchObject({ kind: "invalid-input", field: "client" });
    expect(error?.message).toBe("client must be a client of this package, or a function that returns a pre-signed URL");
  });

  test("an existing path may have a line break", async () => {
    const { preSignedUrl } = await clear();
    const odd = join(directory, "a\nb.csv");
    writeFileSync(odd, content);
    expect((await putFile(preSignedUrl, odd)).data?.bytes).toBe(content.length);
  });
});

describe("a file that changes during the upload is never stored as complete", () => {
  const other = join(directory, "other.csv");

  test.each<[string, () => void]>([
    ["rewritten in place, with its mtime set back", () => rewrite()],
    ["replaced by another file", () => renameSync(other, path)],
    ["appended to", () => appendFileSync(path, "more")],
    ["removed", () => rmSync(path)],
  ])("%s", async (_what, change) => {
    const { preSignedUrl, bodies } = await clear();
    copyFileSync(path, other);
    // A whole second, which utimes can restore exactly.
    utimesSync(path, 1, 1);
    let changed = false;
    const onProgress = () => {
      if (!changed) change();
      changed = true;
    };
    const { error } = await putFile(preSignedUrl, path, { onProgress });
    expect(error).toMatchObject({ kind: "file", reason: "changed", path, retryable: false });
    expect(bodies).toEqual([]);
  });

  test("a file of one chunk", async () => {
    const { preSignedUrl, bodies } = await clear();
    writeFileSync(path, "first\n");
    const onProgress = () => writeFileSync(path, "other\n");
    const { error } = await putFile(preSignedUrl, path, { onProgress });
    expect(error).toMatchObject({ kind: "file", reason: "changed" });
    expect(bodies).toEqual([]);
  });

  function rewrite() {
    writeFileSync(path, Buffer.alloc(content.length, "9"), { flag: "r+" });
    utimesSync(path, 1, 1);
  }

  test("a Blob of a file that was appended to", async () => {
    const { preSignedUrl, bodies } = await clear();
    const blob = await openAsBlob(path);
    appendFileSync(path, "more");
    const { error } = await putFile(preSignedUrl, blob, { fileName: "sales.csv", checkContent: false });
    expect(error).toMatchObject({ kind: "file", reason: "changed", path: "sales.csv" });
    expect((await putFile(preSignedUrl, blob, { fileName: "sales.csv" })).error).toMatchObject({ reason: "changed" });
    expect(bodies).toEqual([]);
  });

  test("bytes that were transferred away", async () => {
    const { preSignedUrl, bodies } = await clear();
    const bytes = new Uint8Array(content);
    const onProgress = () => {
      if (bytes.length > 0) structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    };
    const { error } = await putFile(preSignedUrl, bytes, { fileName: "sales.csv", onProgress });
    expect(error).toMatchObject({ kind: "file", reason: "changed" });
    expect(bodies).toEqual([]);
  });
});

describe("another implementation of Blob", () => {
  const options = { fileName: "sales.csv", checkContent: false, maxAttempts: 1 };
  const cancel = vi.fn(() => Promise.reject(new Error("canary")));
  beforeEach(() => {
    cancel.mockClear();
  });
  /** A Blob whose stream returns these chunks. */
  const blobOf = (size: number, ...chunks: (() => Promise<unknown>)[]) => ({
    size,
    slice: () => ({ arrayBuffer: async () => new ArrayBuffer(0) }),
    stream: () => ({
      getReader: () => ({
        read: () => (chunks.shift() ?? (async () => ({ done: true })))() as Promise<{ done: boolean }>,
        cancel,
      }),
    }),
  });
  const chunk = (length: number) => async () => ({ done: false, value: Buffer.alloc(length, "a") });
  const failing = (error: unknown) => () => Promise.reject(error);

  test("may return chunks of any length, and its stream is cancelled after the last byte", async () => {
    const { preSignedUrl, bodies } = await clear();
    const blob = blobOf(2_000_003, chunk(1), chunk(2_000_000), chunk(0), chunk(2), chunk(100));
    expect((await putFile(preSignedUrl, blob, options)).error).toBeUndefined();
    expect(bodies[0]?.equals(Buffer.alloc(2_000_003, "a"))).toBe(true);
    expect(cancel).toHaveBeenCalledOnce();
  });

  test.each<[string, () => Promise<unknown>, object, string]>([
    ["ends early", async () => ({ done: true }), { reason: "changed" }, "changed while it was read"],
    ["returns no chunk", async () => ({ done: false }), { reason: "changed" }, "changed while it was read"],
    [
      "fails with a name",
      failing(new DOMException("canary", "EncodingError")),
      { reason: "unreadable" },
      "cannot be read: EncodingError",
    ],
    [
      "was removed",
      failing(new DOMException("canary", "NotFoundError")),
      { reason: "changed" },
      "changed while it was read",
    ],
    ["fails without a name", failing({ name: "canary of words" }), { reason: "unreadable" }, "cannot be read"],
    ["fails with undefined", failing(undefined), { reason: "unreadable" }, "cannot be read"],
  ])("that %s is a file error", async (_what, next, fields, words) => {
    const { preSignedUrl, bodies } = await clear();
    const { error } = await putFile(preSignedUrl, blobOf(10, chunk(5), next), options);
    expect(error).toMatchObject({ kind: "file", path: "sales.csv", message: `sales.csv ${words}`, ...fields });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(bodies).toEqual([]);
  });

  test("that never returns times out at the idle limit, while checked and while sent", async () => {
    const { preSignedUrl, requests } = await clear();
    const never = () => new Promise<never>(() => {});
    const blob = { ...blobOf(10, never), slice: () => ({ arrayBuffer: never }) };
    const limits = { ...options, idleTimeoutMs: 100 };
    const timeout = { kind: "timeout", timeoutMs: 100 };
    expect((await putFile(preSignedUrl, blob, { ...limits, checkContent: true })).error).toMatchObject(timeout);
    expect(requests).toEqual([]);
    expect((await putFile(preSignedUrl, blob, limits)).error).toMatchObject(timeout);
    expect(requests).toHaveLength(1);
  });

  test("whose stream is locked is a file error", async () => {
    const { preSignedUrl } = await clear();
    const stream = () => {
      throw new TypeError("canary");
    };
    const { error } = await putFile(preSignedUrl, { ...blobOf(10), stream }, options);
    expect(error).toMatchObject({ kind: "file", reason: "unreadable", message: "sales.csv cannot be read: TypeError" });
  });

  test("is too large above 5 GiB", async () => {
    const { preSignedUrl } = await clear();
    const { error } = await putFile(preSignedUrl, blobOf(5 * 1024 ** 3 + 1), options);
    expect(error).toMatchObject({ kind: "file", reason: "too-large" });
  });
});
