import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isClearError } from "../errors.js";
import { ByteReader, type ChunkReader } from "./byte-reader.js";
import { HandleSource } from "./handle-source.js";
import { closeQuietly, fileError, type Limited, MAX_BYTES, openInTime, type Source, tooLargeError } from "./source.js";

/** A readable stream of bytes: of the web, or anything that is async iterable, as Node's are. */
export type StreamLike = AsyncIterable<unknown> | { getReader(): { read(): Promise<unknown> } };

/** What a stream may have; its author may have left out any of it. */
interface Stream extends Partial<AsyncIterable<unknown>> {
  getReader?(): ChunkReader;
  iterator?(options: { destroyOnReturn: boolean }): AsyncIterator<unknown>;
  on?(event: "error", listener: () => void): unknown;
  resume?(): unknown;
  cancel?(): unknown;
  /** True if a multipart parser (busboy, multer, @fastify/multipart) has left out what exceeds its `fileSize`. */
  readonly truncated?: unknown;
}

export function isStream(value: unknown): value is StreamLike {
  const { getReader, [Symbol.asyncIterator]: iterate } = Object(value) as Stream;
  return typeof getReader === "function" || typeof iterate === "function";
}

/**
 * Discards the rest of a stream that is not needed, if there is one. A stream of Node is read to its end instead of
 * destroyed: if it is a request, a response to it must remain possible, and a multipart parser waits for each part.
 */
export function discardStream(upload: unknown): void {
  const discard = async () => {
    const stream: Stream = Object(Object(upload).stream);
    // An `error` event without a listener would end the process.
    stream.on?.("error", () => {});
    if (stream.resume) stream.resume();
    else if (stream.cancel) await stream.cancel();
    else await stream[Symbol.asyncIterator]?.().return?.();
  };
  discard().catch(() => {});
}

function readerOf(value: StreamLike): ChunkReader {
  const stream: Stream = Object(value);
  if (stream.getReader) return stream.getReader();
  const iterator =
    stream.iterator?.({ destroyOnReturn: false }) ?? (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return {
    read: () => iterator.next(),
    async cancel() {
      await iterator.return?.();
      if (stream.resume) discardStream({ stream });
    },
  };
}

/** Creates a file and removes its name at once, so that nothing is left of it, however the process ends. */
async function temporaryFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `clear-presign-${randomUUID()}`);
  const handle = await open(path, "wx+", 0o600);
  await unlink(path);
  return handle;
}

/**
 * Writes a stream to a temporary file, which is the source.
 *
 * @param limited - Limits each read and each write.
 * @throws {FileError} If the stream fails, does not consist of bytes, was cut off by its parser or is longer than 5 GiB,
 * or the disk is full.
 */
export async function spool(label: string, stream: StreamLike, limited: Limited): Promise<Source> {
  const reader = new ByteReader(label, () => readerOf(stream));
  let handle: FileHandle | undefined;
  let size = 0;
  try {
    // Before the file is created: only a stream that is being read has a listener for its errors.
    const first = limited(() => reader.next());
    first.catch(() => {});
    const file = await openInTime(temporaryFile, limited);
    handle = file;
    for (let chunk = await first; chunk; chunk = await limited(() => reader.next())) {
      const bytes = chunk;
      size += bytes.length;
      if (size > MAX_BYTES) throw tooLargeError(label);
      await limited(() => file.writeFile(bytes));
    }
    // Such a stream ends like a complete one.
    if ((stream as Stream).truncated === true) {
      throw fileError(label, "too-large", "is larger than the parser of the form allows");
    }
    return new HandleSource(label, file, size, async () => false);
  } catch (thrown) {
    reader.close();
    if (handle) closeQuietly(handle);
    if (isClearError(thrown)) throw thrown;
    const { code } = thrown as NodeJS.ErrnoException;
    throw fileError(label, "temporary-file", `cannot be written to a temporary file: ${code}`);
  }
}
