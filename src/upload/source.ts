import { clearError, type FileError } from "../errors.js";

/** A file as it was when it was opened. */
export interface Source {
  /** The path, or the name of a Blob or of bytes. For messages. */
  readonly label: string;
  /** In bytes. */
  readonly size: number;
  /**
   * Reads 1 to `length` bytes; none only past the end.
   *
   * @throws {FileError}
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Reads from the beginning. Each attempt has a reader of its own. */
  reader(): SourceReader;
  /** Checks whether anything has changed since it was opened. */
  hasChanged(): Promise<boolean>;
  close(): Promise<void>;
}

export interface SourceReader {
  /**
   * Reads the next bytes: as many as the buffer holds, or fewer. None only at the end.
   *
   * @param buffer - Where they are written to, unless they are in memory already.
   * @throws {FileError}
   */
  next(buffer: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** A file that cannot be uploaded. `words` complete the sentence "<label> …". */
export function fileError(label: string, reason: FileError["reason"], words: string): FileError {
  return clearError<FileError>(`${label} ${words}`, { kind: "file", reason, path: label });
}

export function changedError(label: string): FileError {
  return fileError(label, "changed", "changed while it was read");
}
