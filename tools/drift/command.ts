/**
 * Compares Clear's two pages, and the index that lists them, with what is known of them. Exit code 0 if nothing differs,
 * 1 with the differences, 2 if a page or the index cannot be read.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Block, readBlocks } from "./blocks.js";
import { type Comparison, compare, recordOf } from "./compare.js";
import { withoutFurniture } from "./furniture.js";
import { type Known, type Recorded, readKnown, record } from "./known.js";
import { readIndex } from "./llms-index.js";
import { readSource } from "./source.js";

const USAGE = `npm run docs:drift -- [--cfc PAGE.md] [--gls PAGE.md] [--index LLMS.txt] [--facts FOLDER] [--accept | --list]
PAGE.md and LLMS.txt are files or URLs. Without any of them: Clear's public ones, all three.
FOLDER holds cfc.yaml, gls.yaml and blocks-without-facts.yaml; contract-tests/facts by default.
--accept records the blocks without facts, once you have read what is reported. --list prints each block and its digest.`;

/** A page with less than this share of the known blocks is another one. Clear's two pages share up to two fifths. */
const SHARE = 1 / 2;

const shown = ({ digest, text }: Block) =>
  `block ${digest}: ${text.replaceAll("\t", " | ").replaceAll("\n", "\n    ")}`;
const below = (verb: string, facts: readonly string[] = []) => facts.map((fact) => `\n  ${verb} ${fact}`).join("");

function report(source: string, { added, moved, gone }: Comparison, { facts }: Known): string[] {
  const onPage = [
    ...added.map((block) => ({ line: block.line, text: `new ${shown(block)}` })),
    ...moved.map(({ block, label }) => ({
      line: block.line,
      text: `now under ${JSON.stringify(label.text)}: ${shown(block)}${below("held", facts.get(block.digest))}`,
    })),
  ].sort((a, b) => a.line - b.line);
  return [
    ...onPage.map(({ line, text }) => `${source}:${line}: ${text}`),
    ...gone.map(
      ({ digest, hint, facts }) =>
        `${source}: gone: block ${[digest, hint].filter(Boolean).join(" ")}${below("held", facts)}`,
    ),
  ];
}

const list = (source: string, blocks: readonly Block[], { facts }: Known) =>
  blocks.map(
    (block) => `${source}:${block.line}: ${block.kind} ${shown(block)}${below("holds", facts.get(block.digest))}`,
  );

/** Where the lines go, such as `console`. */
export type Output = Pick<Console, "log" | "error">;

async function run(args: readonly string[], output: Output): Promise<number> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { cfc: text, gls: text, index: text, facts: text, accept: flag, list: flag };
  const { values } = parseArgs({ args: [...args], options });
  const folder = values.facts ?? fileURLToPath(new URL("../../contract-tests/facts", import.meta.url));
  const known = readKnown(folder);
  const { cfc, gls, index } = known;
  const given = { cfc: values.cfc, gls: values.gls, index: values.index };
  const all = { cfc: `${cfc.page}.md`, gls: `${gls.page}.md`, index: index.page };
  const accepted: Record<string, Recorded> = {};
  const unchanged: string[] = [];
  let code = 0;
  for (const name of ["cfc", "gls", "index"] as const) {
    const source = (Object.values(given).some((one) => one !== undefined) ? given : all)[name];
    if (source === undefined) continue;
    // A query could contain a secret.
    const where = source.replace(/(?<=^https?:.*)[?#].*/i, "");
    const { page } = known[name];
    const read = await readSource(source);
    const markdown = read.error === undefined ? read.text : "";
    const blocks =
      name === "index" ? readIndex(markdown, page, [cfc.page, gls.page]) : withoutFurniture(readBlocks(markdown), page);
    if (values.list) for (const line of list(where, blocks, known[name])) output.log(line);
    const comparison = compare(blocks, known[name]);
    const isAnother = comparison.share < SHARE && !values.list;
    const error = read.error ?? (isAnother ? `it is another page than ${page}` : undefined);
    if (error !== undefined) {
      output.error(`${name}: ${where} cannot be read: ${error}.`);
      code = 2;
    }
    if (error !== undefined || values.list) continue;
    const lines = report(where, comparison, known[name]);
    for (const line of lines) output.log(line);
    const hasLost = comparison.gone.some(({ facts }) => facts.length > 0);
    if (lines.length === 0) unchanged.push(`${name} (${blocks.length} blocks)`);
    else if (!values.accept || hasLost) code = Math.max(code, 1);
    if (!values.accept) continue;
    if (hasLost) output.error(`${name}: nothing is recorded, since facts are gone. Change their rows first.`);
    else accepted[page] = recordOf(blocks, known[name]);
  }
  if (values.accept) record(folder, accepted);
  if (code === 0 && unchanged.length > 0) output.log(`No drift: ${unchanged.join(", ")}.`);
  return code;
}

/** Runs the command. Returns its exit code: an exception must not look like drift. */
export const main = (args: readonly string[], output: Output): Promise<number> =>
  run(args, output).catch((error: Error) => {
    output.error(`${error.message}\n\n${USAGE}`);
    return 2;
  });
