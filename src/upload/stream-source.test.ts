import { once } from "node:events";
import { createReadStream, readdirSync, readlinkSync } from "node:fs";
import * as fs from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { PassThrough, Readable } from "node:stream";
import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { BYTES, CONTENT, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { createGlsClient } from "../index.js";
import { putFile, uploadFile } from "./index.js";

const { file } = csvFile();
const fileName = "a.csv";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Temporary files of uploads that still have a name, and descriptors of those that have none. */
function temporaryFiles(): string[] {
  const isOurs = (path: string) =>
    path.includes("clear-presign-") && /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/.test(path);
  const named = readdirSync(tmpdir()).filter(isOurs);
  if (process.platform !== "linux") return named;
  const open = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The descriptor of readdir itself.
      return [];
    }
  });
  return [...named, ...open.filter(isOurs)];
}

/** A stream of the web. */
function webStream(chunks: readonly unknown[], cancel: () => void = () => {}) {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = rest.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel,
  });
}

test("is stored once more from its temporary file if the first PUT fails, and nothing is left of it", async () => {
  const { url, bodies } = await storage([503], [200]);
  vi.spyOn(Math, "random").mockReturnValue(0);
  const stream = createReadStream(file);
  const { data } = await putFile(target(url), { stream, fileName });
  expect(data?.bytes).toBe(BYTES);
  expect(bodies.map((body) => body.equals(CONTENT))).toEqual([true, true]);
  expect(temporaryFiles()).toEqual([]);
});

test("the temporary file has no name while it is uploaded", async () => {
  const names: string[] = [];
  const { url } = await storage();
  const onProgress = () =>
    void names.push(...readdirSync(tmpdir()).filter((name) => /^clear-presign-[\da-f]{8}-/.test(name)));
  expect((await putFile(target(url), { stream: createReadStream(file), fileName, onProgress })).error).toBeUndefined();
  expect(names).toEqual([]);
});

