/** The guides of docs/guides/, with their generated parts. */
import { readFileSync } from "node:fs";
import { COMMAND_NAMES, SHOWN_OPTIONS } from "../../src/cli/options.js";
import { operationsOf, pageOf, readDescription, writtenDescription } from "../description.js";
import { cures, whatToDo } from "./cures.js";
import { code, fence, heading, json, paragraphs, table } from "./markdown.js";
import { markerTable } from "./markers.js";
import { operationMarkdown } from "./operation.js";
import { exampleOf } from "./outcomes.js";

/** The kinds of errors in the README: when they occur, which fields to look at, and the exit code of the command. */
function kinds() {
  const [, rows] = readFileSync("README.md", "utf8").match(/^## Errors\n[\s\S]*?\n\n((?:\|.*\n)+)/m) ?? [];
  if (!rows) throw new Error('README.md has no section "Errors" with a table');
  return rows
    .trim()
    .split("\n")
    .slice(2)
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .map(([, kind = "", when = "", lookAt = "", exitCode = ""]) => ({
      kind: kind.slice(1, -1),
      when,
      lookAt,
      exitCode,
    }));
}

/** Links to each error in the reference. */
function errorIndex(): string {
  const description = readDescription();
  const { schemas } = description.components;
  const links = (prefix: string, names: readonly unknown[]) =>
    names
      .map(String)
      .map((name) => `[${code(name)}](${prefix}-${name.toLowerCase()})`)
      .join(", ");
  return table(
    ["you have", "see"],
    [
      [
        "`error.kind`",
        links(
          "#kind",
          kinds().map(({ kind }) => kind),
        ),
      ],
      ["`error.code` of CFC", links("cfc.md#code", [...(schemas["CfcErrorCode"]?.enum ?? []), "UNKNOWN"])],
      ...operationsOf(description).map(({ operation }) => [
        `status of ${operation["x-upload"] ? operation.tags[0] : code(operation.operationId)}`,
        links(`${pageOf(operation)}.md#status`, Object.keys(operation.responses)),
      ]),
    ],
  );
}

/** A section for each kind of error. */
async function errorKinds(): Promise<string> {
  const sections = kinds().map(async ({ kind, when, lookAt, exitCode }) =>
    paragraphs(
      heading(2, cures.kinds[kind]?.title ?? kind, `kind-${kind}`),
      `\`kind\` is ${code(kind)}: ${when}.`,
      whatToDo(cures.kinds[kind]?.cure),
      `${lookAt ? `Additional fields: ${lookAt}. ` : ""}The command exits with ${exitCode}.`,
      json(await exampleOf(kind)),
    ),
  );
  return paragraphs(...(await Promise.all(sections)));
}

/** The options of the command, from the table that parses them. */
function commandOptions(): string {
  const marked = (text: string) => text.replace(/--[a-z-]+|\bFILE\b/g, code);
  return table(
    ["option", "of", "default", ""],
    SHOWN_OPTIONS.map(({ option, of, otherwise, help }) => [
      code(option),
      of.length === COMMAND_NAMES.length ? "all" : of.map(code).join(", "),
      marked(otherwise),
      marked(help),
    ]),
  );
}

/** The generators for the parts between `<!-- generated: name argument -->` and `<!-- /generated -->`. */
const GENERATED: Record<string, (argument: string) => string | Promise<string>> = {
  "command-options": commandOptions,
  code: (path) => fence(path.replace(/.*\./, ""), readFileSync(path, "utf8")),
  endpoint: (operationId) => operationMarkdown(readDescription(), operationId),
  "error-index": errorIndex,
  "error-kinds": errorKinds,
  "x-contradiction": () => markerTable(writtenDescription(), "x-contradiction"),
  "x-inferred": () => markerTable(writtenDescription(), "x-inferred"),
};

const PART = /^(<!-- generated: (\S+)(?: (.+))? -->\n)[\s\S]*?^(<!-- \/generated -->)$/gm;

/** The pages of the operations, which are generated as a whole. */
export const endpointPages = () => operationsOf(readDescription()).map(({ operation }) => pageOf(operation));

/** A guide as it is written: for an operation nothing but its generated part. */
function written(name: string): string {
  const found = operationsOf(readDescription()).find(({ operation }) => pageOf(operation) === name);
  if (!found) return readFileSync(`docs/guides/${name}.md`, "utf8");
  return `<!-- generated: endpoint ${found.operation.operationId} -->\n<!-- /generated -->\n`;
}

/** A guide as it is committed, with its generated parts updated. */
export async function guideMarkdown(name: string): Promise<string> {
  const committed = written(name);
  const parts = [...committed.matchAll(PART)].map(async ([, start = "", part = "", argument = "", end = ""]) => {
    const generate = GENERATED[part];
    if (!generate) throw new Error(`docs/guides/${name}.md has an unknown generated part: ${part}`);
    return `${start}\n${await generate(argument)}\n\n${end}`;
  });
  const generated = await Promise.all(parts);
  return committed.replace(PART, () => generated.shift() ?? "");
}
