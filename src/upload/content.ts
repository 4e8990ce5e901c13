import { OPERATIONS } from "../../generated/operations.js";
import { extension, type UploadDescription } from "../content-type.js";
import { BoundedReader, type RandomAccess } from "./bounded-reader.js";
import { readRootEntries } from "./compound-file.js";
import { endsInZip, readZipDirectory, readZipEntry } from "./zip.js";

const READ_MAX_BYTES = 1024 * 1024;
/** The part of a file that is searched for the first tag, after white space and comments. */
const HEAD_BYTES = 64 * 1024;
const SAMPLE_BYTES = 4096;

/** The signatures of compound files and ZIP archives, in Latin-1. */
const OLE = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08", "PK00PK"];
/** The first record of a workbook (BOF) in Excel 2, 3, 4, and 5 to 2003, and the lengths that writers use for it. */
const BOF2 = "\t\0\x04\0";
const BOF = ["\t\x02", "\t\x04", "\t\x08"];
const BOF_BYTES = { min: 4, max: 20 };

/** What to do about a file. Follows what was expected. */
const SAVE = ": open it in a spreadsheet program and save it as one";
const UNLOCK = ": remove its password or protection and save it again";
const COPY = ": copy or download it again, completely";
const PACK = ": pack the files again, as one ordinary archive without a password";

const FOUND = {
  xlsx: { words: "an XLSX workbook", cure: SAVE },
  xlsm: { words: "a workbook with macros (XLSM)", cure: SAVE },
  xlsb: { words: "a binary workbook (XLSB)", cure: SAVE },
  zip: { words: "a ZIP archive without a workbook" },
  archive: { words: "a ZIP archive" },
  emptyZip: { words: "a ZIP archive without files" },
  encryptedZip: { words: "a ZIP archive with encrypted entries", cure: PACK },
  selfExtracting: { words: "a self-extracting archive, or other data before a ZIP archive", cure: PACK },
  damagedZip: { words: "a truncated or damaged ZIP archive or workbook", cure: COPY },
  xls: { words: "an XLS workbook", cure: SAVE },
  doc: { words: "a Word document" },
  ppt: { words: "a PowerPoint presentation" },
  ole: { words: "an OLE document without a workbook" },
  damagedOle: { words: "a truncated or damaged OLE document or XLS workbook", cure: COPY },
  // Not "with a password": protected workbooks are encrypted with one that Excel knows.
  encrypted: { words: "an encrypted workbook or other Office document", cure: UNLOCK },
  html: { words: "an HTML page", cure: SAVE },
  mhtml: { words: "a web archive (MHTML)", cure: SAVE },
  xmlWorkbook: { words: "an XML spreadsheet", cure: SAVE },
  xml: { words: "an XML document", cure: SAVE },
  pdf: { words: "a PDF document" },
  rtf: { words: "an RTF document" },
  binary: { words: "a binary file" },
  text: { words: "a text file", cure: SAVE },
} satisfies Readonly<Record<string, { readonly words: string; readonly cure?: string }>>;

/** The kinds of content that can contradict an extension. */
type Content = keyof typeof FOUND;

interface Expected {
  readonly words: string;
  readonly contents: readonly Content[];
  /** The cures that lead to such a file. */
  readonly cures: readonly string[];
}

const EXPECTED: ReadonlyMap<string, Expected> = new Map([
  ["csv", { words: "a CSV file", contents: ["text"], cures: [SAVE] }],
  ["xls", { words: "an XLS workbook", contents: ["xls"], cures: [SAVE, UNLOCK, COPY] }],
  [
    "xlsx",
    {
      words: "an XLSX workbook without macros or password",
      contents: ["xlsx", "archive"],
      cures: [SAVE, UNLOCK, COPY],
    },
  ],
  ["zip", { words: "a complete ZIP archive of unencrypted files", contents: ["zip", "archive"], cures: [COPY, PACK] }],
]);

