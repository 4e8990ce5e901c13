import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { contentMismatch } from "./content.js";
import { openPath } from "./path-source.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-content-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function mismatch(path: string): Promise<string | undefined> {
  const source = await openPath(path);
  try {
    return await contentMismatch(path, source);
  } finally {
    await source.close();
  }
}

async function mismatchOf(name: string, content: Buffer | string): Promise<string | undefined> {
  const path = join(directory, name);
  writeFileSync(path, content);
  return mismatch(path);
}

/** A ZIP of stored entries. */
function zip(entries: Record<string, Buffer | string>, comment = ""): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const content = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), content]);
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02");
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    files.push(file);
    offset += file.length;
  }
  const names = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt32LE(names.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...files, names, end, Buffer.from(comment)]);
}

/** A compound file whose directory, in its second sector, has these names. */
function compoundFile(...names: string[]): Buffer {
  const file = Buffer.alloc(512 * 2 + 128 * names.length);
  file.write("d0cf11e0a1b11ae1", "hex");
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 48);
  names.forEach((name, i) => {
    file.write(name, 1024 + 128 * i, "utf16le");
  });
  return file;
}

const workbook = zip({ "[Content_Types].xml": "", "_rels/.rels": "", "xl/workbook.xml": "" });
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

test.each(["sales.csv", "purchase.xlsx", "sales.zip", "purchase.xls"])("takes %s of the demo", async (name) => {
  expect(await mismatch(fileURLToPath(new URL(`../../demo/files/${name}`, import.meta.url)))).toBeUndefined();
});

test.each<[string, string, Buffer | string]>([
  ["a CSV in UTF-8 with a byte order mark", "a.csv", "\ufeffa,b\r\n"],
  ["a CSV in UTF-16, low byte first", "a.csv", utf16("a,b\r\n")],
  ["a CSV in UTF-16, high byte first", "a.csv", utf16("a,b\r\n").swap16()],
  ["a CSV in Latin-1", "a.csv", Buffer.from("Stück;Größe\r\n", "latin1")],
  ["a CSV in Windows-1252 that starts with a high byte", "a.csv", Buffer.from([0xe9, 0x80, 0x2c, 0x0a])],
  ["a CSV with empty first lines", "a.csv", "\r\n\r\n,,\r\na,b"],
  ["a CSV of one byte", "a.csv", "a"],
  ["a CSV with markup in it", "a.csv", "note\r\n<html>,1\r\n"],
  ["a CSV whose first field is in angle brackets", "a.csv", "<Name>,1\r\n"],
  ["a CSV that starts with the letters PK", "a.csv", "PK,a\r\n"],
  ["an extension in upper case", "A.CSV", "a,b\r\n"],
  ["a workbook", "a.xlsx", workbook],
  ["a workbook whose content types come last", "a.xlsx", zip({ "xl/a.xml": "", "[content_types].xml": "" })],
  ["a workbook with backslashes", "a.xlsx", zip({ "[Content_Types].xml": "", "xl\\workbook.xml": "" })],
  ["a workbook with its parts elsewhere", "a.xlsx", zip({ "[Content_Types].xml": "", "book/workbook.xml": "" })],
  ["a workbook with a comment", "a.xlsx", zip({ "[Content_Types].xml": "", "xl/a": "" }, "x".repeat(65535))],
  ["a workbook whose directory cannot be found", "a.xlsx", workbook.subarray(0, -22)],
  ["a workbook whose directory is cut", "a.xlsx", workbook.subarray(0, -1)],
  [
    "a workbook whose directory is elsewhere, as in ZIP64",
    "a.xlsx",
    Buffer.from(workbook).fill(0xff, workbook.length - 6, workbook.length - 2),
  ],
  ["an archive", "a.zip", zip({ "a.csv": "a,b" })],
  ["an archive of a workbook", "a.zip", zip({ "a.xlsx": workbook })],
  ["an archive with a folder named xl", "a.zip", zip({ "xl/a.csv": "a,b" })],
  ["an archive of a document", "a.zip", zip({ "[Content_Types].xml": "", "word/document.xml": "" })],
  ["an empty archive", "a.zip", zip({})],
  ["an archive that was to be split", "a.zip", Buffer.concat([Buffer.from("PK00"), zip({ "a.csv": "" })])],
  ["an XLS", "a.xls", compoundFile("Root Entry", "Workbook")],
  ["an XLS with its directory beyond the file", "a.xls", compoundFile("Root Entry").fill(0xff, 48, 52)],
  ["the start of an XLS", "a.xls", compoundFile().subarray(0, 100)],
  ["a workbook of Excel 2", "a.xls", Buffer.from("0900040002001000", "hex")],
  ["a workbook of Excel 4", "a.xls", Buffer.from("0904060000001000", "hex")],
  ["an extension that says nothing", "a.txt", Buffer.from([0, 1, 2])],
  ["an extension that is a name of every object", "a.constructor", "a"],
  ["no extension", "a", workbook],
  ["a dot in the folder only", "a", "a"],
])("takes %s", async (_what, name, content) => {
  expect(await mismatchOf(name, content)).toBeUndefined();
});

