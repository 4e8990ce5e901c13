/**
 * Reads one page of the vendor's API reference into facts: each a path, a value and
 * the line where it stands. What it does not understand is a problem, never left out in silence.
 */
import { createHash } from "node:crypto";
import { lineOf, readSections, textOf, within } from "./markdown.mjs";
import { leavesOf, readCurl, readJson, redacted } from "./sample.mjs";

/**
 * @typedef {import("./markdown.mjs").Block} Block
 * @typedef {import("./markdown.mjs").Section} Section
 * @typedef {import("./sample.mjs").Leaf & { line: number, text?: string }} Fact `text` is what a digest was made of.
 * @typedef {{ line: number, message: string }} Problem
 * @typedef {Record<"name" | "type" | "limits" | "description", string> & { line: number }} Row
 */

const COLUMNS = new Map([
  ["parameter", "name"],
  ["paramter", "name"],
  ["http status code", "name"],
  ["data type", "type"],
  ["field validations", "limits"],
  ["field callouts", "limits"],
  ["description", "description"],
]);

/** @type {[RegExp, (...groups: string[]) => Record<string, string | number | boolean | string[]>][]} */
const LIMITS = [
  [/^NA$/i, () => ({})],
  [/\bmaxLength: (\d+)/i, (length) => ({ maxLength: Number(length) })],
  [/\b(\d+) length UUID\b/i, (length) => ({ length: Number(length), format: "uuid" })],
  [/^enum: ?(.*)$/i, (values = "") => ({ enum: values.split(/[\s,]+/).filter(Boolean) })],
  [/^always returned in case of any error$/i, () => ({ returned: "error" })],
  [/^always returned$/i, () => ({ returned: "always" })],
  [/^null on (error|success)$/i, (when = "") => ({ nullWhen: when.toLowerCase() })],
  [/^always null\b/i, () => ({ nullWhen: "always" })],
  [
    /\(e\.?g\.?,? ((?:"[^"]*"[, ]*)+)\)/,
    (words = "") => ({ examples: [...words.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word) }),
  ],
];

/** @type {typeof LIMITS} */
const DESCRIPTION = [
  [/\ballowed extensions: (\w+(?:, ?\w+)*)/i, (list = "") => ({ extensions: list.split(/, ?/) })],
  [/\bno error, this will be null\.?/i, () => ({ nullWhen: "success" })],
];

const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/** What stands for a sentence: the same for another spacing. @param {string} text */
const digestOf = (text) => createHash("sha256").update(text.replace(/\s/g, "")).digest("hex").slice(0, 12);

class Page {
  /** @type {Fact[]} */ facts = [];
  /** @type {Problem[]} */ problems = [];
  /** @type {Set<string>} */ names = new Set();

  /** @param {Fact["path"]} path @param {unknown} value @param {number} line @param {string} [text] */
  add(path, value, line, text) {
    this.facts.push({ path, value, line, ...(text !== undefined && { text }) });
  }

  /** @param {number} line @param {string} message */
  problem(line, message) {
    this.problems.push({ line, message });
  }

  /** The digest of a text, and the life of a URL if the text tells it. @param {string} text @param {number} line */
  digest(text, line) {
    const rest = text.replace(/(\d+) ?(second|minute|hour|day)s?\b/gi, (_, count, unit) => {
      const seconds = SECONDS[/** @type {keyof typeof SECONDS} */ (unit.toLowerCase())];
      this.add(["validForSeconds"], Number(count) * seconds, line);
      return "…";
    });
    return digestOf(rest);
  }

  /** Adds what the rules find, and gives the rest. @param {string[]} path @param {string} text @param {typeof LIMITS} rules @param {number} line */
  extract(path, text, rules, line) {
    return rules.reduce((rest, [pattern, read]) => {
      const match = pattern.exec(rest);
      if (!match) return rest;
      for (const [key, value] of Object.entries(read(...match.slice(1)))) {
        if (Array.isArray(value)) for (const item of value) this.add([...path, key, item], true, line);
        else this.add([...path, key], value, line);
      }
      return rest.replace(match[0], "").trim();
    }, text);
  }

  /** Says so when two rows, or two samples, have one name. @param {string[]} path @param {number} line */
  unique(path, line) {
    const name = path.join(" › ");
    if (this.names.has(name)) this.problem(line, `${name} is there twice`);
    this.names.add(name);
  }

  /** @param {Block} table @param {(keyof Row)[]} expected @returns {Row[]} */
  rows({ node, line }, expected) {
    const [head, ...rows] = within(node, /^tr$/).map((row) => ({
      line: lineOf(row),
      cells: within(row, /^t[hd]$/).map((cell) => textOf(cell)),
    }));
    const columns = (head?.cells ?? []).map((title) => {
      const column = COLUMNS.get(title.toLowerCase());
      if (!column || !expected.includes(/** @type {keyof Row} */ (column))) {
        this.problem(line, `the column "${title}" is not understood`);
      }
      return column;
    });
    for (const column of expected) {
      if (!columns.includes(column)) this.problem(line, `the table has no column for the ${column}`);
    }
    return rows.map(({ cells, line }) => {
      if (cells.length !== columns.length) this.problem(line, `${cells.length} cells under ${columns.length} columns`);
      const named = Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
      return { name: "", type: "", limits: "", description: "", ...named, line };
    });
  }
}

/** The blocks that are none of these. @param {Section} section @param {Block["kind"]} kind @param {(block: Block) => void} read */
function each({ blocks }, kind, read) {
  for (const block of blocks) if (block.kind === kind) read(block);
  return blocks.filter((block) => block.kind !== kind);
}

/** @param {Page} page @param {Section} section @param {string[]} path */
function readRows(page, section, path) {
  return each(section, "table", (table) => {
    for (const { name, type, limits, description, line } of page.rows(table, [
      "name",
      "type",
      "limits",
      "description",
    ])) {
      const at = [...path, name];
      page.unique(at, line);
      const types = type.toLowerCase().split(/ ?\/ ?/);
      page.add([...at, "type"], types.filter((word) => word !== "null").join("/"), line);
      if (types.includes("null")) page.add([...at, "nullable"], true, line);
      const limitsRest = page.extract(at, limits, LIMITS, line);
      if (limitsRest) page.add([...at, "digests", "limits"], page.digest(limitsRest, line), line, limits);
      const unmarked = path[0] === "parameters" ? description.replace(/^mandatory\b\.? ?/i, "") : description;
      if (path[0] === "parameters") page.add([...at, "mandatory"], unmarked !== description, line);
      const rest = page.extract(at, unmarked, DESCRIPTION, line);
      page.add([...at, "digests", "description"], page.digest(rest, line), line, description);
    }
  });
}

/** @param {Page} page @param {Section} section */
function readStatuses(page, section) {
  return each(section, "table", (table) => {
    for (const { name, description, line } of page.rows(table, ["name", "description"])) {
      page.unique(["statuses", name], line);
      page.add(["statuses", name, "digest"], page.digest(description, line), line, description);
    }
  });
}

/** @param {Page} page @param {Section} section */
function readMethod(page, section) {
  return each(section, "prose", ({ text, line }) => page.add(["method"], text, line));
}

/** @param {Page} page @param {Section} section */
function readUrl(page, section) {
  return each(section, "code", ({ text, line }) => {
    const [, baseUrl = "", path = "", query = ""] =
      /^(\{\{\w+\}\}|https?:\/\/[^/]+)?([^?]*)\??(.*)$/s.exec(text.trim()) ?? [];
    page.add(["baseUrl"], baseUrl, line);
    page.add(["path"], path.replace(/\{(\{\w+\})\}/g, "$1"), line);
    for (const [name, value] of new URLSearchParams(query)) page.add(["query", name], value, line);
  });
}

/** @param {Page} page @param {Section} section @param {string} list */
function readStatements(page, section, list) {
  return each(section, "prose", ({ text, line }) => page.add([list, page.digest(text, line)], true, line, text));
}

/** @param {Page} page @param {Section} section */
function readSamples(page, { title, blocks }) {
  /** @type {Map<string, { request?: Block, response?: Block }>} */
  const samples = new Map();
  const labels = blocks.filter(({ kind }, i) => kind === "prose" && blocks[i + 1]?.kind === "code");
  blocks.forEach((block, i) => {
    if (block.kind !== "code") return;
    const above = blocks[i - 1];
    const isName = above?.kind === "prose" && !/^(request curl|response body)$/i.test(above.text);
    const label = isName ? above.text : title;
    const part = /^\s*curl\s/.test(block.text) ? "request" : "response";
    const sample = samples.get(label) ?? {};
    if (sample[part]) page.problem(block.line, `the sample "${label}" has two ${part}s`);
    samples.set(label, { [part]: block, ...sample });
  });
  for (const [label, { request, response }] of samples) readSample(page, label, request, response);
  return blocks.filter((block) => block.kind !== "code" && !labels.includes(block));
}

/** @param {Page} page @param {string} label @param {Block} [request] @param {Block} [response] */
function readSample(page, label, request, response) {
  const line = request?.line ?? response?.line ?? 1;
  const body = response && readJson(response.text);
  const inBody = /** @type {{ status?: unknown } | undefined} */ (body?.value)?.status;
  const status = Number(/\b\d{3}\b/.exec(label)?.[0] ?? inBody);
  const outcome = /\b(success|error)\b/i.exec(label)?.[0].toLowerCase();
  const path = ["samples", outcome && status ? `${outcome} ${status}` : label];
  page.unique(path, line);

  /** @param {Block} block @param {import("./sample.mjs").Part[]} parts */
  const add = (block, parts) => {
    for (const part of parts) {
      const line = block.line + part.line - 1;
      page.add([...path, ...part.path], part.value, line);
      if (part.path.at(-1) === "origin") page.add(["hosts", String(part.value).replace(/^\w+:\/\//, "")], true, line);
    }
  };
  if (request) {
    const { parts, unknown } = readCurl(request.text);
    add(request, parts);
    for (const word of unknown) page.problem(request.line, `the argument "${word}" of curl is not understood`);
  }
  if (!response) return;
  page.add([...path, "status"], status, response.line);
  const isJson = body !== undefined || within(response.node, /^code$/).some(isMarkedJson);
  page.add([...path, "mediaType"], isJson ? "application/json" : "text", response.line);
  if (isJson && !body) page.problem(response.line, `the sample "${label}" is no JSON`);
  for (const { key, line } of body?.repeated ?? []) {
    page.problem(response.line + line - 1, `${key} is there twice in "${label}"`);
  }
  add(response, body?.parts ?? [...leavesOf(response.text.trim(), ["body"])].map((leaf) => ({ ...leaf, line: 1 })));
}

/** @param {import("hast").Element} code */
const isMarkedJson = ({ properties }) => /\blang(uage)?-json\b/.test(String(properties["className"]));

/** What reads a section, by its title; it gives back the blocks that it did not read. @type {[RegExp, (page: Page, section: Section, match: string) => Block[]][]} */
const SECTIONS = [
  [/^request method$/i, readMethod],
  [/^request url$/i, readUrl],
  [
    /^request (header|path|query)(?: param)?s$/i,
    (page, section, place) => readRows(page, section, ["parameters", place]),
  ],
  [/^response status codes$/i, readStatuses],
  [/^(response) schema$/i, (page, section, table) => readRows(page, section, ["fields", table])],
  [/^(\w+) object$/i, (page, section, table) => readRows(page, section, ["fields", table])],
  [/^sample\b/i, readSamples],
  [/^api (validations|constraints)$/i, readStatements],
];

/**
 * The facts of a page and what is on it that cannot be read as facts.
 * @param {string} markdown
 * @returns {{ facts: Fact[], problems: Problem[] }}
 */
export function readPage(markdown) {
  const { tree, sections } = readSections(redacted(markdown));
  const page = new Page();
  for (const node of within(tree, /^(del|s|strike)$/)) page.problem(lineOf(node), `"${textOf(node)}" is struck out`);
  for (const { title, line, blocks } of sections) {
    if (title) page.add(["headings", title], true, line);
    const [pattern, read] = SECTIONS.find(([pattern]) => pattern.test(title)) ?? [];
    const match = pattern?.exec(title)?.[1]?.toLowerCase() ?? "";
    for (const block of read ? read(page, { title, line, blocks }, match) : blocks) {
      if (block.kind === "prose") {
        page.add(["remarks", title, page.digest(block.text, block.line)], true, block.line, block.text);
      } else {
        page.problem(block.line, `a ${block.kind} block under "${title}" is not understood`);
      }
    }
  }
  return page;
}
