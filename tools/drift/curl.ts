/** The request that a cURL command sends. */
import { parseArgs } from "node:util";
import { leavesOf } from "./facts.js";
import type { Part } from "./json.js";
import { plain } from "./typography.js";

const OPTIONS = {
  request: { type: "string", short: "X" },
  header: { type: "string", short: "H" },
  url: { type: "string" },
  // No effect on the request.
  location: { type: "boolean", short: "L" },
  silent: { type: "boolean", short: "s" },
  "show-error": { type: "boolean", short: "S" },
  include: { type: "boolean", short: "i" },
  verbose: { type: "boolean", short: "v" },
  fail: { type: "boolean", short: "f" },
  globoff: { type: "boolean", short: "g" },
  get: { type: "boolean", short: "G" },
} as const;
const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\[^\n]|[^\s'"\\])+/gs;

const unquoted = (word: string) =>
  word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_all, single, double, escaped) => single ?? double?.replace(/\\(.)/gs, "$1") ?? escaped,
  );

export const isCurl = (text: string): boolean => /^\s*(?:\$ )?curl\s/.test(text);

/** The parts of the request, and the arguments that are not understood. */
export function readCurl(source: string): { parts: Part[]; unknown: Part[] } {
  const text = plain(source);
  const words = [...text.matchAll(WORD)]
    .map((match) => ({ word: unquoted(match[0]), line: text.slice(0, match.index).split("\n").length }))
    .filter(({ word }, i) => !(word === "$" && i === 0));
  const { tokens } = parseArgs({
    args: words.slice(1).map(({ word }) => word),
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const parts: Part[] = [];
  const unknown: Part[] = [];
  let method: Part = { path: ["request", "method"], value: "GET", line: 1 };
  const urls = new Set<string>();
  for (const token of tokens) {
    const line = words[token.index + 1]?.line ?? 1;
    const name = token.kind === "positional" ? "url" : token.kind === "option" ? token.name : "--";
    const value = token.kind === "positional" || token.kind === "option" ? token.value : undefined;
    const header = name === "header" && /^([^:]+):\s*(.*)$/s.exec(value ?? "");
    if (name === "request" && value) method = { ...method, value: value.toUpperCase(), line };
    else if (header) parts.push({ path: ["request", "headers", header[1]?.trim() ?? ""], value: header[2], line });
    else if (name === "url" && /^https?:/.test(value ?? "") && urls.size === 0) {
      urls.add(value ?? "");
      parts.push(...[...leavesOf(value)].map((leaf) => ({ ...leaf, path: ["request", "url", ...leaf.path], line })));
    } else if (!Object.hasOwn(OPTIONS, name) || value !== undefined) {
      const word = token.kind === "option" ? token.rawName : (value ?? "--");
      unknown.push({ path: ["request", "arguments", word], value: true, line });
    }
  }
  return { parts: [method, ...parts], unknown };
}
