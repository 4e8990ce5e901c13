/**
 * Compares the vendor's two pages with the facts in contract-tests/facts/. Exit code 0 when nothing differs, 1
 * with the differences, 2 when a page cannot be read.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkPage } from "../contract-tests/documentation/drift.mjs";
import { readSource } from "../contract-tests/documentation/source.mjs";

const USAGE = `npm run docs:drift -- [--cfc PAGE.md] [--gls PAGE.md] [--facts FOLDER]
PAGE.md is a file or a URL. Without pages: the vendor's public ones, both.
FOLDER holds cfc.json and gls.json; contract-tests/facts by default.`;

/** @param {string} name @param {string | undefined} given @param {string} folder */
async function check(name, given, folder) {
  const documentation = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  const source = given ?? `${documentation.page}.md`;
  // A query could hold a secret.
  const shown = source.replace(/(?<=^https?:.*)[?#].*/i, "");
  const read = await readSource(source);
  const checked = read.error === undefined ? checkPage(documentation, read.text) : read;
  if (checked.error !== undefined) {
    console.error(`${name}: ${shown} cannot be read: ${checked.error}.`);
    return { code: 2, summary: "" };
  }
  for (const { line, message } of checked.differences) console.log(`${shown}:${line}: ${message}`);
  return { code: checked.differences.length > 0 ? 1 : 0, summary: `${name} (${checked.count} facts)` };
}

async function main() {
  const options = /** @type {const} */ ({
    cfc: { type: "string" },
    gls: { type: "string" },
    facts: { type: "string" },
  });
  const { values } = parseArgs({ options });
  const folder = values.facts ?? fileURLToPath(new URL("../contract-tests/facts", import.meta.url));
  const all = values.cfc === undefined && values.gls === undefined;
  const results = [];
  for (const name of /** @type {const} */ (["cfc", "gls"])) {
    if (all || values[name] !== undefined) results.push(await check(name, values[name], folder));
  }
  const code = Math.max(...results.map((result) => result.code));
  if (code === 0) console.log(`No drift: ${results.map(({ summary }) => summary).join(", ")}.`);
  return code;
}

// Exit code 1 says that a page differs, so it must not come from an exception.
process.exitCode = await main().catch((error) => {
  console.error(`${error.message}\n\n${USAGE}`);
  return 2;
});
