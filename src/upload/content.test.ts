import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
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
} from "../../test-support/sample-files.js";
import type { RandomAccess } from "./bounded-reader.js";
import { contentMismatch } from "./content.js";

/** A copy with a stream renamed. The new name must not be longer. */
function renameStream(compound: Buffer, name: string, other: string): Buffer {
  const copy = Buffer.from(compound);
  const at = copy.indexOf(`${name}\0`, 512, "utf16le");
  expect(at).toBeGreaterThan(0);
  copy.fill(0, at, at + 64).write(other, at, "utf16le");
  return copy;
}

const xlsx = file("openpyxl-3.0.9.xlsx");
const xls = file("libreoffice-7.4.7.xls");
const archive = file("info-zip-3.0.zip");
const WORD =
  '<Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>';
const document = zip([
  { name: TYPES, content: WORD },
  { name: "word/document.xml", content: "" },
]);
const utf16 = (text: string) => Buffer.from(text, "utf16le");
const HTML = "<html><body><table><tr><td>1";

/** A workbook in the namespaces of ISO 29500 Strict. */
const strict = zip(
  entriesOf(xlsx).map((entry) => ({
    ...entry,
    content: String(entry.content).replace(
      /http:\/\/schemas\.openxmlformats\.org\/(spreadsheetml|officeDocument|drawingml)\/2006/g,
      "http://purl.oclc.org/ooxml/$1",
    ),
  })),
);

/** Files of the corpus that no extension matches, with the expected message. */
const WRONG: Readonly<Record<string, readonly [name: string, words: RegExp]>> = {
  ".xlsm": [
    "a.xlsx",
    /^is a workbook with macros \(XLSM\); expected an XLSX workbook without macros or password: open/,
  ],
  ".xlsb": ["a.xlsx", /^is a binary workbook \(XLSB\)/],
  "-html.xls": [
    "a.xls",
    /^is an HTML page; expected an XLS workbook: open it in a spreadsheet program and save it as one$/,
  ],
  "-password.xlsx": ["a.xlsx", /^is an encrypted workbook .*: remove its password or protection and save it again$/],
  "-password.zip": [
    "a.zip",
    /^is a ZIP archive with encrypted entries; expected .*: pack the files again, as one ordinary archive without a/,
  ],
};

test.each(NAMES)("identifies %s", async (name) => {
  const wrong = Object.entries(WRONG).find(([end]) => name.endsWith(end))?.[1];
  const found = await contentMismatch(wrong?.[0] ?? name, bytes(file(name)));
  if (wrong) expect(found).toMatch(wrong[1]);
  else expect(found).toBeUndefined();
  // No file matches another extension.
  for (const other of ["csv", "xls", "xlsx", "zip"]) {
    if (`.${other}` !== extname(name)) expect(await contentMismatch(`a.${other}`, bytes(file(name)))).toBeDefined();
  }
});

/** A table of 16 columns, some of them empty strings, as `bcp` of SQL Server writes them. */
const bcp = (empty: number, delimiter: string) =>
  Array.from({ length: 400 }, (_, row) => {
    const columns = Array.from({ length: 16 }, (_, column) =>
      (column * empty) % 16 < empty ? "\0" : `Value ${row * column}`,
    );
    return `${columns.join(delimiter)}\r\n`;
  }).join("");
const TABLE = "Document Number,Date,Value\r\nINV-1,2026-04-01,100.5\r\n";

