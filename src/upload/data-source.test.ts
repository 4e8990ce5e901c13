import { appendFileSync, openAsBlob } from "node:fs";
import { inspect } from "node:util";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { CONTENT, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import type { ClientEvent } from "../index.js";
import { putFile } from "./index.js";

const { file } = csvFile();

describe("a file that changes during the upload is never stored as complete", () => {
  test("a Blob of a file that was appended to", async () => {
    const { url, bodies } = await storage();
    const blob = await openAsBlob(file);
    appendFileSync(file, "more");
    const { error } = await putFile(target(url), { file: blob, fileName: "sales.csv", checkContent: false });
    expect(error).toMatchObject({ kind: "file", reason: "changed", path: "sales.csv" });
    expect((await putFile(target(url), { file: blob, fileName: "sales.csv" })).error).toMatchObject({
      reason: "changed",
    });
    expect(bodies).toEqual([]);
  });

  test("bytes that were transferred away", async () => {
    const { url, bodies } = await storage();
    const bytes = new Uint8Array(CONTENT);
    const onProgress = () => {
      if (bytes.length > 0) structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    };
    const { error } = await putFile(target(url), { file: bytes, fileName: "sales.csv", onProgress });
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
  const throwing = () => {
    throw new Error("canary");
  };
  const hostile = new Proxy({}, { get: throwing });

  test("may return chunks of any length", async () => {
    const { url, bodies } = await storage();
    const blob = blobOf(2_000_003, chunk(1), chunk(2_000_000), chunk(0), chunk(2), chunk(0));
    expect((await putFile(target(url), { file: blob, ...options })).error).toBeUndefined();
    expect(bodies[0]?.equals(Buffer.alloc(2_000_003, "a"))).toBe(true);
    expect(cancel).toHaveBeenCalledOnce();
  });

  const unreadable = { reason: "unreadable" };
  const changed = { reason: "changed" };
  const none = chunk(0);

  test.each<[string, (() => Promise<unknown>)[], object, string]>([
    ["ends early", [async () => ({ done: true })], changed, "changed while it was read"],
    ["is longer than its size, in a chunk", [chunk(6)], changed, "changed while it was read"],
    ["is longer than its size, in another chunk", [chunk(5), chunk(1)], changed, "changed while it was read"],
    ["returns no chunk", [async () => ({ done: false })], unreadable, "cannot be read: a chunk is not a Uint8Array"],
    ["returns nothing", [async () => undefined], unreadable, "cannot be read: a chunk is not a Uint8Array"],
    [
      "returns other numbers than bytes",
      [async () => ({ value: new Uint16Array(5) })],
      unreadable,
      "cannot be read: a chunk is not a Uint8Array",
    ],
    ["returns strings", [async () => ({ value: "canary" })], unreadable, "cannot be read: a chunk is not a Uint8Array"],
    [
      "never ends, without a byte",
      Array.from({ length: 1000 }, () => none),
      unreadable,
      "cannot be read: it returns only empty chunks",
    ],
    [
      "fails with a name",
      [failing(new DOMException("canary", "EncodingError"))],
      unreadable,
      "cannot be read: EncodingError",
    ],
    ["was removed", [failing(new DOMException("canary", "NotFoundError"))], changed, "changed while it was read"],
    ["fails without a name", [failing({ name: "canary of words" })], unreadable, "cannot be read"],
    ["fails with undefined", [failing(undefined)], unreadable, "cannot be read"],
    ["fails with a proxy", [failing(hostile)], unreadable, "cannot be read"],
  ])("that %s is a file error", async (_what, next, fields, words) => {
    const { url, bodies } = await storage();
    const { error } = await putFile(target(url), { file: blobOf(10, chunk(5), ...next), ...options });
    expect(error).toMatchObject({ kind: "file", path: "sales.csv", message: `sales.csv ${words}`, ...fields });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(bodies).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["has no cancel", { read: async () => ({ done: true }) }, "changed while it was read"],
    ["has a cancel that throws", { read: async () => ({ done: true }), cancel: throwing }, "changed while it was read"],
    ["has no read", { cancel }, "cannot be read: TypeError"],
    ["has a read that throws", { read: throwing, cancel }, "cannot be read"],
  ])("whose reader %s is a file error", async (_what, reader, words) => {
    const { url, bodies } = await storage();
    const file = { ...blobOf(10), stream: () => ({ getReader: () => reader }) };
    const { error } = await putFile(target(url), { file: file as never, ...options });
    expect(error).toMatchObject({ kind: "file", message: `sales.csv ${words}` });
    expect(bodies).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ["more bytes than it was asked for", new ArrayBuffer(11), "slice returns too many bytes"],
    ["a number", 10, "slice returns no bytes"],
    ["no buffer", undefined, "slice returns no bytes"],
  ])("whose slice returns %s is a file error", async (_what, buffer, words) => {
    const { url, requests } = await storage();
    const file = { ...blobOf(10), slice: () => ({ arrayBuffer: async () => buffer as ArrayBuffer }) };
    const { error } = await putFile(target(url), { file, ...options, checkContent: true });
    expect(error).toMatchObject({ ...unreadable, message: `sales.csv cannot be read: ${words}` });
    expect(requests).toEqual([]);
  });

  test("that never returns times out at the idle limit, while checked and while sent", async () => {
    const { url } = await storage();
    const events: string[] = [];
    const onEvent = ({ type }: ClientEvent) => events.push(type);
    const never = () => new Promise<never>(() => {});
    const blob = { ...blobOf(10, never), slice: () => ({ arrayBuffer: never }) };
    const limits = { ...options, onEvent, idleTimeoutMs: 100 };
    const timeout = { kind: "timeout", timeoutMs: 100 };
    expect((await putFile(target(url), { file: blob, ...limits, checkContent: true })).error).toMatchObject(timeout);
    expect(events).toEqual([]);
    expect((await putFile(target(url), { file: blob, ...limits })).error).toMatchObject(timeout);
    expect(events).toEqual(["request"]);
  });

  test("whose size changes while it is read is a file error", async () => {
    const { url, bodies } = await storage();
    const blob = blobOf(10, chunk(10));
    const { stream } = blob;
    blob.stream = () => {
      blob.size = 11;
      return stream();
    };
    expect((await putFile(target(url), { file: blob, ...options })).error).toMatchObject({
      kind: "file",
      reason: "changed",
    });
    expect(bodies).toEqual([]);
  });

  test("whose stream is locked is a file error", async () => {
    const { url } = await storage();
    const stream = () => {
      throw new TypeError("canary");
    };
    const { error } = await putFile(target(url), { file: { ...blobOf(10), stream }, ...options });
    expect(error).toMatchObject({ kind: "file", reason: "unreadable", message: "sales.csv cannot be read: TypeError" });
  });

  test("is too large above 5 GiB", async () => {
    const { url } = await storage();
    const { error } = await putFile(target(url), { file: blobOf(5 * 1024 ** 3 + 1), ...options });
    expect(error).toMatchObject({ kind: "file", reason: "too-large" });
  });
});
