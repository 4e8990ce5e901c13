/**
 * Compares the vendor's two pages, and the index that lists them, with the facts in contract-tests/facts/. Exit
 * code 0 if nothing differs, 1 with the differences, 2 if a page or the index cannot be read.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkPage } from "./compare.js";
import type { Documentation } from "./facts.js";
import { checkIndex } from "./llms-index.js";
import { readSource } from "./source.js";

const USAGE = `npm run docs:drift -- [--cfc PAGE.md] [--gls PAGE.md] [--index LLMS.txt] [--facts FOLDER]
PAGE.md and LLMS.txt are files or URLs. Without any of them: the vendor's public ones, all three.
FOLDER holds cfc.json and gls.json; contract-tests/facts by default.`;

type Checked = ReturnType<typeof checkPage>;

async function report(name: string, what: string, source: string, check: (text: string) => Checked) {
  // A query could contain a secret.
  const shown = source.replace(/(?<=^https?:.*)[?#].*/i, "");
  const read = await readSource(source);
  const checked = read.error === undefined ? check(read.text) : read;
  if (checked.error !== undefined) {
    console.error(`${name}: ${shown} cannot be read: ${checked.error}.`);
    return { code: 2, summary: "" };
  }
  for (const { line, fact, ours, theirs } of checked.differences) {
    console.log(`${shown}:${line}: ${fact}: facts ${ours}, page ${theirs}`);
  }
  return { code: checked.differences.length > 0 ? 1 : 0, summary: `${name} (${checked.count} ${what})` };
}

async function main() {
  const { values } = parseArgs({
    options: { cfc: { type: "string" }, gls: { type: "string" }, index: { type: "string" }, facts: { type: "string" } },
  });
  const folder = values.facts ?? fileURLToPath(new URL("../../contract-tests/facts", import.meta.url));
  const facts = (name: string): Documentation => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  const documentations = { cfc: facts("cfc"), gls: facts("gls") };
  const all = values.cfc === undefined && values.gls === undefined && values.index === undefined;
  const results = [];
  for (const name of ["cfc", "gls"] as const) {
    const documentation = documentations[name];
    const source = values[name] ?? (all ? `${documentation.page}.md` : undefined);
    if (source !== undefined) {
      results.push(await report(name, "facts", source, (text) => checkPage(documentation, text)));
    }
  }
  const index = values.index ?? (all ? documentations.cfc.index : undefined);
  if (index !== undefined) {
    results.push(await report("index", "pages", index, (text) => checkIndex(documentations, text)));
  }
  const code = Math.max(...results.map((result) => result.code));
  if (code === 0) console.log(`No drift: ${results.map(({ summary }) => summary).join(", ")}.`);
  return code;
}

// Exit code 1 means that a page differs, so an exception must not cause it.
process.exitCode = await main().catch((error: Error) => {
  console.error(`${error.message}\n\n${USAGE}`);
  return 2;
});
