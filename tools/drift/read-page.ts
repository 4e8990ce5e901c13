/**
 * Reads one page of the vendor's API reference into facts. Each visible piece is the site's furniture or becomes a
 * fact: a piece that no section understands is a remark, so that it is compared too.
 */
import { type Surroundings, withoutFurniture } from "./furniture.js";
import { readLabel } from "./label.js";
import { Page, type Section } from "./page.js";
import { type Piece, readPieces, type Table } from "./pieces.js";
import { readSamples } from "./samples.js";
import { readRows, readStatuses } from "./tables.js";
import { folded } from "./typography.js";

/** Reads a section; returns the pieces that it does not understand. */
type Reader = (page: Page, section: Section, match: string) => readonly Piece[];

/** Reads the tables of a section. */
const tables =
  (read: (page: Page, table: Table, match: string) => void): Reader =>
  (page, { pieces }, match) =>
    pieces.filter((piece) => {
      if (piece.kind === "table") read(page, piece, match);
      return piece.kind !== "table";
    });

/** Reads the first text or code of a section; returns the other pieces, or all if it is not understood. */
function first(pieces: readonly Piece[], read: (text: string, line: number) => boolean): readonly Piece[] {
  const piece = pieces.find(({ kind }) => kind === "prose" || kind === "code");
  return piece && read(piece.text.trim(), piece.line) ? pieces.filter((other) => other !== piece) : pieces;
}

const readMethod: Reader = (page, { pieces }) =>
  first(pieces, (text, line) => {
    page.add(["method"], text.toUpperCase(), line);
    return true;
  });

function addUrl(page: Page, url: string, line: number) {
  const [, baseUrl = "", path = "", query = ""] = /^(\{\{\w+\}\}|https?:\/\/[^/]+)?([^?]*)\??(.*)$/s.exec(url) ?? [];
  page.add(["baseUrl"], baseUrl, line);
  page.add(["path"], path.replace(/\{(\{\w+\})\}/g, "$1"), line);
  for (const [name, value] of new URLSearchParams(query)) page.add(["query", name], value, line);
}

const readUrl: Reader = (page, { pieces }) =>
  first(pieces, (text, line) => {
    const [, method, url] = /^(?:([A-Z]+) )?(\S+)$/.exec(text) ?? [];
    if (url === undefined) return false;
    if (method !== undefined) page.add(["method"], method, line);
    addUrl(page, url, line);
    return true;
  });

/** Reads the sentences of a section into a list. */
const statements =
  (list: string): Reader =>
  (page, { pieces }) =>
    pieces.filter(({ kind, text, line }) => {
      if (kind === "prose") page.add([list, page.digest(text, line)], true, line, text);
      return kind !== "prose";
    });

/** The reader of each section, by title. */
const SECTIONS: readonly (readonly [RegExp, Reader])[] = [
  [/^request method$/i, readMethod],
  [/^request url$/i, readUrl],
  [
    /^request (header|path|query)(?: param)?s$/i,
    tables((page, table, place) => readRows(page, table, ["parameters", place])),
  ],
  [/^response status codes$/i, tables(readStatuses)],
  [/^(response) schema$/i, tables((page, table, name) => readRows(page, table, ["fields", name]))],
  [/^(\w+) object$/i, tables((page, table, name) => readRows(page, table, ["fields", name]))],
  [/^sample\b/i, readSamples],
  [/^api validations$/i, statements("validations")],
  [/^api constraints$/i, statements("constraints")],
];

const readerOf = (title: string) => SECTIONS.find(([pattern]) => pattern.test(title));
const isReadBy = (reader: Reader, title: string) => readerOf(title)?.[1] === reader;

/** The pieces below each heading. A heading that labels a sample stays in the section of the samples. */
function sectionsOf(pieces: readonly Piece[]): Section[] {
  let section: Section & { pieces: Piece[] } = { title: "", line: 1, pieces: [] };
  const sections = [section];
  for (const piece of pieces) {
    const { kind, text, line } = piece;
    const isLabel =
      isReadBy(readSamples, section.title) &&
      (isReadBy(readSamples, text) || !readerOf(text)) &&
      readLabel(text).isWhole;
    if (kind !== "heading") section.pieces.push(piece);
    else if (isLabel) section.pieces.push({ kind: "prose", text, unlinked: text, targets: [], line });
    else {
      section = { title: text, line, pieces: [] };
      sections.push(section);
    }
  }
  return sections;
}

/** An attribute of a block tag that repeats a fact becomes that fact. */
function repeatsAFact(page: Page, piece: Piece): boolean {
  if (piece.kind !== "attribute") return false;
  if (piece.name === "method") page.add(["method"], piece.text.toUpperCase(), piece.line);
  else if (piece.name === "path") page.add(["path"], piece.text.replace(/\{(\{\w+\})\}/g, "$1"), piece.line);
  else if (/^base-?url$/i.test(piece.name)) page.add(["baseUrl"], piece.text, piece.line);
  else return false;
  return true;
}

/** The facts of a page. Undefined if it has no title: neither a first-level heading nor this one. */
export function readPage(markdown: string, surroundings: Surroundings, title: string): Page | undefined {
  const pieces = withoutFurniture(readPieces(markdown), surroundings);
  const isTitle = (piece: Piece) =>
    piece.kind === "heading" && (piece.level === 1 || folded(piece.text) === folded(title));
  if (!pieces.some(isTitle)) return undefined;
  const page = new Page();
  for (const section of sectionsOf(pieces)) {
    const { title, line } = section;
    if (title) page.add(["headings", title], true, line);
    const [pattern, read] = readerOf(title) ?? [];
    const match = pattern?.exec(title)?.[1]?.toLowerCase() ?? "";
    for (const piece of read ? read(page, section, match) : section.pieces) {
      if (!repeatsAFact(page, piece)) page.remark(title, piece);
    }
  }
  return page;
}
