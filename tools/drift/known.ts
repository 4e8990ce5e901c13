/** What is known of the pages: rows of facts, each with the digest of the block that says it, and the other blocks. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

/** The blocks of a page beside its facts, as a person has read them. */
export interface Recorded {
  /** A digest and a hint each, as often as the block is on the page. */
  readonly blocks: readonly string[];
  /** The digest of each table row and of all code, with that of its label. */
  readonly places: readonly string[];
}

export interface Known {
  /** The address of the page, which is Markdown with `.md`; or of the index. */
  readonly page: string;
  /** The facts on each block, by its digest. */
  readonly facts: ReadonlyMap<string, readonly string[]>;
  readonly recorded: Recorded;
}

const FILE = "blocks-without-facts.yaml";
const COMMENT = `\
# What Clear's pages and their index show beside the facts in cfc.yaml and gls.yaml. \`blocks\`: the digest of each visible
# block, and what it is. \`places\`: the digest of each table row and of all code, with that of its label or heading.
# Written by \`npm run docs:drift -- --accept\`, once a person has read what it reports.
`;

interface Rows {
  readonly page: string;
  readonly facts: Readonly<Record<string, { readonly says: string; readonly block?: string | readonly string[] }>>;
}
interface Others {
  readonly index: string;
  readonly pages?: Readonly<Record<string, Recorded>>;
}

// Without a schema, since a digest such as 123e45678901 is no number.
const read = (folder: string, name: string) => parse(readFileSync(join(folder, name), "utf8"), { schema: "failsafe" });

/** What is known of both pages and of the index, from the files in a folder. */
export function readKnown(folder: string): Record<"cfc" | "gls" | "index", Known> {
  const { index, pages }: Others = read(folder, FILE);
  const recordedOf = (page: string): Recorded => pages?.[page] ?? { blocks: [], places: [] };
  const rows = (name: string): Known => {
    const { page, facts }: Rows = read(folder, `${name}.yaml`);
    const onBlock = new Map<string, string[]>();
    for (const [id, { says, block }] of Object.entries(facts)) {
      if (block === undefined) throw new Error(`${name}.yaml: ${id} has no block.`);
      for (const digest of [block].flat()) onBlock.set(digest, [...(onBlock.get(digest) ?? []), `${id} (${says})`]);
    }
    return { page, facts: onBlock, recorded: recordedOf(page) };
  };
  return { cfc: rows("cfc"), gls: rows("gls"), index: { page: index, facts: new Map(), recorded: recordedOf(index) } };
}

/** Writes what is recorded of some pages, and keeps that of the others. */
export function record(folder: string, recorded: Readonly<Record<string, Recorded>>): void {
  const others: Others = read(folder, FILE);
  writeFileSync(
    join(folder, FILE),
    COMMENT + stringify({ ...others, pages: { ...others.pages, ...recorded } }, { lineWidth: 0 }),
  );
}
