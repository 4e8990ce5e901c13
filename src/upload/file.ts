import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { clearError, type FileError, isClearError } from "../errors.js";
import type { RandomAccess } from "./bounded-reader.js";
import { contentMismatch } from "./content.js";

/** The most that one S3 PUT takes: 5 GiB. Clear's pages state no limit in bytes. */
const MAX_BYTES = 5 * 1024 ** 3;

/** A file as it was when it was opened. */
export interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file that cannot be uploaded. `words` complete the sentence "<path> …". */
export function fileError(path: string, reason: FileError["reason"], words: string): FileError {
  return clearError<FileError>(`${path} ${words}`, { kind: "file", reason, path });
}

function randomAccess(handle: FileHandle, size: number): RandomAccess {
  return {
    size,
    async read(offset, length) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
}

/**
 * Opens a file for its upload.
 *
 * @throws {FileError} where it is not a readable, regular file of 1 byte to 5 GiB, or does not hold what its
 * extension says.
 */
export async function openFile(path: string, checkContent: boolean): Promise<OpenFile> {
  let handle: FileHandle | undefined;
  try {
    // Asked before opening, for opening a FIFO waits for its other end.
    if (!(await stat(path)).isFile()) throw fileError(path, "not-regular", "is not a regular file");
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size, mtimeMs } = await handle.stat();
    if (size === 0) throw fileError(path, "empty", "is empty");
    if (size > MAX_BYTES) throw fileError(path, "too-large", `has ${size} bytes; one PUT takes at most ${MAX_BYTES}`);
    const mismatch = checkContent ? await contentMismatch(path, randomAccess(handle, size)) : undefined;
    if (mismatch) throw fileError(path, "content-mismatch", mismatch);
    return { path, handle, size, mtimeMs };
  } catch (error) {
    await handle?.close();
    if (isClearError(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw code === "ENOENT" || code === "ENOTDIR"
      ? fileError(path, "missing", "does not exist")
      : fileError(path, "unreadable", `cannot be read: ${code}`);
  }
}
