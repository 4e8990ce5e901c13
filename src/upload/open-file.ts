import { contentMismatch } from "./content.js";
import type { Unopened } from "./file-to-upload.js";
import { closeQuietly, fileError, type Limited, MAX_BYTES, type Source, tooLargeError } from "./source.js";

/** A file that is open and ready to upload. */
export interface OpenFile {
  readonly source: Source;
  /** Undefined if neither the caller nor the file provides one. */
  readonly fileName: string | undefined;
}

/**
 * Opens a file for upload, and checks its size and content.
 *
 * @throws {FileError} If the file is empty, larger than 5 GiB or unreadable, or its content does not match its
 * extension.
 */
export async function openFile(
  { fileName, open }: Unopened,
  checkContent: boolean,
  limited: Limited,
): Promise<OpenFile> {
  const source = await open(limited);
  try {
    const { label, size } = source;
    if (size === 0) throw fileError(label, "empty", "is empty");
    if (size > MAX_BYTES) throw tooLargeError(label);
    const mismatch = checkContent && (await limited(async () => contentMismatch(fileName ?? "", source)));
    if (mismatch) throw fileError(label, "content-mismatch", mismatch);
    return { source, fileName };
  } catch (error) {
    closeQuietly(source);
    throw error;
  }
}
