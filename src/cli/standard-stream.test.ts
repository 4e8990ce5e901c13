import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { standardStream } from "./standard-stream.js";

const asStream = (stream: PassThrough, fd: number) => Object.assign(stream, { fd }) as unknown as typeof process.stdout;

function opened(path: string, flags: string): number {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

test("anything but a file is Node's stream, whose errors do not throw", () => {
  const stream = new PassThrough();
  expect(standardStream(asStream(stream, opened("/dev/null", "w")))).toBe(stream);
  expect(() => stream.emit("error", new Error("EPIPE"))).not.toThrow();
});

test("a file receives every write in order, and a failed write passes its error to the callback", async () => {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-stream-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "log");
  const file = standardStream(asStream(new PassThrough(), opened(path, "w")));
  const outcomes: unknown[] = [];
  for (const text of ["one\n", "two ä\n"]) file.write(text, (error) => outcomes.push(error));
  expect(readFileSync(path, "utf8")).toBe("one\ntwo ä\n");
  const readOnly = standardStream(asStream(new PassThrough(), opened(path, "r")));
  readOnly.write("three\n", (error) => outcomes.push((error as NodeJS.ErrnoException).code));
  expect(outcomes).toEqual([undefined, undefined, "EBADF"]);
});
