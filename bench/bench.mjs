/**
 * Compares the client, the upload and the sandbox with others, measures the redaction, and prints the tables. Progress
 * goes to standard error.
 *
 * npm run bench -- [client] [redaction] [upload] [sandbox] [--sizes MIB,…] [--rounds N] [--write]
 *
 * All by default. `--sizes` and `--rounds` are for the upload. `--write` measures all, and writes
 * bench/results.md and docs/upload-speed.svg.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { clientTables } from "./client/tables.mjs";
import { machine } from "./machine.mjs";
import { redactionTables } from "./redaction/tables.mjs";
import { sandboxTables } from "./sandbox/tables.mjs";
import { uploadTables } from "./upload/tables.mjs";

const PARTS = ["client", "redaction", "upload", "sandbox"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: "string", default: "16,64,256,1024,5120" },
    rounds: { type: "string", default: "3" },
    write: { type: "boolean", default: false },
  },
});
const sizes = values.sizes.split(",").map(Number);
const rounds = Number(values.rounds);
const parts = positionals.length > 0 ? positionals : PARTS;
if (![rounds, ...sizes].every((number) => Number.isInteger(number) && number > 0)) {
  throw new Error("--sizes and --rounds must be positive integers.");
}
if (!parts.every((part) => PARTS.includes(part))) throw new Error(`The parts are ${PARTS.join(", ")}.`);
if (values.write && positionals.length > 0) throw new Error("--write measures all parts; name none.");

// Exit handlers remove the files of an interrupted run.
process.once("SIGINT", () => process.exit(130));

const written = [
  `# Results of the benchmarks

Written by \`npm run bench -- --write\`; [what is measured, and how](README.md).

${machine()}.
`,
];
/** @param {string} markdown */
const show = (markdown) => {
  written.push(markdown);
  console.log(markdown);
};

console.log(`${machine()}.\n`);
if (parts.includes("client")) show(await clientTables());
if (parts.includes("redaction")) show(await redactionTables());
if (parts.includes("upload")) {
  const { markdown, svg } = await uploadTables(sizes, rounds);
  show(markdown);
  if (values.write) writeFileSync(new URL("../docs/upload-speed.svg", import.meta.url), svg);
}
if (parts.includes("sandbox")) show(await sandboxTables());
if (values.write) writeFileSync(new URL("results.md", import.meta.url), written.join("\n"));
