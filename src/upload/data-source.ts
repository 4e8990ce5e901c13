import type { FileError } from "../errors.js";
import { changedError, fileError, type Source, type SourceReader } from "./source.js";

/** A `Blob`, such as from `fs.openAsBlob` in Node, from a form, or `Bun.file`. */
export interface BlobLike {
  readonly size: number;
  slice(start?: number, end?: number): { arrayBuffer(): Promise<ArrayBuffer> };
  stream(): { getReader(): BlobReader };
}

interface BlobReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** A `File`: a `Blob` with a name. */
export interface FileLike extends BlobLike {
  readonly name: string;
}

/** Bytes in memory. They are not copied. */
export function bytesSource(label: string, bytes: Uint8Array): Source {
  const size = bytes.length;
  // An array that was transferred to another thread is empty, and `subarray` throws.
  const hasChanged = () => bytes.length !== size;
  const part = (start: number, end: number) => (hasChanged() ? new Uint8Array() : bytes.subarray(start, end));
  return {
    label,
    size,
    read: async (offset, length) => part(offset, offset + length),
    reader() {
      let position = 0;
      return {
        async next(buffer) {
          const start = position;
          position += buffer.length;
          return part(start, position);
        },
        close: () => {},
      };
    },
    hasChanged: async () => hasChanged(),
    close: async () => {},
  };
}

/** A Blob, which may be larger than memory. */
export function blobSource(label: string, blob: BlobLike): Source {
  const { size } = blob;
  return {
    label,
    size,
    async read(offset, length) {
      try {
        return new Uint8Array(await blob.slice(offset, Math.min(offset + length, size)).arrayBuffer());
      } catch (error) {
        throw blobError(label, error);
      }
    },
    reader() {
      try {
        return blobReader(label, blob.stream().getReader());
      } catch (error) {
        throw blobError(label, error);
      }
    },
    hasChanged: async () => blob.size !== size,
    close: async () => {},
  };
}

/** Reads a Blob's stream. Slices, each with its own buffer, would take twice the memory until garbage-collected. */
function blobReader(label: string, reader: BlobReader): SourceReader {
  let rest: Uint8Array = new Uint8Array();
  return {
    async next(buffer) {
      let filled = 0;
      try {
        while (filled < buffer.length) {
          if (rest.length === 0) {
            const { done, value } = await reader.read();
            if (done || !value) break;
            rest = value;
          }
          const part = rest.subarray(0, buffer.length - filled);
          buffer.set(part, filled);
          filled += part.length;
          rest = rest.subarray(part.length);
        }
      } catch (error) {
        throw blobError(label, error);
      }
      return buffer.subarray(0, filled);
    },
    close() {
      reader.cancel().catch(() => {});
    },
  };
}

function blobError(label: string, error: unknown): FileError {
  const name: unknown = Object(error).name;
  // How the File API reports that the file behind a Blob was written, replaced or removed after the Blob was created.
  if (name === "NotReadableError" || name === "NotFoundError") return changedError(label);
  const known = typeof name === "string" && /^[A-Z]\w{1,63}$/.test(name);
  return fileError(label, "unreadable", `cannot be read${known ? `: ${name}` : ""}`);
}
