import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { BYTES, CONTENT, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { putFile, uploadFile } from "./index.js";

const { directory, file } = csvFile();

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ["missing", () => join(directory, "missing.csv")],
  ["missing", () => join(file, "below-a-file.csv")],
  ["not-regular", () => directory],
  [
    "not-regular",
    () => {
      const fifo = join(directory, "fifo.csv");
      rmSync(fifo, { force: true });
      execFileSync("mkfifo", [fifo]);
      return fifo;
    },
  ],
  [
    "unreadable",
    () => {
      // A link to itself: unlike a file without permissions, not even root can read it.
      const loop = join(directory, "loop.csv");
      rmSync(loop, { force: true });
      symlinkSync(loop, loop);
      return loop;
    },
  ],
  [
    "too-large",
    () => {
      // Sparse: it takes no disk space.
      truncateSync(file, 5 * 1024 ** 3 + 1);
      return file;
    },
  ],
])("a file that is %s is rejected before a URL is requested", async (reason, path) => {
  const requestUrl = vi.fn();
  const { error } = await uploadFile({ getPreSignedUrl: requestUrl }, { path: path() });
  expect(error).toMatchObject({ kind: "file", reason, retryable: false });
  expect(requestUrl).not.toHaveBeenCalled();
});

test("a file of exactly 5 GiB is sent", async () => {
  truncateSync(file, 5 * 1024 ** 3);
  const { origin, requests } = await loopbackServer(() => controller.abort());
  const controller = new AbortController();
  const { error } = await putFile(target(`${origin}/a`), {
    path: file,
    checkContent: false,
    signal: controller.signal,
  });
  expect(error?.kind).toBe("aborted");
  expect(requests[0]?.headers["content-length"]).toBe(String(5 * 1024 ** 3));
});

test("an existing path may have a line break", async () => {
  const { url } = await storage();
  const odd = join(directory, "a\nb.csv");
  writeFileSync(odd, CONTENT);
  expect((await putFile(target(url), { path: odd })).data?.bytes).toBe(BYTES);
});

describe("a file that changes during the upload is never stored as complete", () => {
  const other = join(directory, "other.csv");

  test.each<[string, () => void]>([
    ["rewritten in place, with its mtime set back", () => rewrite()],
    ["replaced by another file", () => renameSync(other, file)],
    ["appended to", () => appendFileSync(file, "more")],
    ["truncated", () => truncateSync(file, 100)],
    ["removed", () => rmSync(file)],
  ])("%s", async (_what, change) => {
    const { url, bodies } = await storage();
    copyFileSync(file, other);
    // A whole second, which utimes can restore exactly.
    utimesSync(file, 1, 1);
    let changed = false;
    const onProgress = () => {
      if (!changed) change();
      changed = true;
    };
    const { error } = await putFile(target(url), { path: file, onProgress });
    expect(error).toMatchObject({ kind: "file", reason: "changed", path: file, retryable: false });
    expect(bodies).toEqual([]);
  });

  test("a file of one chunk", async () => {
    const { url, bodies } = await storage();
    writeFileSync(file, "first\n");
    const onProgress = () => writeFileSync(file, "other\n");
    const { error } = await putFile(target(url), { path: file, onProgress });
    expect(error).toMatchObject({ kind: "file", reason: "changed" });
    expect(bodies).toEqual([]);
  });

  function rewrite() {
    writeFileSync(file, Buffer.alloc(BYTES, "9"), { flag: "r+" });
    utimesSync(file, 1, 1);
  }
});

test("a file that becomes unreadable is a file error", async () => {
  const { url, requests } = await storage([200]);
  const handle = await open(file);
  const failure = Object.assign(new Error("canary"), { code: "EIO", syscall: "read" });
  vi.spyOn(Object.getPrototypeOf(handle), "read").mockRejectedValue(failure);
  await handle.close();
  const { error } = await putFile(target(url), { path: file, checkContent: false });
  expect(error).toMatchObject({ kind: "file", reason: "unreadable", message: `${file} cannot be read: EIO` });
  expect(requests).toHaveLength(1);
});
