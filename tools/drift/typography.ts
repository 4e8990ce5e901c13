/** One spelling for what typesetting changes and readers do not see as a change. */
import { createHash } from "node:crypto";

const ICON =
  /[0-9#*]\u{fe0f}?\u{20e3}|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u{fe0f}|:[a-z0-9_+-]+:/gu;

/** Straight quotes, hyphens for dashes, no invisible characters, and no dot before a file extension. Lines stay. */
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

/** A heading or a label: without icons, its number, and the punctuation at its end. */
export const titleOf = (text: string): string =>
  onOneLine(text.replace(ICON, " "))
    .replace(/^\d{1,2}[.)] /, "")
    .replace(/\s*[:.]$/, "");

/** For comparing titles. */
export const folded = (text: string): string => titleOf(text).toLowerCase();

/** The last part of the address that a page of this title gets. */
export const slugOf = (title: string): string =>
  folded(title)
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");

/** Stands for a sentence: the same for another spacing, other quotes, and without its full stop. */
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
