import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { invalidInput, isClearError } from "../errors.js";
import { HandleSource } from "./handle-source.js";
import { fileError, type Source } from "./source.js";

/** The maximum path length on Linux; other systems have shorter limits. */
const PATH_MAX_LENGTH = 4096;

/** Changes when a file is written, replaced or removed. The ctime changes even if the mtime is set back. */
const version = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats) => [dev, ino, size, mtimeNs, ctimeNs].join();

function openError(path: string, { code }: NodeJS.ErrnoException) {
  // Content passed as a path must not appear in a message.
  if (path.length > PATH_MAX_LENGTH || /[\n\r\0]/.test(path)) {
    return invalidInput("path", "is not the path of a file; pass content as `file`, such as Buffer.from(string)");
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
    const hasChanged = () =>
      stat(absolutePath, { bigint: true }).then(
        (now) => version(now) !== version(opened),
        () => true,
      );
    return new HandleSource(path, handle, Number(opened.size), hasChanged);
  } catch (error) {
    await handle?.close();
    throw isClearError(error) ? error : openError(path, error as NodeJS.ErrnoException);
  }
}
