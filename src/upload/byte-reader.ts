import { isUint8Array } from "node:util/types";
import type { FileError } from "../errors.js";
import { changedError, fileError } from "./source.js";

/** A reader of a stream, as the web defines it. Its author may have left out or broken any of it. */
export interface ChunkReader {
  read(): Promise<unknown>;
  cancel(): unknown;
}

/** A stream of only empty chunks would keep the event loop busy for ever. */
const MAX_EMPTY_CHUNKS = 1000;

/** Returns the code of a thrown value, such as `ECONNRESET`, or else its name, such as `AbortError`. */
function reasonOf(thrown: unknown): string | undefined {
  try {
    const { code, name } = Object(thrown);
    return [code, name].find((word) => typeof word === "string" && /^[A-Z]\w{1,63}$/.test(word) && word !== "Error");
  } catch {
    // A proxy can throw from any operation.
    return undefined;
  }
}

/** Builds the error for what a Blob or a stream threw. */
export function unreadableError(label: string, thrown: unknown): FileError {
  const reason = reasonOf(thrown);
  // How the File API reports that the file behind a Blob was written, replaced or removed after the Blob was created.
  if (reason === "NotReadableError" || reason === "NotFoundError") return changedError(label);
  return fileError(label, "unreadable", `cannot be read${reason ? `: ${reason}` : ""}`);
}

/** Reads the chunks of a stream. Whatever is wrong with the stream is a `FileError`. */
export class ByteReader {
  readonly #label: string;
  readonly #reader: ChunkReader;

  /** @throws {FileError} */
  constructor(label: string, open: () => ChunkReader) {
    this.#label = label;
    try {
      this.#reader = open();
    } catch (thrown) {
      throw unreadableError(label, thrown);
    }
  }

  /**
   * Returns the next chunk that is not empty; undefined at the end.
   *
   * @throws {FileError}
   */
  async next(): Promise<Uint8Array | undefined> {
    for (let i = 0; i < MAX_EMPTY_CHUNKS; i++) {
      const { done, value } = await this.#read();
      if (done) return undefined;
      if (!isUint8Array(value))
        throw fileError(this.#label, "unreadable", "cannot be read: a chunk is not a Uint8Array");
      if (value.length > 0) return value;
    }
    throw fileError(this.#label, "unreadable", "cannot be read: it returns only empty chunks");
  }

  async #read(): Promise<{ readonly done: unknown; readonly value: unknown }> {
    try {
      const { done, value } = Object(await this.#reader.read());
      return { done, value };
    } catch (thrown) {
      throw unreadableError(this.#label, thrown);
    }
  }

  /** Ends the stream, if it can be ended. */
  close(): void {
    (async () => this.#reader.cancel())().catch(() => {});
  }
}
