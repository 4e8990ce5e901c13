import { clearError, type FileError } from "../errors.js";

/** A file as it was when it was opened. */
export interface Source {
  /** The path, or the name of a Blob or byte array. For messages. */
  readonly label: string;
  /** In bytes. */
  readonly size: number;
  /**
   * Reads 1 to `length` bytes, or 0 past the end.
   *
   * @throws {FileError}
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Creates a reader from the beginning. Each attempt uses its own. */
  reader(): SourceReader;
  /** Checks whether the file has changed since it was opened. */
  hasChanged(): Promise<boolean>;
  close(): Promise<void>;
}

export interface SourceReader {
  /**
   * Reads the next bytes, at most as many as the buffer holds; 0 at the end.
   *
   * @param buffer - Receives the bytes, unless they are already in memory.
   * @throws {FileError}
   */
  next(buffer: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** The maximum size of one S3 PUT: 5 GiB. Clear's pages state no limit in bytes. */
export const MAX_BYTES = 5 * 1024 ** 3;

/** Limits the time of one step, such as a read. */
export type Limited = <T>(work: () => Promise<T>) => Promise<T>;

/** Closes what is not needed. A failure to close, or a wait for it, must not replace the error that led here. */
export function closeQuietly(resource: { close(): Promise<void> }): void {
  resource.close().catch(() => {});
}

/** Opens something within the limit. What opens too late is closed. */
export async function openInTime<T extends { close(): Promise<void> }>(
  open: () => Promise<T>,
  limited: Limited,
): Promise<T> {
  const opening = open();
  try {
    return await limited(() => opening);
  } catch (error) {
    opening.then(closeQuietly, () => {});
    throw error;
  }
}

/** Builds an error. `words` complete the sentence "<label> …". */
export function fileError(label: string, reason: FileError["reason"], words: string): FileError {
  return clearError<FileError>(`${label} ${words}`, { kind: "file", reason, path: label });
}

export function changedError(label: string): FileError {
  return fileError(label, "changed", "changed while it was read");
}

export function tooLargeError(label: string): FileError {
  return fileError(label, "too-large", `has more than ${MAX_BYTES} bytes, the most that one PUT takes`);
}
