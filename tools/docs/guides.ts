/** The guides of docs/guides/, with their placeholders filled in. */
import { readFileSync } from "node:fs";
import { cureOf, cures } from "./cures.js";
import { publishedDescription, readDescription } from "./description.js";
import { code, fence, json, paragraphs, table } from "./markdown.js";
import { markerTable } from "./markers.js";
import { exampleOf } from "./outcomes.js";

/** In the order of the page. */
export const GUIDES = [
  "quick-start",
  "tokens",
  "options",
  "upload",
  "command-line",
  "after-the-upload",
  "errors",
  "offline-testing",
  "contract-tests",
  "adding-an-endpoint",
  "contradictions",
];

/** The first table of a section of the README. */
function readmeTable(title: string): string {
  const section = readFileSync("README.md", "utf8")
    .split(/^## /m)
    .find((part) => part.startsWith(`${title}\n`));
  const found = section?.match(/(^\|.*\n)+/m)?.[0];
  if (!found) throw new Error(`README.md has no section "${title}" with a table`);
  return found.trim();
}

/** The kinds of errors in the README: when they occur, which fields to look at, and the exit code of the command. */
const kinds = () =>
  readmeTable("Errors")
    .split("\n")
    .slice(2)
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .map(([, kind = "", when = "", lookAt = "", exitCode = ""]) => ({
      kind: kind.slice(1, -1),
      when,
      lookAt,
      exitCode,
    }));

/** Links to each error in the reference. */
function errorIndex(): string {
  const { schemas } = readDescription().components;
  const links = (prefix: string, names: readonly string[]) =>
    names.map((name) => `[${code(name)}](${prefix}-${name.toLowerCase()})`).join(", ");
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
      ["status of CFC", links("cfc.md#status", Object.keys(cures.CFC.statuses))],
      ["status of GLS", links("gls.md#status", Object.keys(cures.GLS.statuses))],
    ],
  );
}

/** A section for each kind of error. */
async function errorKinds(): Promise<string> {
  const sections = kinds().map(async ({ kind, when, lookAt, exitCode }) =>
    paragraphs(
      `## Kind ${kind}`,
      `${when.charAt(0).toUpperCase()}${when.slice(1)}.`,
      `**What to do.** ${cureOf(cures.kinds, kind)}`,
      `${lookAt ? `Additional fields: ${lookAt}. ` : ""}The command exits with ${exitCode}.`,
      json(await exampleOf(kind)),
    ),
  );
  return paragraphs(...(await Promise.all(sections)));
}

/** The placeholders in guides: `<!-- name -->` or `<!-- name: argument -->`. */
const PLACEHOLDERS: Record<string, (argument: string) => string | Promise<string>> = {
  README: readmeTable,
  code: (path) => fence(path.replace(/.*\./, ""), readFileSync(path, "utf8")),
  "error-index": errorIndex,
  "error-kinds": errorKinds,
  "x-contradiction": () => markerTable(publishedDescription(), "x-contradiction"),
  "x-inferred": () => markerTable(publishedDescription(), "x-inferred"),
};

export async function guideMarkdown(name: string): Promise<string> {
  const parts = readFileSync(`docs/guides/${name}.md`, "utf8").split(/<!-- (.+?) -->/);
  const filled = parts.map((part, i) => {
    if (i % 2 === 0) return part;
    const [placeholder = "", argument = ""] = part.split(": ");
    const fill = PLACEHOLDERS[placeholder];
    if (!fill) throw new Error(`docs/guides/${name}.md has an unknown placeholder: ${part}`);
    return fill(argument);
  });
  return (await Promise.all(filled)).join("");
}
