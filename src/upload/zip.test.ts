import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bytes,
  entriesOf,
  file,
  MIB,
  macro,
  mismatchOf,
  misplaced,
  NAMES,
  patched,
  renamed,
  retyped,
  TYPES,
  zip,
  zip64,
} from "../../test-support/sample-files.js";
import { contentMismatch } from "./content.js";

/** A copy with the encryption bit of one directory entry set. */
function encrypted(archive: Buffer): Buffer {
  const at = archive.lastIndexOf("PK\x01\x02") + 8;
  return patched(archive, at, archive.readUInt16LE(at) | 1, 2);
}

const xlsx = file("openpyxl-3.0.9.xlsx");
const archive = file("info-zip-3.0.zip");

const csv = { name: "sales.csv", content: "a,b\r\n1,2\r\n", deflate: true };
const nuls = (bytes: number) => Buffer.alloc(bytes);
/** An archive after a program, with offsets from the start of the archive. */
const selfExtracting = Buffer.concat([Buffer.from(`MZ\x90\0\x03${"\0".repeat(3000)}\x01\x02`), archive]);

/** A copy with offsets from the start of the file, as `zip -A` writes them. */
function rebased(archive: Buffer): Buffer {
  const at = archive.length - 6;
  return patched(archive, at, archive.indexOf("PK\x01\x02"));
}

const nestedCut = zip([
  { name: "a.zip", content: archive },
  { name: "b.csv", content: "a,b\r\n".repeat(100) },
]).subarray(0, -200);

test.each<[string, string, Buffer | string]>([
  ["a workbook whose content types come last", "a.xlsx", zip(entriesOf(xlsx).reverse())],
  ["a workbook whose parts begin with a slash", "a.xlsx", renamed(xlsx, (name) => `/${name}`)],
  ["a workbook whose parts begin with a dot and a slash", "a.xlsx", renamed(xlsx, (name) => `./${name}`)],
  ["a workbook with backslashes", "a.xlsx", renamed(xlsx, (name) => name.replaceAll("/", "\\"))],
  ["a workbook with names in lower case", "a.xlsx", renamed(xlsx, (name) => name.toLowerCase())],
  ["a workbook with stored content types", "a.xlsx", retyped(xlsx, (xml) => xml, false)],
  ["a workbook with large content types", "a.xlsx", retyped(xlsx, (xml) => " ".repeat(MIB) + xml)],
  ["a workbook with large, stored content types", "a.xlsx", retyped(xlsx, (xml) => " ".repeat(MIB) + xml, false)],
  [
    "a macro template whose content types are too large to read",
    "a.xlsx",
    retyped(xlsx, (xml) => " ".repeat(MIB) + macro(xml)),
  ],
  ["a macro template whose content types cannot be read", "a.xlsx", misplaced(retyped(xlsx, macro))],
  ["a workbook with a comment", "a.xlsx", zip(entriesOf(xlsx), "x".repeat(65535))],
  ["a workbook with trailing bytes", "a.xlsx", Buffer.concat([xlsx, Buffer.from("\r\n")])],
  ["a workbook in ZIP64", "a.xlsx", zip64(xlsx)],
  ["an archive of an archive, in ZIP64", "a.zip", zip64(zip([{ name: "a.zip", content: archive }]))],
  ["an archive with a comment", "a.zip", zip([csv], "made by a tool")],
  ["a workbook with sizes after the data", "a.xlsx", zip(entriesOf(xlsx), "", true)],
  ["an archive as macOS writes it", "a.zip", zip([csv, { name: "__MACOSX/._sales.csv", content: nuls(99) }], "", true)],
  [
    "a workbook with the files that macOS adds",
    "a.xlsx",
    zip([{ name: `__MACOSX/._${TYPES}`, content: nuls(99) }, ...entriesOf(xlsx)], "", true),
  ],
  ["an archive as Windows Explorer writes it", "a.zip", zip([{ ...csv, name: "2026-04\\बिक्री.csv" }])],
  ["an archive with NULs after its end", "a.zip", Buffer.concat([archive, nuls(512)])],
  ["a workbook with NULs after its end", "a.xlsx", Buffer.concat([xlsx, nuls(512)])],
  ["an archive with 70,000 NULs after its end", "a.zip", Buffer.concat([archive, nuls(70_000)])],
  ["an archive with 5 MiB of NULs after its comment", "a.zip", Buffer.concat([zip([csv], "a"), nuls(5 * MIB)])],
  ["a workbook in ZIP64 with 1 MiB of NULs after its end", "a.xlsx", Buffer.concat([zip64(xlsx), nuls(MIB)])],
  [
    "an archive of NULs, with more after its end",
    "a.zip",
    Buffer.concat([zip([{ name: "a.csv", content: nuls(3000) }, csv]), nuls(100_000)]),
  ],
  [
    "an archive with an end record in its comment",
    "a.zip",
    zip([{ name: "a.csv", content: "a" }], `PK\x05\x06${"9".repeat(16)}\0\0`),
  ],
])("accepts %s", async (_what, name, content) => {
  expect(await mismatchOf(name, content)).toBeUndefined();
});

