/** The guides of the reference say everything that the code and the description say, and no more. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { docsDescription, guide, markers } from "../scripts/docs-description.mjs";
import { EXIT_CODES } from "../src/cli/exit-codes.js";
import { document, source } from "./description.js";

const contributing = readFileSync(new URL("../CONTRIBUTING.md", import.meta.url), "utf8");
const errors = guide("errors", document).body;

/** The first cells of the table under a heading, without their code marks. */
function firstCells(heading: string): (string | undefined)[] {
  const section = errors.split(/^## /m).find((part) => part.startsWith(heading));
  return [...(section ?? "").matchAll(/^\| `?([^|`]+?)`? +\|/gm)].slice(2).map(([, cell]) => cell);
}

test("each kind of error has its exit code and its cure", () => {
  const [overview = ""] = errors.split(/^## /m);
  const codes = [...overview.matchAll(/^\| `([\w-]+)` .*\| (\d+) +\|$/gm)].map(([, kind, code]) => [
    kind,
    Number(code),
  ]);
  expect(Object.fromEntries(codes)).toEqual(EXIT_CODES);
  expect(firstCells("What to do, by kind")).toEqual(Object.keys(EXIT_CODES));
});

test("each code of CFC and each refusal of GLS has its cure", () => {
  expect(firstCells("CFC's codes")).toEqual([...document.components.schemas.CfcErrorCode.enum, "UNKNOWN"]);
  const statuses = Object.keys(document.paths["/one-integration/action/pre-sign"].get.responses);
  expect(firstCells("GLS's statuses").map((cell) => cell?.split(" ")[0])).toEqual(statuses);
});

test.each(["x-inferred", "x-contradiction"] as const)("each %s is in the guide, and where it is read", (marker) => {
  const found = markers(document, marker);
  expect(found.length).toBeGreaterThan(5);
  const { body } = guide("contradictions", document);
  const { paths, components } = docsDescription(source) as Record<string, unknown>;
  const shown = JSON.stringify([paths, components]);
  for (const { where, says } of found) {
    expect(body).toContain(says);
    expect(body).toContain(where);
    // A server's description is no Markdown: there the word must be in the description itself.
    const servers = Object.values(document.paths as Record<string, { servers: Record<string, string>[] }>);
    const server = servers.flatMap(({ servers }) => servers).find((node) => node[marker] === says);
    if (server) expect(server["description"]).toContain("(inferred)");
    else expect(shown.includes(`</b> ${JSON.stringify(says).slice(1, -1)}`), where).toBe(true);
  }
});

test("a placeholder that means nothing ends the build", () => {
  const { CfcErrorCode: _, ...schemas } = document.components.schemas;
  expect(() => guide("errors", { ...document, components: { schemas } })).toThrow(/meaning: CfcErrorCode/);
});

test("each npm script is explained in CONTRIBUTING.md", () => {
  const explained = [...contributing.matchAll(/^\| `npm (?:run )?([\w:-]+)`/gm)].map(([, name]) => name);
  expect(explained).toEqual(Object.keys(packageJson.scripts).sort((a, b) => (a < b ? -1 : 1)));
});