async function zipContent(reader: BoundedReader): Promise<Content> {
  const directory = await readZipDirectory(reader);
  if (!directory) return "damagedZip";
  const { entries, complete } = directory;
  if (complete && entries.every(({ name }) => name.endsWith("/"))) return "emptyZip";
  if (entries.some(({ encrypted }) => encrypted)) return "encryptedZip";
  const contentTypes = entries.find(({ name }) => name === "[content_types].xml");
  if (!contentTypes) return complete ? "zip" : "archive";
  // Without NULs, UTF-16 reads like UTF-8.
  const xml = (await readZipEntry(reader, contentTypes))?.toString("latin1").replaceAll("\0", "");
  // The types of embedded documents lack "main". SheetJS lists the binary type in every workbook, so it is last.
  if (xml && /spreadsheetml\.(?:sheet|template)\.main\+xml/i.test(xml)) return "xlsx";
  if (xml && /ms-excel\.\w+\.macroenabled\.main\+xml/i.test(xml)) return "xlsm";
  if (xml && /ms-excel\.sheet\.binary\.macroenabled\.main/i.test(xml)) return "xlsb";
  const has = (start: string) => entries.some(({ name }) => name.startsWith(start));
  if (has("xl/workbook.bin")) return "xlsb";
  if (has("xl/vbaproject.bin")) return "xlsm";
  if (has("xl/")) return "xlsx";
  return xml === undefined && !has("word/") && !has("ppt/") ? "archive" : "zip";
}

async function oleContent(reader: BoundedReader): Promise<Content> {
  const entries = await readRootEntries(reader);
  if (!entries) return "damagedOle";
  const find = (pattern: RegExp) => entries.find(({ name }) => pattern.test(name));
  // Some writers use another case.
  const workbook = find(/^(?:work)?book$/i);
  if (workbook) return workbook.bytes > reader.size ? "damagedOle" : "xls";
  if (find(/^EncryptedPackage$/)) return "encrypted";
  if (find(/^WordDocument$/)) return "doc";
  return find(/^PowerPoint Document$/) ? "ppt" : "ole";
}