/** Tables of ERP systems and databases. */
test.each<[string, Buffer | string]>([
  ["of bcp, with 4 of 16 columns empty", bcp(4, ",")],
  ["of bcp, with 8 of 16 columns empty", bcp(8, "\t")],
  ["of bcp, with all columns empty", bcp(16, "|")],
  ["of bcp -w, with 8 of 16 columns empty", utf16(bcp(8, "\t"))],
  ["of bcp, with empty strings in quotes", bcp(8, '","')],
  ["padded to a block with NULs", Buffer.concat([Buffer.from(TABLE), Buffer.alloc(3000)])],
  ["without a line end, padded with NULs", Buffer.concat([Buffer.from("a,b\n1,2"), Buffer.alloc(70_000)])],
  ["in UTF-16, padded with NULs", Buffer.concat([utf16(TABLE), Buffer.alloc(999)])],
  ["that ends with Ctrl+Z, padded with NULs", Buffer.concat([Buffer.from(`${TABLE.repeat(5)}\x1a`), Buffer.alloc(99)])],
  ["with names in angle brackets and tabs", "<Title>\t<Body>\r\n1\t<p>2</p>\r\n"],
  ["with names in angle brackets, in UTF-16", utf16("\ufeff<Title>\t<Body>\r\n1\t2\r\n")],
  ["with names in angle brackets and spaces", "<Body> ; <Title>\r\n1 ; 2\r\n"],
  ["of one column, with a name in angle brackets", "<Title>\r\n1\r\n2\r\n"],
  ["of one column, with another tag", "<Table>\n1\n<b>2</b>\n"],
  ["of one column, without rows", "<Title>"],
  ["of one column, with URLs in angle brackets", "<Link>\r\n<https://a/b>\r\n"],
  ["of one column, with any name in angle brackets", "<Name>\r\n<1>\r\n<2>\r\n"],
  ["of columns with names in angle brackets, at fixed positions", "<Name> <Age>\r\nA      1\r\n"],
  ["of SAP, in UTF-16 with tabs and empty lines", utf16("\ufeff\r\n\r\n\tDocument No.\tAmount\r\n\t1\t1.000,50-\r\n")],
  ["of SAP, as a list with lines of dashes", "-----------\r\n|Doc.|Amount|\r\n-----------\r\n|1   |  10.50|\r\n"],
  ["of Tally, with semicolons in Windows-1252", Buffer.from("Voucher;Betrag\r\n1;5 \x80\r\n", "latin1")],
  ["of Oracle, with a byte order mark and quoted line ends", '\ufeff"NO","NOTE"\n"1","a\nb ""c"" <html>"\n'],
  ["whose first line names the delimiter", "sep=;\r\na;b\r\n"],
  ["with a column for messages", "MIME-Version: 1.0,Content-Type: multipart/related\r\n1,2\r\n"],
])("accepts a CSV %s", async (_what, content) => {
  expect(await mismatchOf("a.csv", content)).toBeUndefined();
});

const ODBC = {
  excel: "urn:schemas-microsoft-com:office:excel",
  spreadsheet: "urn:schemas-microsoft-com:office:spreadsheet",
};
const HEADERS =
  "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related;\r\n\tboundary=a\r\n";

/** What ERP systems name `.xls`. */
test.each<[string, Buffer | string, string]>([
  ["a page of Oracle", `<HTML xmlns:x="${ODBC.excel}">\r\n<TABLE><TR><TD>1`, "an HTML page"],
  ["a page with tags on lines of their own", "<table>\r\n\t<tr>\r\n\t\t<td>1", "an HTML page"],
  ["a page that begins with its title", "<title>\nSales\n</title>", "an HTML page"],
  ["a part of a page", "<div>\n<p>Log in</p>", "an HTML page"],
  ["a page in XHTML", '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "">\n<html>', "an HTML page"],
  ["a table of SpreadsheetML", `<?xml version="1.0"?>\n<Workbook xmlns="${ODBC.spreadsheet}">`, "an XML spreadsheet"],
  ["one without a declaration", `<Workbook xmlns='${ODBC.spreadsheet}'>\n<Styles/>`, "an XML spreadsheet"],
  [
    "one in UTF-16",
    utf16(`\ufeff<?xml version="1.0"?><ss:Workbook xmlns:ss="${ODBC.spreadsheet}">`),
    "an XML spreadsheet",
  ],
  ["a document of Tally", "<ENVELOPE>\r\n <HEADER>\r\n  <VERSION>1</VERSION>", "an XML document"],
  ["a list of SAP", `${HEADERS}\r\n--a\r\n`, "a web archive (MHTML)"],
  [
    "a page saved by a browser",
    `From: <Saved by a browser>\nSubject: a\n${HEADERS.replaceAll("\r", "")}\n`,
    "a web archive (MHTML)",
  ],
  ["a table with tabs", utf16("\ufeffa\tb\r\n1\t2\r\n"), "a text file"],
])("rejects %s named .xls, and has the cure", async (_what, content, words) => {
  const cure = ": open it in a spreadsheet program and save it as one";
  expect(await mismatchOf("a.xls", content)).toBe(`is ${words}; expected an XLS workbook${cure}`);
  if (words !== "a text file")
    expect(await mismatchOf("a.csv", content)).toBe(`is ${words}; expected a CSV file${cure}`);
  expect(await mismatchOf("a.zip", content)).toBe(`is ${words}; expected a complete ZIP archive of unencrypted files`);
});

