/** Takes samples apart into single values: a body, a URL, a cURL command. */
import { LineCounter, parseDocument } from "yaml";

/**
 * @typedef {{ path: (string | number)[], value: unknown }} Leaf A number in a path is an array's index.
 * @typedef {Leaf & { line: number }} Part `line` is counted from 1 at the sample's first.
 */

/** A text in which of signature material only its being there is left. @param {string} text */
export const redacted = (text) =>
  text
    .replace(/(X-Amz-(?:Security-Token|Signature)=)[^&"'\s]+/gi, "$1[redacted]")
    .replace(/(X-Amz-Credential=)[^&"'\s/%]+/gi, "$1[redacted]");

const URL_PARTS = /^(https?:\/\/[^/?#]+)([^?#]*)(?:\?([^#]*))?(#.*)?$/s;

/**
 * Every value in a value, and of a URL its origin, path and query parameters.
 * @param {unknown} value @param {Leaf["path"]} [path] @returns {Generator<Leaf>}
 */
export function* leavesOf(value, path = []) {
  const url = typeof value === "string" && URL_PARTS.exec(redacted(value));
  if (url) {
    yield { path: [...path, "origin"], value: url[1] };
    yield { path: [...path, "path"], value: url[2] };
    const query = new URLSearchParams(url[3]);
    for (const name of new Set(query.keys())) {
      yield { path: [...path, "query", name], value: query.getAll(name).join(", ") };
    }
    if (url[4]) yield { path: [...path, "fragment"], value: url[4] };
  } else if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    yield { path, value };
  } else {
    for (const [key, item] of Object.entries(value)) {
      yield* leavesOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

/**
 * The values of a JSON body, each with its line, and the keys that one object has twice. Undefined when it is no JSON.
 * @param {string} text
 */
export function readJson(text) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Every JSON text is YAML, whose parser knows the lines.
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "json", lineCounter: lines });
  const lineOf = (/** @type {Leaf["path"]} */ path) => {
    const node = /** @type {{ range?: [number] } | undefined} */ (document.getIn(path, true));
    return node?.range && lines.linePos(node.range[0]).line;
  };
  /** @type {Part[]} */
  const parts = [...leavesOf(value)].map(({ path, value }) => {
    // The parts of a URL stand where the URL does.
    const line = path.map((_, i) => lineOf(path.slice(0, path.length - i))).find(Boolean) ?? 1;
    return { path: ["body", ...path], value, line };
  });
  const repeated = document.errors
    .filter(({ code }) => code === "DUPLICATE_KEY")
    .map(({ pos }) => ({ key: /^"[^"]*"/.exec(text.slice(pos[0]))?.[0] ?? "a key", line: lines.linePos(pos[0]).line }));
  return { value, parts, repeated };
}

/** The request that a cURL command sends, and the arguments that were not understood. @param {string} text */
export function readCurl(text) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {string[]} */
  const unknown = [];
  let option = "";
  let method = { value: "GET", line: 1 };
  for (const match of text.matchAll(/'([^']*)'|"([^"]*)"|(\\\n)|(\S+)/g)) {
    const word = match[1] ?? match[2] ?? match[4];
    const line = text.slice(0, match.index).split("\n").length;
    const header = /^([^:]+): ?(.*)$/.exec(word ?? "");
    if (word === undefined) continue;
    if (word === "curl" && option === "") {
      // The command itself.
    } else if (option === "-X" || option === "--request") method = { value: word, line };
    else if ((option === "-H" || option === "--header") && header) {
      parts.push({ path: ["request", "headers", header[1] ?? ""], value: header[2], line });
    } else if (/^https?:/.test(word)) {
      parts.push(...[...leavesOf(word)].map(({ path, value }) => ({ path: ["request", "url", ...path], value, line })));
    } else if (!/^(-X|--request|-H|--header)$/.test(word)) unknown.push(word);
    option = word;
  }
  return { parts: [{ path: ["request", "method"], ...method }, ...parts], unknown };
}