test.each<[string, string, Buffer | string, RegExp]>([
  [
    "a truncated workbook",
    "a.xlsx",
    xlsx.subarray(0, xlsx.length / 2),
    /^is a truncated or damaged ZIP archive or workbook; expected .*: copy or download it again, completely$/,
  ],
  ["a workbook without its last byte", "a.xlsx", xlsx.subarray(0, -1), /truncated/],
  [
    "a workbook without a byte in the middle",
    "a.xlsx",
    Buffer.concat([xlsx.subarray(0, 99), xlsx.subarray(100)]),
    /truncated/,
  ],
  [
    "a workbook without its directory",
    "a.xlsx",
    Buffer.concat([xlsx.subarray(0, 1000), xlsx.subarray(-22)]),
    /truncated/,
  ],
  ["a workbook truncated in its comment", "a.xlsx", zip(entriesOf(xlsx), "comment").subarray(0, -1), /truncated/],
  ["a truncated archive", "a.zip", archive.subarray(0, -23), /truncated/],
  ["a truncated archive of archives", "a.zip", nestedCut, /truncated/],
  [
    "an archive truncated in its ZIP64 record",
    "a.zip",
    Buffer.concat([archive.subarray(0, 40), zip64(archive).subarray(-42)]),
    /truncated/,
  ],
  [
    "an archive whose ZIP64 record has another signature",
    "a.zip",
    patched(zip64(archive), zip64(archive).length - 98, 0),
    /truncated/,
  ],
  [
    "an archive whose ZIP64 record is truncated",
    "a.zip",
    patched(
      Buffer.concat([zip64(archive), Buffer.from("PK\x06\x06")]),
      zip64(archive).length - 34,
      zip64(archive).length,
    ),
    /truncated/,
  ],
  [
    "an archive truncated before 1 MiB of NULs",
    "a.zip",
    Buffer.concat([archive.subarray(0, -30), nuls(MIB)]),
    /truncated/,
  ],
  ["a self-extracting archive", "a.zip", selfExtracting, /^is a self-extracting archive, .*: pack the files again/],
  ["a self-extracting archive with other offsets", "a.zip", rebased(selfExtracting), /^is a self-extracting/],
  ["a self-extracting workbook", "a.xlsx", Buffer.concat([Buffer.from("MZ\0\0\x01"), xlsx]), /^is a self-extracting/],
  ["a program", "a.zip", selfExtracting.subarray(0, -30), /^is a binary file; expected a complete ZIP archive of/],
  ["an archive with an encrypted entry", "a.zip", encrypted(archive), /encrypted entries/],
  ["a workbook with an encrypted entry", "a.xlsx", encrypted(xlsx), /encrypted entries/],
  ["an encrypted archive in ZIP64", "a.zip", encrypted(zip64(archive)), /encrypted entries/],
])("rejects %s", async (_what, name, content, words) => {
  expect(await mismatchOf(name, content)).toMatch(words);
});

test("accepts a workbook whose directory lists more files than are read", async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `xl/${i}`.padEnd(40), content: "" }));
  expect(await mismatchOf("a.xlsx", zip([...many, ...entriesOf(xlsx)]))).toBeUndefined();
});

test("accepts an archive of more than 4 GiB without ZIP64, as macOS writes it", async () => {
  const directoryAt = archive.readUInt32LE(archive.length - 6);
  const gap = 2 ** 32;
  const size = archive.length + gap;
  const read = async (offset: number, length: number) =>
    offset < directoryAt
      ? archive.subarray(offset, directoryAt)
      : archive.subarray(offset - gap, offset - gap + length);
  expect(await contentMismatch("a.zip", { size, read })).toBeUndefined();
  expect(await contentMismatch("a.zip", { size: size - 1, read })).toMatch(/truncated/);
});

test("detects any truncation of an archive or workbook", async () => {
  const cut = fc.constantFrom(...NAMES.filter((name) => /\.(xlsx|zip)$/.test(name) && !name.includes("password")));
  await fc.assert(
    fc.asyncProperty(cut, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (name, part) => {
      const whole = file(name);
      const length = Math.max(4, Math.floor(whole.length * part));
      expect(await contentMismatch(name, bytes(whole.subarray(0, length)))).toMatch(/truncated/);
    }),
    { numRuns: 300 },
  );
});
