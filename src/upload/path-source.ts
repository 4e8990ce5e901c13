import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { invalidInput, isClearError } from "../errors.js";
import { fileError, type Source, type SourceReader } from "./source.js";

/** The maximum path length on Linux; other systems have shorter limits. */
const PATH_MAX_LENGTH = 4096;

/** Changes when a file is written, replaced or removed. The ctime changes even if the mtime is set back. */
const version = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats) => [dev, ino, size, mtimeNs, ctimeNs].join();

function openError(path: string, { code }: NodeJS.ErrnoException) {
  // Content passed as a path must not appear in a message.
  if (path.length > PATH_MAX_LENGTH || /[\n\r\0]/.test(path)) {
    return invalidInput("file", "is not the path of a file; pass content as a Uint8Array, such as Buffer.from(string)");
  }
  return code === "ENOENT" || code === "ENOTDIR"
    ? fileError(path, "missing", "does not exist")
    : fileError(path, "unreadable", `cannot be read: ${code}`);
}

/**
 * Opens the file at a path.
 *
 * @throws {FileError} If it is not a readable, regular file.
 * @throws {InvalidInputError} If the string is not a path.
 */
export async function openPath(path: string): Promise<Source> {
  let handle: FileHandle | undefined;
  try {
    const absolutePath = resolve(path);
    // Checked before opening, since opening a FIFO blocks until its other end is opened.
    if (!(await stat(path)).isFile()) throw fileError(path, "not-regular", "is not a regular file");
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const opened = await handle.stat({ bigint: true });
    return new PathSource(path, absolutePath, handle, opened);
  } catch (error) {
    await handle?.close();
    throw isClearError(error) ? error : openError(path, error as NodeJS.ErrnoException);
  }
}

class PathSource implements Source {
  readonly label: string;
  readonly size: number;
  readonly #absolutePath: string;
  readonly #handle: FileHandle;
  readonly #version: string;

  constructor(path: string, absolutePath: string, handle: FileHandle, opened: BigIntStats) {
    this.label = path;
    this.size = Number(opened.size);
    this.#absolutePath = absolutePath;
    this.#handle = handle;
    this.#version = version(opened);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#readInto(new Uint8Array(length), offset);
  }

  reader(): SourceReader {
    let position = 0;
    return {
      next: async (buffer) => {
        const bytes = await this.#readInto(buffer, position);
        position += bytes.length;
        return bytes;
      },
      close: () => {},
    };
  }

  async #readInto(buffer: Uint8Array, position: number): Promise<Uint8Array> {
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw fileError(this.label, "unreadable", `cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    }
  }

  async hasChanged(): Promise<boolean> {
    return stat(this.#absolutePath, { bigint: true }).then(
      (now) => version(now) !== this.#version,
      () => true,
    );
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
