import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { isUint8Array } from "node:util/types";
import { invalidInput } from "../errors.js";
import { contentMismatch } from "./content.js";
import { type BlobLike, blobSource, bytesSource, type FileLike } from "./data-source.js";
import { openPath } from "./path-source.js";
import { fileError, type Source } from "./source.js";

/** The maximum size of one S3 PUT: 5 GiB. Clear's pages state no limit in bytes. */
const MAX_BYTES = 5 * 1024 ** 3;

const KINDS = "must be a path, a file: URL, a Uint8Array, a Blob or a File";

/** A file with a name: a path, a `file:` URL, or a `File`. */
export type NamedFile = string | URL | FileLike;

/** A file that can be uploaded. It must not change until the upload ends. */
export type UploadableFile = NamedFile | Uint8Array | BlobLike;

/** A file that is open and ready to upload. */
export interface OpenFile {
  readonly source: Source;
  /** Undefined if neither the caller nor the file provides one. */
  readonly fileName: string | undefined;
}

function urlToPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw invalidInput("file", "is a URL, but not the file: URL of a local file");
  }
}

function isBlob(file: Partial<BlobLike>): file is BlobLike {
  return typeof file.slice === "function" && typeof file.stream === "function" && Number.isSafeInteger(file.size);
}

function isStream(file: object): boolean {
  return "pipe" in file || "getReader" in file || Symbol.asyncIterator in file;
}

async function openSource(file: UploadableFile, fileName: string | undefined): Promise<OpenFile> {
  if (typeof file === "string") {
    const path = /^file:\/\//i.test(file) ? urlToPath(file) : file;
    return { source: await openPath(path), fileName: fileName ?? basename(path) };
  }
  if (file instanceof URL) return openSource(urlToPath(file.href), fileName);
  const label = fileName ?? "The file";
  if (isUint8Array(file)) return { source: bytesSource(label, file), fileName };
  if (typeof file !== "object" || file === null) throw invalidInput("file", KINDS);
  if (isBlob(file)) {
    // A name may be a path, as with `Bun.file`.
    const ownName = "name" in file && typeof file.name === "string" ? /[^/\\]*$/.exec(file.name)?.[0] : undefined;
    const name = fileName ?? (ownName || undefined);
    return { source: blobSource(name ?? label, file), fileName: name };
  }
  const rule = isStream(file)
    ? "must not be a stream: it cannot be sent again if the first attempt fails; write it to a file and pass the path, or collect it in a Blob"
    : KINDS;
  throw invalidInput("file", rule);
}

/**
 * Opens a file for upload.
 *
 * @param fileName - Overrides the file's own name.
 * @throws {InvalidInputError} If the argument cannot be uploaded. The error contains no part of it.
 * @throws {FileError} If the file is empty, larger than 5 GiB or unreadable, or its content does not match its
 * extension.
 */
export async function openFile(
  file: UploadableFile,
  fileName: string | undefined,
  checkContent: boolean,
): Promise<OpenFile> {
  const opened = await openSource(file, fileName);
  const { source } = opened;
  try {
    const { label, size } = source;
    if (size === 0) throw fileError(label, "empty", "is empty");
    if (size > MAX_BYTES) throw fileError(label, "too-large", `has ${size} bytes; one PUT takes at most ${MAX_BYTES}`);
    const mismatch = checkContent && (await contentMismatch(opened.fileName ?? "", source));
    if (mismatch) throw fileError(label, "content-mismatch", mismatch);
    return opened;
  } catch (error) {
    await source.close();
    throw error;
  }
}