/** NULs that are a whole field: `bcp` of SQL Server writes an empty string as one. */
const NUL_FIELDS = /(?<![^\s!-/:-@[-`{-~])\0+(?![^\s!-/:-@[-`{-~])/g;

/** Exports may contain a few stray control characters; binary files contain many, in any encoding. */
function isText(sample: string): boolean {
  const text = sample.replace(NUL_FIELDS, "");
  const readable = text.match(/[ -~\s]/g)?.length ?? 0;
  const controls = [...text].filter((character) => character < " " && character.trim() !== "").length;
  return text !== "" && readable >= text.length * 0.05 && controls <= text.length * 0.02;
}

function isBinary(head: Buffer): boolean {
  const start = head.subarray(0, SAMPLE_BYTES);
  // Some programs pad a file with NULs.
  const sample = start.subarray(0, start.findLastIndex((byte) => byte !== 0) + 1);
  if (!start.includes(0) || /^(?:\xff\xfe|\xfe\xff)/.test(sample.toString("latin1", 0, 2))) return false;
  const utf16 = Buffer.from(sample.subarray(0, sample.length & ~1));
  return ![sample.toString("latin1"), utf16.toString("utf16le"), utf16.swap16().toString("utf16le")].some(isText);
}

/** A web archive begins with the headers of a message, up to the first empty line. */
function isWebArchive(text: string): boolean {
  const [headers = ""] = text.split(/\r?\n\r?\n/, 1);
  return /^mime-version:/im.test(headers) && /^content-type:[ \t]*multipart\/related/im.test(headers);
}

/** Recognizes markup. The header row of a CSV may have names in angle brackets. */
function markupContent(text: string): "html" | "xml" | undefined {
  if (/^<!doctype\s+html\b/i.test(text)) return "html";
  if (/^<(?:\?xml|!doctype)\b/i.test(text)) return /<html\b/i.test(text) ? "html" : "xml";
  const [tag, name] = /^<([a-z_][\w.:-]*)(?:\s[^>]*)?>/i.exec(text) ?? [];
  if (tag === undefined || name === undefined) return undefined;
  const rest = text.slice(tag.length);
  if (/^[ "]*[,;|\t~^]/.test(rest)) return undefined;
  // Not a URL in angle brackets.
  const isBeforeTag = /^\s*<(?:[/!]|[a-z][\w.-]*(?::[\w.-]+)?[\s>/])/i.test(rest);
  if (!/^(?:html|head|body|meta|title|link|style|script|table)$/i.test(name)) {
    if (!isBeforeTag || !/<\/|\/>/.test(rest)) return undefined;
    return /^(?:center|div|font|form|p|pre|span)$/i.test(name) ? "html" : "xml";
  }
  const isLine = tag === `<${name}>` && /^ *(?:[\r\n]|$)/.test(rest);
  const isClosed = rest.toLowerCase().includes(`</${name.toLowerCase()}`);
  return isLine && !isBeforeTag && !isClosed ? undefined : "html";
}

function textContent(head: Buffer): Content {
  // Markup begins in ASCII, whatever its encoding.
  const text = head
    .toString("latin1")
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "")
    .replaceAll("\0", "")
    .replace(/^(?:\s|<!--(?:-?>|[\s\S]*?--!?>))+/, "");
  const markup = markupContent(text);
  if (markup === "xml" && text.includes("urn:schemas-microsoft-com:office:spreadsheet")) return "xmlWorkbook";
  if (markup) return markup;
  if (isWebArchive(text)) return "mhtml";
  if (/^%PDF-\d/.test(text)) return "pdf";
  if (/^\{\\rtf\d/.test(text)) return "rtf";
  return isBinary(head) ? "binary" : "text";
}

/** Excel wraps an XLS workbook in a compound file; some writers do not. */
function isBareWorkbook(head: Buffer): boolean {
  const start = head.toString("latin1", 0, 4);
  if (start === BOF2) return true;
  if (start.length < 4 || !BOF.includes(start.slice(0, 2))) return false;
  const bytes = head.readUInt16LE(2);
  return bytes >= BOF_BYTES.min && bytes <= BOF_BYTES.max;
}

async function contentOf(reader: BoundedReader): Promise<Content> {
  const head = await reader.read(0, HEAD_BYTES);
  const start = head.toString("latin1", 0, 8);
  if (start === OLE) return oleContent(reader);
  if (ZIP.some((signature) => start.startsWith(signature))) return zipContent(reader);
  if (isBareWorkbook(head)) return "xls";
  const content = textContent(head);
  return content === "binary" && (await endsInZip(reader)) ? "selfExtracting" : content;
}

/** The content types that the APIs sign URLs for, by extension. */
const SIGNED_TYPES = new Map<string, string[]>();
for (const { upload } of Object.values<{ readonly id: string; readonly upload?: UploadDescription }>(OPERATIONS)) {
  for (const [type, contentType] of Object.entries({ ...upload?.contentTypes })) {
    const name = type.toLowerCase();
    SIGNED_TYPES.set(name, [...(SIGNED_TYPES.get(name) ?? []), contentType]);
  }
}

/** Explains why a file does not match the type that its URL is signed for. Follows the file's name in a sentence. */
export function signedTypeMismatch(path: string, contentType: string): string | undefined {
  const types = SIGNED_TYPES.get(extension(path));
  if (!types || types.includes(contentType)) return undefined;
  return `does not match its URL, which is signed for ${contentType}; request the URL with the name of this file`;
}

/**
 * Explains why a file's content does not match its extension. Follows the file's name in a sentence. Returns undefined
 * unless a mismatch is certain, and for extensions other than csv, xls, xlsx and zip. Reads at most 1 MiB. Rejects only
 * if `source.read` does.
 */
export async function contentMismatch(fileName: string, source: RandomAccess): Promise<string | undefined> {
  const expected = EXPECTED.get(extension(fileName));
  if (!expected) return undefined;
  const content = await contentOf(new BoundedReader(source, READ_MAX_BYTES));
  if (expected.contents.includes(content)) return undefined;
  const { words, cure = "" }: { readonly words: string; readonly cure?: string } = FOUND[content];
  return `is ${words}; expected ${expected.words}${expected.cures.includes(cure) ? cure : ""}`;
}
