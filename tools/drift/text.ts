/** What two texts have in common for a reader, and its digest. */
import { createHash } from "node:crypto";

/** Folds what no reader can tell apart: white space, invisible characters, and typographic quotes, dashes and ligatures. */
export const fold = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize("NFKC"))
    .replace(/[‘’‛′ʼ]/g, "'")
    .replace(/[“”„‟″]/g, '"')
    .replace(/[\p{Dash_Punctuation}−]/gu, "-")
    .replace(/…/g, "...")
    .replace(/\s+/g, " ")
    .trim();

/** Folds code line by line. JSON loses its layout only: keys keep their order, and values their spelling. */
export function foldCode(code: string): string {
  const lines = code.split("\n").map(fold).filter(Boolean).join("\n");
  try {
    JSON.parse(lines);
    return lines.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
  } catch {
    return lines;
  }
}

/** Hides what is random in a signed URL. It is never printed, so it is not compared either. */
export const redact = (text: string): string =>
  text
    .replace(/(X-Amz-(?:Security-Token|Signature)(?:=|%3D))[^&"'\s]+/gi, "$1[redacted]")
    .replace(/(X-Amz-Credential(?:=|%3D)(?:A[KS]IA)?)[^&"'\s/%]*/gi, "$1[redacted]");

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** The last part of the address of a page with this title. */
export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
