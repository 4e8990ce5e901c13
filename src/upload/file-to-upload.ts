import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { isUint8Array } from "node:util/types";
import { invalidInput } from "../errors.js";
import { type BlobLike, blobSource, bytesSource, type FileLike } from "./data-source.js";
import { openPath } from "./path-source.js";
import { type Limited, openInTime, type Source } from "./source.js";
import { isStream, type StreamLike, spool } from "./stream-source.js";

/** A file on a disk. */
export interface PathToUpload {
  /** A path or a `file:` URL of this machine. Never a string that came from outside. */
  readonly path: string | URL;
  readonly file?: undefined;
  readonly stream?: undefined;
}

/** A file in memory, or from a form. */
export interface FileToUpload<File = BlobLike | Uint8Array> {
  /** A `File`, a `Blob` or bytes, which are not copied. A string is an error, never a path. */
  readonly file: File;
  readonly path?: undefined;
  readonly stream?: undefined;
}

/** A file that arrives in parts, such as from a multipart body. */
export interface StreamToUpload {
  /**
   * Bytes from a stream of Node or of the web. They are first written to a temporary file, since a PUT needs the length
   * and may have to be repeated. What the upload does not need of the stream is read and dropped, whatever the result.
   */
  readonly stream: StreamLike;
  readonly path?: undefined;
  readonly file?: undefined;
}

/** A file of 1 byte to 5 GiB, as exactly one of `path`, `file` and `stream`. It must not change during the upload. */
export type AnyToUpload = PathToUpload | FileToUpload | StreamToUpload;

/** A file with a name: its own, or `fileName`. */
export type NamedToUpload =
  | PathToUpload
  | FileToUpload<FileLike>
  | ((FileToUpload | StreamToUpload) & { readonly fileName: string });

/** A file that was checked as far as that needs no read. */
export interface Unopened {
  /** Undefined if neither the caller nor the file provides one. */
  readonly fileName: string | undefined;
  /** @throws {FileError} If the file cannot be read. */
  readonly open: (limited: Limited) => Promise<Source>;
}

function urlToPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw invalidInput("path", "is a URL, but not the file: URL of a local file");
  }
}

function toPath(path: unknown): string {
  if (path instanceof URL) return urlToPath(path.href);
  if (typeof path !== "string") throw invalidInput("path", "must be a string or a file: URL");
  return /^file:\/\//i.test(path) ? urlToPath(path) : path;
}

function isBlob(file: object): file is BlobLike {
  const { slice, stream, size } = file as Partial<BlobLike>;
  return typeof slice === "function" && typeof stream === "function" && Number.isSafeInteger(size) && Number(size) >= 0;
}

/** Returns the name of a `File` without its folders, which `Bun.file` includes. */
function ownName(file: object): string | undefined {
  if (!("name" in file) || typeof file.name !== "string") return undefined;
  const { name } = file;
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1) || undefined;
}

function checkFile(file: unknown, givenName: string | undefined): Unopened {
  if (typeof file === "string") {
    throw invalidInput("file", "must not be a string; pass a path as `path`, and content as a Uint8Array");
  }
  if (typeof file === "object" && file !== null) {
    const fileName = givenName ?? (isUint8Array(file) ? undefined : ownName(file));
    const label = fileName ?? "The file";
    if (isUint8Array(file)) return { fileName, open: async () => bytesSource(label, file) };
    if (isBlob(file)) return { fileName, open: async () => blobSource(label, file) };
    if (isStream(file)) throw invalidInput("file", "must not be a stream; pass it as `stream`");
  }
  throw invalidInput("file", "must be a File, a Blob or a Uint8Array");
}

/**
 * Checks the arguments that hold the file.
 *
 * @throws {InvalidInputError} It contains no part of the arguments.
 */
export function checkFileToUpload(given: {
  readonly path: unknown;
  readonly file: unknown;
  readonly stream: unknown;
  readonly fileName: string | undefined;
}): Unopened {
  const { path, file, stream, fileName } = given;
  if ([path, file, stream].filter((one) => one !== undefined).length !== 1) {
    throw invalidInput("upload", "must have exactly one of path, file and stream");
  }
  if (path !== undefined) {
    const name = toPath(path);
    return { fileName: fileName ?? basename(name), open: (limited) => openInTime(() => openPath(name), limited) };
  }
  if (file !== undefined) return checkFile(file, fileName);
  if (!isStream(stream)) throw invalidInput("stream", "must be a readable stream of Node or of the web");
  return { fileName, open: (limited) => spool(fileName ?? "The stream", stream, limited) };
}