test.each(["sales.csv", "purchase.xlsx", "sales.zip", "purchase.xls"])("accepts %s of the demo", async (name) => {
  const path = fileURLToPath(new URL(`../../demo/files/${name}`, import.meta.url));
  expect(await contentMismatch(name, bytes(readFileSync(path)))).toBeUndefined();
});

test.each<[string, string, Buffer | string]>([
  ["a CSV in UTF-8 with a byte order mark", "a.csv", "\ufeffa,b\r\n"],
  ["a CSV in UTF-16LE", "a.csv", utf16("\ufeffa,b\r\n")],
  ["a CSV in UTF-16BE", "a.csv", utf16("\ufeffa,b\r\n").swap16()],
  ["a CSV in UTF-16LE without a byte order mark", "a.csv", utf16("a,b\r\n1,2\r\n")],
  ["a CSV in UTF-16BE without a byte order mark", "a.csv", utf16("a,b\r\n1,2\r\n").swap16()],
  ["a CSV in UTF-16 without a byte order mark, in Hindi", "a.csv", utf16("दस्तावेज़ संख्या,दिनांक\r\nबीजक १,मूल्य\r\n")],
  ["a CSV in UTF-16 without a byte order mark, in Latvian", "a.csv", utf16("Āboli,Īss\r\nĀ,Ē\r\n").swap16()],
  ["a CSV in UTF-16 without a byte order mark that begins with empty fields", "a.csv", utf16("\t\t\r\na\tb\r\n")],
  [
    "a CSV in UTF-16 without a byte order mark, truncated within a character",
    "a.csv",
    utf16("a,b\r\n1,2").subarray(0, -1),
  ],
  ["a long CSV in UTF-16 without a byte order mark", "a.csv", utf16("a,b\r\n".repeat(50_000))],
  ["a CSV in Latin-1", "a.csv", Buffer.from("Stück;Größe\r\n", "latin1")],
  ["a CSV in Windows-1252 that starts with a high byte", "a.csv", Buffer.from([0xe9, 0x80, 0x2c, 0x0a])],
  ["a CSV of every byte from 128 up", "a.csv", Buffer.from(Array.from({ length: 128 }, (_, i) => 128 + i))],
  ["a CSV in EBCDIC", "a.csv", Buffer.from("c4968340d5a4946b15f0f16b15", "hex")],
  ["a CSV with a stray NUL", "a.csv", `${"a,b\r\n".repeat(20)}\0`],
  ["a CSV with empty first lines", "a.csv", "\r\n\r\n,,\r\na,b"],
  ["a CSV of one byte", "a.csv", "a"],
  ["a CSV of one column", "a.csv", "Value\n1\n2\n"],
  ["a CSV of a quoted field", "a.csv", '"a, b","c"\r\n'],
  ["a CSV with a quoted HTML page", "a.csv", `"${HTML}",1\r\n`],
  ["a CSV with markup in it", "a.csv", "note\r\n<html>,1\r\n"],
  ["a CSV whose first field is in angle brackets", "a.csv", "<Name>,1\r\n"],
  ["a CSV whose first field is named like a tag", "a.csv", "<Style>;<Color>\r\n"],
  ["a CSV whose first field is a comment", "a.csv", "<!-- export -->\r\na,b\r\n"],
  ["a CSV that starts with an unterminated comment", "a.csv", "<!-- a,b\r\n"],
  ["a CSV that starts with the letters PK", "a.csv", "PK,a\r\n"],
  ["a CSV that starts with a tab", "a.csv", "\ta\r\n"],
  ["a CSV that starts with %PDF", "a.csv", "%PDF,a\r\n"],
  ["a CSV that contains the signatures of other formats", "a.csv", "a,%PDF-1.7,{\\rtf1,<?xml,<!DOCTYPE html>\r\n"],
  ["an extension in upper case", "A.CSV", "a,b\r\n"],
  ["a workbook in Strict Open XML", "a.xlsx", strict],
  ["a workbook with its parts elsewhere", "a.xlsx", renamed(xlsx, (name) => name.replace(/^xl/, "book"))],
  ["a workbook with content types in UTF-16", "a.xlsx", retyped(xlsx, (xml) => utf16(`\ufeff${xml}`))],
  ["a workbook with unknown content types", "a.xlsx", retyped(xlsx, () => "<Types/>")],
  ["a workbook with an embedded document", "a.xlsx", retyped(xlsx, (xml) => WORD + xml)],
  ["a package whose parts are unknown", "a.xlsx", misplaced(zip([{ name: TYPES, content: "" }]))],
  ["an archive of a workbook", "a.zip", zip([{ name: "a.xlsx", content: xlsx }])],
  ["an archive with a folder named xl", "a.zip", zip([{ name: "xl/a.csv", content: "a" }])],
  ["an archive of a document", "a.zip", document],
  ["an XLS whose stream name is in upper case", "a.xls", renameStream(xls, "Workbook", "WORKBOOK")],
  ["an XLS with an embedded document", "a.xls", renameStream(xls, "\u0005SummaryInformation", "WordDocument")],
  ["a bare workbook of Excel 97", "a.xls", Buffer.from("0908100000060500", "hex")],
  ["a bare workbook of Excel 95", "a.xls", Buffer.from("0908080000050500", "hex")],
  ["an unknown extension", "a.txt", Buffer.from([0, 1, 2])],
  ["an extension that is a property of every object", "a.constructor", "a"],
  ["no extension", "a", xlsx],
  ["a dot only in the folder name", "a.csv/a", xlsx],
])("accepts %s", async (_what, name, content) => {
  expect(await mismatchOf(name, content)).toBeUndefined();
});

