/** What the description says about its statements: where they come from, what is inferred, what the vendor contradicts. */
import type { Marked } from "./description.js";
import { lines, table } from "./markdown.js";

type Marker = "x-inferred" | "x-contradiction";

/** The markers of a statement as a reader sees them, each one a line of Markdown. */
export function shown(node: Marked): string[] {
  const lines = [];
  if (node["x-inferred"]) lines.push(`<b class="inferred">Inferred</b> ${node["x-inferred"]}`);
  if (node["x-contradiction"]) lines.push(`<b class="contradiction">Contradiction</b> ${node["x-contradiction"]}`);
  if (node["x-source"]) lines.push(`<small class="source">Source: ${node["x-source"]}</small>`);
  return lines;
}

/** A statement with its markers, in one line, as a cell of a table takes it. */
export const statement = (node: Marked) => lines(node.description?.trim(), ...shown(node));

/** What a reader calls a part of the description. */
function nameOf(document: Node, [head = "", kind = "", name = "", ...rest]: readonly string[]): string {
  if (head === "paths") {
    const server = document["paths"]?.[kind]?.["servers"]?.[Number(rest[0])]?.["url"];
    return server ? `server ${server} of \`${kind}\`` : `\`${kind}\`, the upload`;
  }
  const parts = rest.filter((key) => !["properties", "value"].includes(key));
  const thing =
    { schemas: "schema", parameters: "parameter", responses: "response", examples: "example" }[kind] ?? kind;
  return `${thing} \`${[name, ...parts].join(".")}\``;
}

// biome-ignore lint/suspicious/noExplicitAny: the description, walked without its types.
type Node = Record<string, any>;

/** Every statement of the published description with this marker. */
export function markers(document: Node, marker: Marker): { where: string; says: string }[] {
  const found: { where: string; says: string }[] = [];
  const walk = (node: unknown, path: readonly string[]) => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === marker) found.push({ where: nameOf(document, path), says: value });
      else walk(value, [...path, key]);
    }
  };
  walk(document, []);
  return found;
}

/** The statements with a marker, one row for each text. */
export function markerTable(document: Node, marker: Marker): string {
  const byText = new Map<string, string[]>();
  for (const { where, says } of markers(document, marker)) byText.set(says, [...(byText.get(says) ?? []), where]);
  return table(
    ["where", marker === "x-inferred" ? "why it is inferred" : "what the page says, and the reading chosen"],
    [...byText].map(([says, where]) => [where.join(", "), says]),
  );
}
