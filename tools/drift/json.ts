/** Reads the values of a JSON body with their lines. */
import { LineCounter, parseDocument } from "yaml";
import { type Leaf, leavesOf, type Path } from "./facts.js";
import { plain } from "./typography.js";

/** `line` is 1 for the first line of the sample. */
export type Part = Leaf & { readonly line: number };

/** Undefined if the text is not JSON. `repeated` has the duplicate keys. */
export function readJson(
  source: string,
): { value: unknown; parts: Part[]; repeated: { key: string; line: number }[] } | undefined {
  for (const text of [source, plain(source)]) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      continue;
    }
    // JSON is also YAML, whose parser has the lines.
    const lines = new LineCounter();
    const document = parseDocument(text, { schema: "json", lineCounter: lines });
    const lineOf = (path: Path) => {
      const node = document.getIn(path, true) as { range?: [number] } | undefined;
      return node?.range && lines.linePos(node.range[0]).line;
    };
    const parts = [...leavesOf(value)].map(({ path, value }) => {
      // The parts of a URL are on the line of the URL.
      const line = path.map((_, i) => lineOf(path.slice(0, path.length - i))).find(Boolean) ?? 1;
      return { path: ["body", ...path], value, line };
    });
    const repeated = document.errors
      .filter(({ code }) => code === "DUPLICATE_KEY")
      .map(({ pos }) => ({
        key: /^"([^"]*)"/.exec(text.slice(pos[0]))?.[1] ?? "a key",
        line: lines.linePos(pos[0]).line,
      }));
    return { value, parts, repeated };
  }
  return undefined;
}
