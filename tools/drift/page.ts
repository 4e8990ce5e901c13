/** The facts read from a page, and the differences that need no comparison with ours. */
import { type Fact, named, type Path } from "./facts.js";
import type { Piece } from "./pieces.js";
import { digestOf } from "./typography.js";

/** A difference between a page and the committed facts. */
export interface Difference {
  readonly line: number;
  readonly fact: string;
  readonly ours: string;
  readonly theirs: string;
}
export interface Section {
  readonly title: string;
  readonly line: number;
  readonly pieces: readonly Piece[];
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export class Page {
  readonly facts: Fact[] = [];
  readonly differences: Difference[] = [];
  readonly #names = new Set<string>();

  add(path: Path, value: unknown, line: number, text?: string): void {
    this.facts.push({ path, value, line, ...(text !== undefined && { text }) });
  }

  differ(line: number, fact: Path, ours: string, theirs: string): void {
    this.differences.push({ line, fact: named(fact), ours, theirs });
  }

  /** Returns the digest of a text, and adds the lifetime of a URL if the text states one. */
  digest(text: string, line: number): string {
    const rest = text.replace(
      /(\d[\d,]*) ?(sec(?:ond)?|min(?:ute)?|h(?:ou)?r|day)s?\b/gi,
      (_, count: string, unit: string) => {
        this.add(
          ["validForSeconds"],
          Number(count.replaceAll(",", "")) * (SECONDS[unit.charAt(0).toLowerCase()] ?? 0),
          line,
        );
        return "…";
      },
    );
    return digestOf(rest);
  }

  /** Adds a difference if two rows or samples have the same name. */
  unique(path: Path, line: number): void {
    if (this.#names.has(named(path))) this.differ(line, path, "one", "another");
    this.#names.add(named(path));
  }

  /** Adds a piece that no section understands: a sentence by its digest, anything else by its text. */
  remark(title: string, piece: Piece): void {
    const { kind, text, line } = piece;
    const where = title ? `in ${title}` : "above the title";
    if (kind === "prose" || kind === "summary" || kind === "caption") {
      this.add(["remarks", title || where, this.digest(text, line)], true, line, text);
    } else if (kind === "attribute") this.add([`${piece.name} of ${piece.of} ${where}`], text, line);
    else this.add([`${kind} ${where}`], text, line);
  }
}
