/** Normalizes typographic differences that do not change the meaning. */
import { createHash } from "node:crypto";

const ICON =
  /[0-9#*]\u{fe0f}?\u{20e3}|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u{fe0f}|:[a-z0-9_+-]+:/gu;

/** Text with straight quotes and hyphens, without invisible characters and dots before file extensions. Lines stay. */
export const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/[‘’‚‛′´`ʼ]/g, "'")
    .replace(/[“”„‟″«»]/g, '"')
    .replace(/[\p{Pd}−]/gu, "-")
    .replace(/(?<=^|[\s,("'/|])\*?\.(?=[a-z]{3,4}\b)/gm, "");

/** Plain text on one line. */
export const onOneLine = (text: string): string => plain(text).replace(/\s+/g, " ").trim();

/** A heading or label without icons, number and final punctuation. */
export const titleOf = (text: string): string =>
  onOneLine(text.replace(ICON, " "))
    .replace(/^\d{1,2}[.)] /, "")
    .replace(/\s*[:.]$/, "");

/** For comparing titles. */
export const folded = (text: string): string => titleOf(text).toLowerCase();

/** The last part of the address of a page with this title. */
export const slugOf = (title: string): string =>
  folded(title)
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");

/** A hash of a sentence that ignores spacing, the style of quotes and a final full stop. */
export const digestOf = (text: string): string =>
  createHash("sha256")
    .update(
      plain(text)
        .replace(/\s/g, "")
        .replaceAll('"', "'")
        .replace(/-+/g, "-")
        .replace(/(?<=\w)\.$/, ""),
    )
    .digest("hex")
    .slice(0, 12);
