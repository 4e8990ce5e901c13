import { extension, XLS, XLSX } from "../media-types.js";

/** How much of a file's start is looked at. */
const HEAD_BYTES = 4096;
/** A ZIP's end record with the longest comment. */
const ZIP_END_BYTES = 22 + 65535;
/** How much of a ZIP's directory is looked at: some ten thousand names. */
const ZIP_DIRECTORY_BYTES = 1024 * 1024;
/** How compound files, ZIPs and the workbooks of Excel 2 to 5 start, in Latin-1. */
const OLE = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIPS = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08", "PK00PK"];
const BARE_WORKBOOKS = ["\t\0\x04\0", "\t\x02\x06\0", "\t\x04\x06\0", "\t\x08\x08\0"];

/** What a file holds, as far as an extension can contradict it. */
type Content = keyof typeof WORDS;

const WORDS = {
  xlsx: "is an XLSX workbook",
  zip: "is a ZIP archive without a workbook",
  archive: "is a ZIP archive",
  xls: "is an XLS workbook",
  encrypted: "is protected by a password, which Clear cannot open; save it without one",
  html: "is an HTML page, as some systems export under the name of a workbook; open it and save it as a workbook",
  xml: "is an XML document",
  binary: "is a binary file",
  text: "is a text file",
};

/** What may stand behind each extension. */
const ALLOWED: Readonly<Record<string, readonly Content[]>> = {
  csv: ["text"],
  xls: ["xls"],
  xlsx: ["xlsx", "archive"],
  zip: ["zip", "archive"],
};

/** Bytes that can be read at any offset. */
interface RandomAccess {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

async function read(source: RandomAccess, position: number, length: number): Promise<Buffer> {
  if (position >= source.size) return Buffer.alloc(0);
  return Buffer.from(await source.read(position, Math.min(length, source.size - position)));
}

/** Tells a workbook from another ZIP by the names in the archive's directory, which is at its end. */
async function zipContent(source: RandomAccess): Promise<Content> {
  const tail = await read(source, Math.max(0, source.size - ZIP_END_BYTES), ZIP_END_BYTES);
  const end = tail.lastIndexOf("PK\x05\x06");
  if (end < 0 || end + 22 > tail.length) return "archive";
  // Beyond 4 GiB the position is elsewhere; this one then points past the end, and nothing is read.
  const directory = await read(source, tail.readUInt32LE(end + 16), ZIP_DIRECTORY_BYTES);
  const names: string[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    names.push(
      directory
        .toString("latin1", at + 46, at + 46 + name)
        .replaceAll("\\", "/")
        .toLowerCase(),
    );
    at += 46 + name + extra + comment;
  }
  if (names.length === 0) return "archive";
  const has = (start: string) => names.some((name) => name.startsWith(start));
  if (!has("[content_types].xml") || has("word/") || has("ppt/")) return "zip";
  return has("xl/") ? "xlsx" : "archive";
}

/** Tells an encrypted workbook from an XLS by the first names in the compound file's directory. */
async function oleContent(source: RandomAccess, head: Buffer): Promise<Content> {
  if (head.length < 512) return "xls";
  const sectorBytes = 2 ** Math.min(head.readUInt16LE(30), 12);
  const directory = await read(source, (head.readUInt32LE(48) + 1) * sectorBytes, HEAD_BYTES);
  for (let at = 0; at + 128 <= directory.length; at += 128) {
    if (directory.toString("utf16le", at, at + 34) === "EncryptedPackage\0") return "encrypted";
  }
  return "xls";
}

/** `start` is the file's start in Latin-1; markup begins in ASCII, whatever its encoding. */
function textContent(start: string): Content {
  const utf16 = start.startsWith("\xff\xfe") || start.startsWith("\xfe\xff");
  if (!utf16 && start.includes("\0")) return "binary";
  const text = start
    .replace(/^[\xef\xbb\xbf\xff\xfe]+/, "")
    .replaceAll("\0", "")
    .trimStart();
  if (/^<(!doctype html|html|head|body|meta|style|table)\b/i.test(text)) return "html";
  return /^<\?xml\b/i.test(text) ? "xml" : "text";
}

async function contentOf(source: RandomAccess): Promise<Content> {
  const head = await read(source, 0, HEAD_BYTES);
  const start = head.toString("latin1");
  const isOneOf = (starts: readonly string[]) => starts.some((one) => start.startsWith(one));
  if (isOneOf([OLE])) return oleContent(source, head);
  if (isOneOf(ZIPS)) return zipContent(source);
  return isOneOf(BARE_WORKBOOKS) ? "xls" : textContent(start);
}

/** What a URL for a file with each extension may be signed for, by the two APIs. */
const SIGNED_TYPES = new Map([
  ["csv", ["text/csv", XLS]],
  ["xls", [XLS]],
  ["xlsx", [XLSX]],
  ["zip", ["application/zip"]],
]);

/** What is wrong with sending a file to a URL that is signed for this content type, to follow the file's name. */
export function signedTypeMismatch(path: string, contentType: string): string | undefined {
  const types = SIGNED_TYPES.get(extension(path));
  if (!types || types.includes(contentType)) return undefined;
  return `is no file for a URL that is signed for ${contentType}; was it asked for under another fileName?`;
}

/**
 * What is wrong with a file's content for its extension, to follow the file's name in a sentence; undefined
 * where nothing is, or where the extension is none of csv, xls, xlsx and zip. Looks at 1.1 MB at most.
 */
export async function contentMismatch(fileName: string, source: RandomAccess): Promise<string | undefined> {
  const type = extension(fileName);
  const allowed = Object.hasOwn(ALLOWED, type) ? ALLOWED[type] : undefined;
  if (!allowed) return undefined;
  const content = await contentOf(source);
  return allowed.includes(content) ? undefined : `${WORDS[content]}, not what .${type} says`;
}
