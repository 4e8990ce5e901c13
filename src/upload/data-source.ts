import { isAnyArrayBuffer } from "node:util/types";
import { ByteReader, type ChunkReader, unreadableError } from "./byte-reader.js";
import { changedError, fileError, type Source, type SourceReader } from "./source.js";

/** A `Blob`, such as from `fs.openAsBlob` in Node, from a form, or `Bun.file`. */
export interface BlobLike {
  readonly size: number;
  slice(start?: number, end?: number): { arrayBuffer(): Promise<ArrayBuffer> };
  stream(): { getReader(): ChunkReader };
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
      const bytes = await slice(label, blob, offset, Math.min(offset + length, size));
      if (bytes.length > length) throw fileError(label, "unreadable", "cannot be read: slice returns too many bytes");
      return bytes;
    },
    reader: () => blobReader(label, blob, size),
    hasChanged: async () => blob.size !== size,
    close: async () => {},
  };
}

async function slice(label: string, blob: BlobLike, start: number, end: number): Promise<Uint8Array> {
  let buffer: unknown;
  try {
    buffer = await blob.slice(start, end).arrayBuffer();
  } catch (thrown) {
    throw unreadableError(label, thrown);
  }
  if (!isAnyArrayBuffer(buffer)) throw fileError(label, "unreadable", "cannot be read: slice returns no bytes");
  return new Uint8Array(buffer);
}

/** Reads a Blob's stream. Slices, each with its own buffer, would take twice the memory until garbage-collected. */
function blobReader(label: string, blob: BlobLike, size: number): SourceReader {
  const reader = new ByteReader(label, () => blob.stream().getReader());
  let rest: Uint8Array = new Uint8Array();
  let position = 0;
  return {
    async next(buffer) {
      let filled = 0;
      while (filled < buffer.length) {
        if (rest.length === 0) {
          const chunk = await reader.next();
          if (!chunk) break;
          rest = chunk;
        }
        const part = rest.subarray(0, buffer.length - filled);
        buffer.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
      }
      position += filled;
      // The part that fits must not be stored as the whole file.
      if (position === size && (rest.length > 0 || (await reader.next()))) throw changedError(label);
      return buffer.subarray(0, filled);
    },
    close: () => reader.close(),
  };
}
