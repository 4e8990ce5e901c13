/** Compares a page of the vendor with the committed facts. */
import { readPage } from "./page.mjs";
import { leavesOf } from "./sample.mjs";

/**
 * @typedef {import("../facts/documentation.js").Documentation} Documentation
 * @typedef {import("./page.mjs").Fact} Fact
 * @typedef {{ line: number, message: string }} Difference
 */

/** @param {Fact["path"]} path */
const named = (path) => path.map((key) => (typeof key === "number" ? `[${key}]` : key)).join(" › ");

/**
 * The facts one by one, under the paths that the reader of the pages gives them. What is ours (`page`, `says`,
 * `contradictions`) is none.
 * @param {object} node @param {string[]} [path] @returns {Generator<import("./sample.mjs").Leaf & { text?: string }>}
 */
function* factsOf(node, path = []) {
  for (const [key, value] of Object.entries(node)) {
    const at = [...path, key];
    if (path.length === 0 ? key === "page" || key === "contradictions" : key === "says" && typeof value === "string") {
      continue;
    }
    if (path[0] === "samples" && path.length === 2) yield* leavesOf(value, at);
    else if (Array.isArray(value)) {
      for (const item of value) yield { path: [...at, item.digest ?? item], value: true, text: item.says ?? "" };
    } else if (typeof value === "object") yield* factsOf(value, at);
    else yield { path: at, value, ...(key === "digest" && "says" in node && { text: String(node.says) }) };
  }
}

/** Groups facts by the outermost part of their paths that the other side does not have. @template {{ path: Fact["path"] }} F @param {F[]} facts @param {{ path: Fact["path"] }[]} others */
function outermost(facts, others) {
  const known = new Set(others.flatMap(({ path }) => path.map((_, i) => named(path.slice(0, i + 1)))));
  /** @type {Map<string, F[]>} */
  const groups = new Map();
  for (const fact of facts) {
    const last = fact.path.findIndex((_, i) => !known.has(named(fact.path.slice(0, i + 1))));
    const key = named(last < 0 ? fact.path : fact.path.slice(0, last + 1));
    groups.set(key, [...(groups.get(key) ?? []), fact]);
  }
  return groups;
}

/** @param {string} key @param {{ path: Fact["path"], value: unknown, text?: string }[]} facts */
function shown(key, facts) {
  return facts
    .map(({ path, value, text }) => {
      const below = named(path).slice(key.length).replace(/^ › /, "");
      const what = text ? JSON.stringify(text) : value === true ? "" : JSON.stringify(value);
      return [below, what].filter(Boolean).join(" ");
    })
    .filter(Boolean)
    .join(", ");
}

/**
 * @param {Documentation} documentation @param {Fact[]} facts
 * @returns {Difference[]}
 */
function compare(documentation, facts) {
  const committed = new Map([...factsOf(documentation)].map((fact) => [named(fact.path), fact]));
  const found = new Set(facts.map(({ path }) => named(path)));

  const changed = facts.flatMap(({ path, value, line, text }) => {
    const was = committed.get(named(path));
    if (!was || JSON.stringify(was.value) === JSON.stringify(value)) return [];
    const is = JSON.stringify(value) + (text === undefined ? "" : ` for ${JSON.stringify(text)}`);
    return [{ line, message: `${named(path)}: facts ${JSON.stringify(was.value)}, page ${is}` }];
  });
  const added = [
    ...outermost(
      facts.filter(({ path }) => !committed.has(named(path))),
      [...committed.values()],
    ),
  ].map(([key, group]) => {
    const values = shown(key, group);
    return { line: group[0]?.line ?? 1, message: `${key}: facts nothing, page ${values || "has it"}` };
  });
  const gone = [
    ...outermost(
      [...committed.values()].filter(({ path }) => !found.has(named(path))),
      facts,
    ),
  ].map(([key, group]) => {
    const values = shown(key, group);
    return {
      line: nearest(facts, group[0]?.path ?? []),
      message: `${key}: facts ${values || "have it"}, page nothing`,
    };
  });
  return [...changed, ...added, ...gone];
}

/** The line of the fact that stands closest to where a missing one would be. @param {Fact[]} facts @param {Fact["path"]} path */
function nearest(facts, path) {
  for (let length = path.length - 1; length > 0; length--) {
    const start = named(path.slice(0, length));
    const neighbour = facts.find((fact) => named(fact.path.slice(0, length)) === start);
    if (neighbour) return neighbour.line;
  }
  return 1;
}

/**
 * The differences between a page and its facts, by line; or why it cannot be that page.
 * @param {Documentation} documentation @param {string} markdown
 * @returns {{ differences: Difference[], count: number, error?: undefined } | { error: string }}
 */
export function checkPage(documentation, markdown) {
  if (markdown.trim() === "") return { error: "the page is empty" };
  if (/^\s*<(!doctype|html|\?xml)/i.test(markdown)) return { error: "this is HTML, not Markdown" };
  const { facts, problems } = readPage(markdown);
  const committed = [...factsOf(documentation)].map(({ path, value }) => named(path) + JSON.stringify(value));
  const onPage = new Set(facts.map(({ path, value }) => named(path) + JSON.stringify(value)));
  const same = committed.filter((fact) => onPage.has(fact)).length;
  // One edit changes a few facts; another page, or one written anew, shares a few.
  if (same < committed.length / 2) {
    return { error: `this is another page: it has ${same} of the ${committed.length} facts of ${documentation.page}` };
  }
  const differences = [...problems, ...compare(documentation, facts)].sort((a, b) => a.line - b.line);
  return { differences, count: committed.length };
}