const HTML = "<html><body><table><tr><td>1";

test.each<[string, string, Buffer | string, RegExp]>([
  ["a workbook as CSV", "a.csv", workbook, /^is an XLSX workbook, not what \.csv says$/],
  ["a workbook as ZIP", "a.zip", workbook, /XLSX workbook/],
  ["a workbook as XLS", "a.xls", workbook, /XLSX workbook/],
  ["an XLS as XLSX", "a.xlsx", compoundFile("Root Entry", "Workbook"), /^is an XLS workbook/],
  ["an XLS as CSV", "a.csv", compoundFile("Root Entry", "Workbook"), /XLS workbook/],
  ["a bare workbook as XLSX", "a.xlsx", Buffer.from("0900040002001000", "hex"), /XLS workbook/],
  ["an encrypted XLSX", "a.xlsx", compoundFile("Root Entry", "EncryptionInfo", "EncryptedPackage"), /password/],
  ["an encrypted XLSX as XLS", "a.xls", compoundFile("Root Entry", "EncryptedPackage"), /password/],
  ["an archive as XLSX", "a.xlsx", zip({ "a.csv": "a,b" }), /ZIP archive without a workbook/],
  ["an archive of a workbook as XLSX", "a.xlsx", zip({ "a.xlsx": workbook }), /ZIP archive without a workbook/],
  ["a document as XLSX", "a.xlsx", zip({ "[Content_Types].xml": "", "word/document.xml": "" }), /without a workbook/],
  ["an archive as CSV", "a.csv", zip({ "a.csv": "a,b" }), /ZIP archive/],
  ["an archive without a directory as CSV", "a.csv", "PK\x03\x04", /is a ZIP archive,/],
  ["a page as XLS", "a.xls", HTML, /is an HTML page.*save it as a workbook, not what \.xls says/],
  ["a page after white space as XLS", "a.xls", ` \r\n\t${HTML}`, /HTML page/],
  ["a page in UTF-16 as XLS", "a.xls", utf16(`\r\n${HTML}`), /HTML page/],
  ["a page with a byte order mark as XLS", "a.xls", `\ufeff<!DOCTYPE html>${HTML}`, /HTML page/],
  ["a bare table as XLS", "a.xls", "<table border=1><tr>", /HTML page/],
  ["a page as CSV", "a.csv", "<!doctype HTML>\n<p>Log in", /HTML page/],
  ["an XML workbook as XLS", "a.xls", '<?xml version="1.0"?>\n<Workbook', /XML document/],
  ["a text as XLS", "a.xls", "a\tb\r\n", /text file/],
  ["a text as XLSX", "a.xlsx", "a,b\r\n", /text file/],
  ["a text as ZIP", "a.zip", "a,b\r\n", /text file/],
  ["a binary file as CSV", "a.csv", Buffer.from("1f8b080000000000", "hex"), /binary file/],
  ["UTF-16 without its mark as CSV", "a.csv", Buffer.from("a,b", "utf16le"), /binary file/],
  ["another binary file as XLS", "a.xls", Buffer.from([0x7f, 0x45, 0, 0]), /binary file/],
])("finds %s", async (_what, name, content, words) => {
  expect(await mismatchOf(name, content)).toMatch(words);
});

test("looks at a part of a large file only", async () => {
  const path = join(directory, "large.csv");
  writeFileSync(path, "a".repeat(4096));
  truncateSync(path, 5 * 1024 ** 3);
  expect(await mismatch(path)).toBeUndefined();
});