describe("a stream that", () => {
  const failure = Object.assign(new Error("canary"), { name: "CanaryError" });
  const failing = () =>
    new Readable({
      read() {
        this.destroy(failure);
      },
    });

  test.each<[string, () => unknown, string]>([
    ["fails (Node)", failing, "cannot be read: CanaryError"],
    ["has failed already", () => failing().destroy(failure), "cannot be read: CanaryError"],
    ["was destroyed", () => Readable.from([CONTENT]).destroy(), "cannot be read: ERR_STREAM_PREMATURE_CLOSE"],
    ["consists of strings", () => Readable.from(["canary"]), "cannot be read: a chunk is not a Uint8Array"],
    ["consists of objects (web)", () => webStream([{}]), "cannot be read: a chunk is not a Uint8Array"],
    [
      "is locked",
      () => {
        const stream = webStream([]);
        stream.getReader();
        return stream;
      },
      "cannot be read: ERR_INVALID_STATE",
    ],
    ["fails (web)", () => new ReadableStream({ pull: () => Promise.reject(failure) }), "cannot be read: CanaryError"],
    ["has an iterator that is none", () => ({ [Symbol.asyncIterator]: () => undefined }), "cannot be read: TypeError"],
    [
      "never ends, without a byte",
      async function* () {
        for (;;) yield new Uint8Array();
      },
      "cannot be read: it returns only empty chunks",
    ],
  ])("%s is a file error before a URL is requested", async (_what, open, words) => {
    const getPreSignedUrl = vi.fn();
    const stream = open();
    const given = typeof stream === "function" ? stream() : stream;
    const { error } = await uploadFile({ getPreSignedUrl }, { stream: given, fileName });
    expect(error).toMatchObject({ kind: "file", reason: "unreadable", message: `a.csv ${words}`, retryable: false });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(getPreSignedUrl).not.toHaveBeenCalled();
    await expect.poll(temporaryFiles).toEqual([]);
  });

  test("stops is a timeout, and the rest of it is discarded", async () => {
    const stream = new PassThrough();
    stream.write("a,b\n");
    const { error } = await putFile(target("http://127.0.0.1:1/a"), { stream, fileName, idleTimeoutMs: 50 });
    expect(error).toMatchObject({ kind: "timeout", timeoutMs: 50, retryable: true });
    stream.end("c,d\n");
    await once(stream, "close");
    await expect.poll(temporaryFiles).toEqual([]);
  });

  test("stops (web) is a timeout, and is cancelled", async () => {
    const cancel = vi.fn();
    const stream = new ReadableStream({ cancel });
    const { error } = await putFile(target("http://127.0.0.1:1/a"), { stream, fileName, idleTimeoutMs: 50 });
    expect(error).toMatchObject({ kind: "timeout", timeoutMs: 50 });
    await expect.poll(() => cancel.mock.calls.length).toBe(1);
  });

  test("is longer than 5 GiB is too large, and the rest of it is discarded", async () => {
    // Only the lengths count: nothing that long is written.
    const write = vi.fn(async () => {});
    const handle = await fs.open(file);
    vi.spyOn(Object.getPrototypeOf(handle), "writeFile").mockImplementation(write);
    await handle.close();
    const chunk = new Uint8Array(512 * 1024 ** 2);
    const stream = Readable.from(Array.from({ length: 11 }, () => chunk));
    const { error } = await putFile(target("http://127.0.0.1:1/a"), { stream, fileName });
    expect(error).toMatchObject({ kind: "file", reason: "too-large" });
    expect(write).toHaveBeenCalledTimes(10);
    if (!stream.closed) await once(stream, "close");
  });

  test("was cut off by the parser of a form is too large, before a URL is requested", async () => {
    const getPreSignedUrl = vi.fn();
    const stream = Object.assign(Readable.from([CONTENT]), { truncated: true });
    const { error } = await uploadFile({ getPreSignedUrl }, { stream, fileName });
    expect(error).toMatchObject({
      kind: "file",
      reason: "too-large",
      message: "a.csv is larger than the parser of the form allows",
    });
    expect(getPreSignedUrl).not.toHaveBeenCalled();
    await expect.poll(temporaryFiles).toEqual([]);
  });

  test("does not fit on the disk is a file error", async () => {
    const handle = await fs.open(file);
    vi.spyOn(Object.getPrototypeOf(handle), "writeFile").mockRejectedValue(
      Object.assign(new Error(), { code: "ENOSPC" }),
    );
    await handle.close();
    const stream = createReadStream(file);
    const { error } = await putFile(target("http://127.0.0.1:1/a"), { stream, fileName });
    const message = "a.csv cannot be written to a temporary file: ENOSPC";
    expect(error).toMatchObject({ kind: "file", reason: "temporary-file", message });
    if (!stream.closed) await once(stream, "close");
    await expect.poll(temporaryFiles).toEqual([]);
  });

  test("cannot be written to a folder that does not exist is a file error", async () => {
    const { TMPDIR } = process.env;
    process.env["TMPDIR"] = "/none";
    const { error } = await putFile(target("http://127.0.0.1:1/a"), { stream: createReadStream(file), fileName });
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    expect(error?.message).toBe("a.csv cannot be written to a temporary file: ENOENT");
  });

  test.each<[string, object, object]>([
    ["an invalid option", { maxAttempts: 0 }, { field: "maxAttempts" }],
    ["no name", { fileName: undefined }, { field: "fileName" }],
    ["an aborted signal", { signal: AbortSignal.abort() }, { kind: "aborted" }],
  ])("is not read, because of %s, is discarded, and its late error is ignored", async (_what, other, expected) => {
    const gls = createGlsClient({
      baseUrl: "http://127.0.0.1:1",
      authToken: "a",
      integrationId: "00000000-0000-4000-8000-000000000000",
    });
    const stream = new PassThrough();
    stream.write(CONTENT);
    expect((await uploadFile(gls, { stream, fileName, ...other } as never)).error).toMatchObject(expected);
    await vi.waitUntil(() => stream.readableLength === 0);
    stream.destroy(new Error("canary"));
    await vi.waitUntil(() => stream.closed);
    const cancel = vi.fn();
    await uploadFile(gls, { stream: new ReadableStream({ cancel }), fileName, ...other } as never);
    expect(cancel).toHaveBeenCalledOnce();
    const ended = vi.fn();
    const iterator = { next: async () => ({ done: true, value: undefined }), return: ended };
    await uploadFile(gls, { stream: { [Symbol.asyncIterator]: () => iterator }, fileName, ...other } as never);
    expect(ended).toHaveBeenCalledOnce();
  });

  test("is the body of a request is stored, and a request that is cut off is a file error", async () => {
    const { url, bodies } = await storage();
    const results: unknown[] = [];
    const { origin } = await loopbackServer(async (incoming, response) => {
      results.push(await putFile(target(url), { stream: incoming, fileName }));
      response.end();
    });
    await fetch(origin, { method: "POST", body: CONTENT });
    expect(results).toMatchObject([{ data: { bytes: BYTES } }]);
    const cutOff = request(origin, { method: "POST", headers: { "content-length": BYTES } }).on("error", () => {});
    cutOff.write(CONTENT.subarray(1), () => cutOff.destroy());
    await expect.poll(() => results[1]).toMatchObject({ error: { kind: "file", reason: "unreadable" } });
    expect(bodies).toHaveLength(1);
  });
});
