import { inflateRawSync } from "node:zlib";
import type { BoundedReader } from "./bounded-reader.js";

/** APPNOTE.TXT, 4.3: the signatures and the fixed lengths. */
const LOCAL = "PK\x03\x04";
const ENTRY = "PK\x01\x02";
const END = "PK\x05\x06";
const END_BYTES = 22;
const END64 = "PK\x06\x06";
const END64_BYTES = 56;
const LOCATOR64 = "PK\x06\x07";
const LOCATOR64_BYTES = 20;
const COMMENT_MAX_BYTES = 65535;

/** Far more than a stored entry has of NULs in a row, by chance. */
const PADDING_SAMPLE_BYTES = 4096;

/** About five thousand names. */
const DIRECTORY_MAX_BYTES = 512 * 1024;
const ENTRY_MAX_BYTES = 64 * 1024;
const INFLATED_MAX_BYTES = 512 * 1024;

export interface ZipEntry {
  /** In lower case, with slashes, without the leading `/` or `./` of some writers. */
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly compressedBytes: number;
  readonly offset: number;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Whether `entries` has all entries of the archive. */
  readonly complete: boolean;
}

const startsWith = (bytes: Buffer, signature: string) => bytes.toString("latin1", 0, 4) === signature;

interface DirectoryPlace {
  readonly offset: number;
  readonly bytes: number;
}

/** Locates the central directory from the end record, which is among the last bytes before `end`. */
async function directoryBefore(end: number, reader: BoundedReader): Promise<DirectoryPlace | undefined> {
  const tailStart = Math.max(0, end - COMMENT_MAX_BYTES - END_BYTES - LOCATOR64_BYTES);
  const tail = await reader.read(tailStart, end - tailStart);
  for (let last = tail.length - END_BYTES; last >= 0; ) {
    const at = tail.lastIndexOf(END, last, "latin1");
    if (at < 0) break;
    last = at - 1;
    // Bytes after the comment are harmless; a truncated comment means a truncated file.
    if (at + END_BYTES + tail.readUInt16LE(at + 20) > tail.length) continue;
    let bytes = tail.readUInt32LE(at + 12);
    // Above 4 GiB, macOS drops the high bits of the offset and writes no ZIP64 record.
    let offset = end > 0xffffffff ? tailStart + at - bytes : tail.readUInt32LE(at + 16);
    const locator = at - LOCATOR64_BYTES;
    if (locator >= 0 && startsWith(tail.subarray(locator), LOCATOR64)) {
      const end64 = await reader.read(Number(tail.readBigUInt64LE(locator + 8)), END64_BYTES);
      if (end64.length < END64_BYTES || !startsWith(end64, END64)) return undefined;
      bytes = Number(end64.readBigUInt64LE(40));
      offset = Number(end64.readBigUInt64LE(48));
    }
    if (offset + bytes <= tailStart + at) return { offset, bytes };
  }
  return undefined;
}

/**
 * Finds the start of the NULs that pad a file. Bisects, so NULs of the same length within the data may mislead it: then
 * there is no end record.
 */
async function paddingStart(reader: BoundedReader): Promise<number> {
  let data = 0;
  let padding = reader.size;
  while (padding - data > 1) {
    const middle = Math.floor((data + padding) / 2);
    const bytes = await reader.read(middle, Math.min(PADDING_SAMPLE_BYTES, padding - middle));
    if (bytes.every((byte) => byte === 0)) padding = middle;
    else data = middle + bytes.findLastIndex((byte) => byte !== 0);
  }
  return padding;
}

async function findDirectory(reader: BoundedReader): Promise<DirectoryPlace | undefined> {
  const found = await directoryBefore(reader.size, reader);
  if (found) return found;
  // The record itself may end with NULs.
  const end = (await paddingStart(reader)) + END_BYTES;
  return end < reader.size ? await directoryBefore(end, reader) : undefined;
}

/** Checks for the end record of a ZIP archive, whatever the file starts with. */
export async function endsInZip(reader: BoundedReader): Promise<boolean> {
  return (await findDirectory(reader)) !== undefined;
}

/** Reads the central directory. Returns undefined if it is missing or elsewhere than the end record says. */
export async function readZipDirectory(reader: BoundedReader): Promise<ZipDirectory | undefined> {
  const found = await findDirectory(reader);
  if (!found) return undefined;
  if (found.bytes === 0) return { entries: [], complete: true };
  const directory = await reader.read(found.offset, Math.min(found.bytes, DIRECTORY_MAX_BYTES));
  if (!startsWith(directory, ENTRY)) return undefined;
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= directory.length && startsWith(directory.subarray(at), ENTRY)) {
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    entries.push({
      name: directory
        .toString("latin1", at + 46, nameEnd)
        .replaceAll("\\", "/")
        .replace(/^\.?\//, "")
        .toLowerCase(),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      method: directory.readUInt16LE(at + 10),
      compressedBytes: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return { entries, complete: found.bytes <= DIRECTORY_MAX_BYTES };
}

/** Reads a small stored or deflated entry. Returns undefined if it is too large, damaged or compressed otherwise. */
export async function readZipEntry(reader: BoundedReader, entry: ZipEntry): Promise<Buffer | undefined> {
  if (entry.compressedBytes > ENTRY_MAX_BYTES) return undefined;
  const local = await reader.read(entry.offset, 30);
  if (local.length < 30 || !startsWith(local, LOCAL)) return undefined;
  const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const content = await reader.read(start, entry.compressedBytes);
  if (entry.method === 0) return content;
  try {
    return inflateRawSync(content, { maxOutputLength: INFLATED_MAX_BYTES });
  } catch {
    return undefined;
  }
}