test.each<[string, string, Buffer | string, RegExp]>([
  ["a workbook as CSV", "a.csv", xlsx, /^is an XLSX workbook; expected a CSV file: open/],
  ["a workbook as ZIP", "a.zip", xlsx, /XLSX workbook/],
  ["a workbook as XLS", "a.xls", xlsx, /XLSX workbook/],
  ["a macro workbook by its parts", "a.xlsx", retyped(file("xlsxwriter-3.0.2.xlsm"), () => ""), /\(XLSM\)/],
  ["a binary workbook by its parts", "a.xlsx", retyped(file("sheetjs-0.18.5.xlsb"), () => ""), /\(XLSB\)/],
  ["a macro workbook as SheetJS writes it", "a.xlsx", file("sheetjs-0.18.5.xlsm"), /\(XLSM\)/],
  ["a macro template", "a.xlsx", retyped(xlsx, macro), /\(XLSM\)/],
  ["a macro template with content types in UTF-16", "a.xlsx", retyped(xlsx, (xml) => utf16(macro(xml))), /\(XLSM\)/],
  [
    "a binary workbook with its parts elsewhere",
    "a.xlsx",
    renamed(file("sheetjs-0.18.5.xlsb"), (name) => name.replace(/^xl/, "book")),
    /\(XLSB\)/,
  ],
  ["a document as XLSX", "a.xlsx", document, /without a workbook/],
  ["a document whose content types cannot be read", "a.xlsx", misplaced(document), /without a workbook/],
  ["a package without a workbook", "a.xlsx", zip([{ name: TYPES, content: "<Types/>" }]), /without a workbook/],
  [
    "a workbook without content types",
    "a.xlsx",
    renamed(xlsx, (name) => name.replace(TYPES, "types.xml")),
    /without a workbook/,
  ],
  ["an archive as XLSX", "a.xlsx", archive, /ZIP archive without a workbook/],
  ["an archive of a workbook as XLSX", "a.xlsx", zip([{ name: "a.xlsx", content: xlsx }]), /without a workbook/],
  ["an archive as CSV", "a.csv", archive, /ZIP archive/],
  [
    "the start of an archive as CSV",
    "a.csv",
    "PK\x03\x04",
    /truncated or damaged ZIP archive or workbook; expected a CSV file$/,
  ],
  ["an empty archive", "a.zip", zip([]), /^is a ZIP archive without files; expected a complete ZIP/],
  ["an archive of folders", "a.zip", zip([{ name: "a/", content: "" }]), /without files/],
  ["an empty archive as XLSX", "a.xlsx", zip([]), /without files/],
  ["an XLS as XLSX", "a.xlsx", xls, /^is an XLS workbook/],
  ["an XLS as CSV", "a.csv", xls, /XLS workbook/],
  ["a bare workbook as XLSX", "a.xlsx", file("sheetjs-0.18.5-biff2.xls"), /XLS workbook/],
  [
    "an encrypted XLSX as XLS",
    "a.xls",
    file("xlsx-populate-1.21.0-password.xlsx"),
    /encrypted workbook .* expected an XLS/,
  ],
  ["a Word document as XLS", "a.xls", renameStream(xls, "Workbook", "WordDocument"), /^is a Word document; expected/],
  [
    "a presentation as XLS",
    "a.xls",
    renameStream(renameStream(xls, "Workbook", "1"), "\u0005SummaryInformation", "PowerPoint Document"),
    /PowerPoint/,
  ],
  ["an installer as XLS", "a.xls", renameStream(xls, "Workbook", "\u4840\u3f7f"), /OLE document without a workbook/],
  ["a stream name that only starts with Workbook", "a.xls", renameStream(xls, "Workbook", "Workbooks"), /OLE document/],
  [
    "a stream name that is Workbook only under Unicode case folding",
    "a.xls",
    renameStream(xls, "Workbook", "Wor\u212abook"),
    /without a workbook/,
  ],
  ["the first bytes of an OLE document", "a.xls", xls.subarray(0, 100), /truncated or damaged OLE document/],
  ["an OLE document without its directory", "a.xls", patched(xls, 48, 0x00ffffff), /truncated or damaged OLE/],
  ["an OLE document with an invalid sector size", "a.xls", patched(xls, 30, 3, 2), /truncated or damaged OLE/],
  [
    "an XLS that ends before its stream does",
    "a.xls",
    patched(xls, xls.indexOf("W\0o\0r\0k\0b\0o\0o\0k\0", 512, "latin1") + 120, xls.length + 1),
    /truncated or damaged OLE/,
  ],
  ["a page as XLS", "a.xls", HTML, /HTML page/],
  ["a page after white space as XLS", "a.xls", ` \r\n\t${HTML}`, /HTML page/],
  ["a page in UTF-16 as XLS", "a.xls", utf16(`\ufeff\r\n${HTML}`), /HTML page/],
  ["a page in UTF-16 without a byte order mark as CSV", "a.csv", utf16(HTML).swap16(), /HTML page/],
  ["a page with a byte order mark as XLS", "a.xls", `\ufeff<!DOCTYPE html>${HTML}`, /HTML page/],
  ["a page after a comment as CSV", "a.csv", `<!-- saved, by; a | tool -->\n${HTML}`, /HTML page/],
  ["a page after several comments as CSV", "a.csv", `\ufeff\n<!-- 1 -->\n<!--2-->\n<!DOCTYPE html>`, /HTML page/],
  ["a page after a long comment as CSV", "a.csv", `<!--${" licence".repeat(6000)}-->${HTML}`, /HTML page/],
  ["a page after comments that HTML closes early", "a.csv", `<!--><!---><!-- --!>${HTML}`, /HTML page/],
  ["a bare table as XLS", "a.xls", "<table border=1><tr>", /HTML page/],
  ["a page as CSV", "a.csv", "<!doctype HTML>\n<p>Log in", /HTML page/],
  ["an XML workbook as XLS", "a.xls", '<?xml version="1.0"?>\n<Workbook', /XML document/],
  ["an XML document as CSV", "a.csv", "<!-- a --><!DOCTYPE svg>", /XML document/],
  ["a PDF as CSV", "a.csv", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", /^is a PDF document; expected a CSV file$/],
  ["a PDF with a byte order mark and NULs as CSV", "a.csv", `\ufeff\r\n%PDF-1.4\n${"\0".repeat(99)}`, /PDF document/],
  ["an RTF document as CSV", "a.csv", "{\\rtf1\\ansi", /RTF document/],
  ["a text file as XLS", "a.xls", "a\tb\r\n", /text file/],
  ["a BIFF record that is too short to start a workbook", "a.xls", Buffer.from("09080200", "hex"), /binary file/],
  ["a BIFF record that is too long to start a workbook", "a.xls", Buffer.from("09081600", "hex"), /binary file/],
  ["a text file as XLSX", "a.xlsx", "a,b\r\n", /text file/],
  ["a text file as ZIP", "a.zip", "a,b\r\n", /text file/],
  ["a binary file as CSV", "a.csv", Buffer.from("1f8b080000000000", "hex"), /binary file/],
  ["NULs alone as CSV", "a.csv", Buffer.alloc(5000), /binary file/],
  ["a database as CSV", "a.csv", `SQLite format 3\0\x10\0\x01\x01\0@  \0\0\0\x07${"\0".repeat(4000)}`, /binary file/],
  [
    "a table of dBASE as CSV",
    "a.csv",
    `\x03~\x04\x01\x02\0\0\0a\0\x1c\0${"\0".repeat(20)}NAME${"\0".repeat(7)}C\0\0\0\0`,
    /binary/,
  ],
  [
    "16-bit numbers as CSV",
    "a.csv",
    Buffer.from(Uint16Array.from({ length: 2000 }, (_, i) => i % 40).buffer),
    /binary/,
  ],
  ["a tape archive as CSV", "a.csv", `sales.csv${"\0".repeat(503)}a,b\r\n`, /binary file/],
  ["another binary file as XLS", "a.xls", Buffer.from([0x7f, 0x45, 0, 0, 1]), /binary file/],
])("rejects %s", async (_what, name, content, words) => {
  expect(await mismatchOf(name, content)).toMatch(words);
});

test("passes on a rejection of the source", async () => {
  const error = new Error("EIO");
  await expect(contentMismatch("a.csv", { size: 1, read: () => Promise.reject(error) })).rejects.toBe(error);
});

test("accepts a file that ends before its size", async () => {
  expect(await contentMismatch("a.csv", { size: 9, read: async () => Buffer.alloc(0) })).toBeUndefined();
});

/** Checks content and asserts how much of it is read. */
async function measured(name: string, source: RandomAccess) {
  const usage = { reads: 0, bytes: 0 };
  const found = await contentMismatch(name, {
    size: source.size,
    read(offset, length) {
      expect(length).toBeGreaterThan(0);
      expect(offset + length).toBeLessThanOrEqual(source.size);
      usage.reads++;
      usage.bytes += length;
      return source.read(offset, length);
    },
  });
  expect(usage.bytes).toBeLessThanOrEqual(MIB);
  expect(usage.reads).toBeLessThanOrEqual(MIB / 512 + 1);
  return found;
}

test("has the same result for a source that returns a few bytes at a time", async () => {
  for (const name of NAMES) {
    const { size, read } = bytes(file(name));
    const slow = { size, read: (offset: number, length: number) => read(offset, Math.min(length, 100)) };
    for (const as of ["a.csv", "a.xls", "a.xlsx", "a.zip"]) {
      expect(await contentMismatch(as, slow)).toBe(await contentMismatch(as, { size, read }));
    }
  }
});

const fileName = fc.constantFrom("a.csv", "a.xls", "a.xlsx", "a.zip");
const start = fc.constantFrom(
  ...["", "PK\x03\x04", "PK\x05\x06", "PK00PK", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "\t\x08", "\xff\xfe", "<!--"].map(
    (text) => Buffer.from(text, "latin1"),
  ),
);

test("no content makes the check throw, or read more than 1 MiB", async () => {
  await fc.assert(
    fc.asyncProperty(fileName, start, fc.uint8Array({ maxLength: 2000 }), async (name, head, rest) => {
      await measured(name, bytes(Buffer.concat([head, rest])));
    }),
    { numRuns: 500 },
  );
});

test("no damage to a file makes the check throw, or read more than 1 MiB", async () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff)), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...NAMES), fc.nat(), damage, async (name, length, changes) => {
      const content = file(name).subarray(0, length % 3 === 0 ? length : undefined);
      // The headers are at the start and at the end.
      for (const [at, value] of changes) content[at % 2 ? at % 100 : content.length - 1 - (at % 1500)] = value;
      for (const as of ["a.csv", "a.xls", "a.xlsx", "a.zip"]) await measured(as, bytes(content));
    }),
    { numRuns: 300 },
  );
});

test("reads at most 1 MiB of an endless source", async () => {
  const size = fc.constantFrom(5 * 1024 ** 3, Number.MAX_SAFE_INTEGER);
  await fc.assert(
    fc.asyncProperty(
      fileName,
      start,
      size,
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      async (name, head, size, fill) => {
        const read = async (offset: number, length: number) => {
          const content = Buffer.alloc(length, fill);
          return offset === 0 ? Buffer.concat([head, content]).subarray(0, length) : content;
        };
        await measured(name, { size, read });
      },
    ),
    { numRuns: 200 },
  );
});
