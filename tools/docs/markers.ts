/** The description's markers: the source of a statement, what is inferred, and where the vendor contradicts itself. */
import type { Marked } from "../description.js";
import { lines, table } from "./markdown.js";

type Marker = "x-inferred" | "x-contradiction";

/** The markers of a statement as Markdown, one line each. */
export function shown(node: Marked): string[] {
  const lines = [];
  if (node["x-inferred"]) lines.push(`<b class="inferred">Inferred</b> ${node["x-inferred"]}`);
  if (node["x-contradiction"]) lines.push(`<b class="contradiction">Contradiction</b> ${node["x-contradiction"]}`);
  if (node["x-source"]) lines.push(`<small class="source">Source: ${node["x-source"]}</small>`);
  return lines;
}

/** A statement with its markers in one line, for a table cell. */
export const statement = (node: Marked) => lines(node.description?.trim(), ...shown(node));

/** A readable name for a part of the description. */
function nameOf(document: Node, [head = "", kind = "", name = "", ...rest]: readonly string[]): string {
  if (head === "servers") return `server ${document["servers"][Number(kind)]["url"]}`;
  if (head === "info") return "introduction";
  if (head === "paths") {
    const place = `\`${name.toUpperCase()} ${kind}\``;
    return rest[0] === "x-upload" ? `${place}, the upload` : rest[0] === "requestBody" ? `${place}, the body` : place;
  }
  const parts = rest.filter((key) => !["properties", "value"].includes(key));
  const thing =
    { schemas: "schema", parameters: "parameter", responses: "response", examples: "example", requestBodies: "body" }[
      kind
    ] ?? kind;
  return `${thing} \`${[name, ...parts].join(".")}\``;
}

// biome-ignore lint/suspicious/noExplicitAny: the untyped description.
type Node = Record<string, any>;

/** Every statement in the published description with this marker. */
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

/** The statements with a marker, one row for each wording. */
export function markerTable(document: Node, marker: Marker): string {
  const byText = new Map<string, string[]>();
  for (const { where, says } of markers(document, marker)) byText.set(says, [...(byText.get(says) ?? []), where]);
  return table(
    ["where", marker === "x-inferred" ? "why it is inferred" : "what the page states, and how we read it"],
    [...byText].map(([says, where]) => [where.join(", "), says]),
  );
}
