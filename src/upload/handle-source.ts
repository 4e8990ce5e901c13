import type { FileHandle } from "node:fs/promises";
import { fileError, type Source, type SourceReader } from "./source.js";

/** An open file. */
export class HandleSource implements Source {
  readonly label: string;
  readonly size: number;
  readonly #handle: FileHandle;
  readonly hasChanged: () => Promise<boolean>;

  constructor(label: string, handle: FileHandle, size: number, hasChanged: () => Promise<boolean>) {
    this.label = label;
    this.size = size;
    this.#handle = handle;
    this.hasChanged = hasChanged;
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

  close(): Promise<void> {
    return this.#handle.close();
  }
}
