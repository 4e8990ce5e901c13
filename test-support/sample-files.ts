import { readdirSync, readFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { RandomAccess } from "../src/upload/bounded-reader.js";
import { contentMismatch } from "../src/upload/content.js";

const DIRECTORY = new URL("./files/", import.meta.url);

/** The files in test-support/files. */
export const NAMES = readdirSync(DIRECTORY).filter((name) => name !== "README.md");

export const file = (name: string) => readFileSync(new URL(name, DIRECTORY));

/** Content as a file that can be read anywhere. */
export function bytes(content: Uint8Array): RandomAccess {
  return { size: content.length, read: async (offset, length) => content.subarray(offset, offset + length) };
}

/** Checks content against the extension of a name. */
export const mismatchOf = (name: string, content: Uint8Array | string) =>
  contentMismatch(name, bytes(Buffer.from(content)));

/** The maximum that is read of a file. */
export const MIB = 1024 * 1024;

export const TYPES = "[Content_Types].xml";

interface Entry {
  readonly name: string;
  readonly content: Buffer | string;
  readonly deflate?: boolean;
}

/** Flags of an entry: its sizes follow the data, and its name is in UTF-8. */
const STREAMED = 8;
const UTF8 = 0x800;

/**
 * A ZIP of stored or deflated entries.
 *
 * @param streamed - Writes the sizes after the data, as programs do that cannot seek.
 */
export function zip(entries: readonly Entry[], comment = "", streamed = false): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflate } of entries) {
    const data = deflate ? deflateRawSync(content) : Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE((streamed ? STREAMED : 0) | (/[^ -~]/.test(name) ? UTF8 : 0), 2);
    common.writeUInt16LE(deflate ? 8 : 0, 4);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    // As with Info-ZIP, only the local header has an extra field.
    const localOnly = patched(common, 24, 4, 2);
    const sizes = streamed ? Buffer.concat([Buffer.from("PK\x07\x08"), localOnly.subarray(10, 22)]) : Buffer.alloc(0);
    if (streamed) localOnly.fill(0, 10, 22);
    const start = Buffer.concat([Buffer.from("PK\x03\x04"), localOnly, Buffer.from(name), Buffer.alloc(4)]);
    const local = Buffer.concat([start, data, sizes]);
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02");
    common.copy(entry, 6, 0, 24);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    files.push(local);
    offset += local.length;
  }
  const names = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt32LE(names.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...files, names, end, Buffer.from(comment)]);
}

/** The entries of a ZIP without a comment. */
export function entriesOf(archive: Buffer): Entry[] {
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(archive.length - 6);
  while (archive.readUInt32LE(at) === 0x02014b50) {
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    const offset = archive.readUInt32LE(at + 42);
    const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    const data = archive.subarray(start, start + archive.readUInt32LE(at + 20));
    entries.push({
      name: archive.toString("utf8", at + 46, nameEnd),
      content: archive.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data,
      deflate: true,
    });
    at = nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** A ZIP with its entries renamed. */
export const renamed = (archive: Buffer, rename: (name: string) => string) =>
  zip(entriesOf(archive).map((entry) => ({ ...entry, name: rename(entry.name) })));

/** A copy with other content types. */
export const retyped = (archive: Buffer, retype: (xml: string) => Buffer | string, deflate = true) =>
  zip(
    entriesOf(archive).map((entry) =>
      entry.name === TYPES ? { ...entry, content: retype(String(entry.content)), deflate } : entry,
    ),
  );

/** A ZIP without a comment, converted to a ZIP64 end record. */
export function zip64(archive: Buffer): Buffer {
  const end = archive.length - 22;
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06");
  record.writeBigUInt64LE(BigInt(archive.readUInt32LE(end + 12)), 40);
  record.writeBigUInt64LE(BigInt(archive.readUInt32LE(end + 16)), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07");
  locator.writeBigUInt64LE(BigInt(end), 8);
  const legacy = Buffer.from(archive.subarray(end)).fill(0xff, 8, 20);
  return Buffer.concat([archive.subarray(0, end), record, locator, legacy]);
}

/** A copy with another value in one field. */
export function patched(content: Buffer, at: number, value: number, length = 4): Buffer {
  const copy = Buffer.from(content);
  copy.writeUIntLE(value, at, length);
  return copy;
}

/** A copy without the local header of the content types. */
export const misplaced = (archive: Buffer) => patched(archive, archive.indexOf(TYPES) - 30, 0x08074b50);

/** The content types of a workbook, as those of a macro template. */
export const macro = (xml: string) => xml.replace(/openxml[^"]+sheet\.main/, "ms-excel.template.macroEnabled.main");
