/**
 * The description as the reference shows it: with code samples, guides, and what is inferred or contradictory marked
 * where it is read. `generated/openapi.yaml` itself stays as it is.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** @param {string} path */
const text = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** In the order of the page. */
const GUIDES = [
  "quick-start",
  "upload",
  "errors",
  "offline-testing",
  "contract-tests",
  "adding-an-endpoint",
  "contradictions",
];

const LANGUAGES = [
  { lang: "curl", label: "curl", extension: "sh" },
  { lang: "Node.js", label: "TypeScript", extension: "ts" },
  { lang: "Python", label: "Python", extension: "py" },
];

/**
 * The code samples of an operation, from docs/code-samples/.
 *
 * @param {string} operationId
 */
export const codeSamples = (operationId) =>
  LANGUAGES.map(({ lang, label, extension }) => ({
    lang,
    label,
    source: text(`docs/code-samples/${operationId}.${extension}`),
  }));

/** @typedef {Record<string, any>} Node */
/** @typedef {{ where: string, says: string }} Marker */

/**
 * What a reader calls a part of the description.
 *
 * @param {Node} document @param {readonly string[]} path
 */
function nameOf(document, [head = "", kind = "", name = "", ...rest]) {
  if (head === "paths") {
    const server = document[head][kind].servers?.[Number(rest[0])];
    return server ? `server ${server.url} of \`${kind}\`` : `\`${kind}\`, the upload`;
  }
  const parts = rest.filter((key) => !["properties", "value"].includes(key));
  const thing =
    { schemas: "schema", parameters: "parameter", responses: "response", examples: "example" }[kind] ?? kind;
  return `${thing} \`${[name, ...parts].join(".")}\``;
}

/**
 * Every statement of the description with this marker.
 *
 * @param {Node} document @param {"x-inferred" | "x-contradiction"} marker
 * @returns {Marker[]}
 */
export function markers(document, marker) {
  /** @type {Marker[]} */
  const found = [];
  /** @param {unknown} node @param {readonly string[]} path */
  const walk = (node, path) => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === marker) found.push({ where: nameOf(document, path), says: value });
      else walk(value, [...path, key]);
    }
  };
  walk(document, []);
  return found;
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** The statements with a marker, one row for each text. @param {Node} document @param {"x-inferred" | "x-contradiction"} marker */
function markerTable(document, marker) {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const { where, says } of markers(document, marker)) byText.set(says, [...(byText.get(says) ?? []), where]);
  return table(
    ["where", marker === "x-inferred" ? "why it is inferred" : "what the page says, and the reading chosen"],
    [...byText].map(([says, where]) => [where.join(", "), says]),
  );
}

/**
 * The first table of a section of the README.
 *
 * @param {string} title
 */
function readmeTable(title) {
  const section = text("README.md")
    .split(/^## /m)
    .find((part) => part.startsWith(`${title}\n`));
  const found = section?.match(/(^\|.*\n)+/m)?.[0];
  if (!found) throw new Error(`README.md has no section "${title}" with a table`);
  return found.trim();
}

/**
 * A guide of docs/guides/, its placeholders filled in: `<!-- README: Errors -->` for a table of the README,
 * `<!-- meaning: Schema.VALUE -->` for the meaning of an enum value, `<!-- x-contradiction -->` and `<!-- x-inferred -->`.
 *
 * @param {string} name @param {Node} document
 * @returns {{ title: string, body: string }}
 */
export function guide(name, document) {
  const [, title, source] = /^# (.+)\n([\s\S]+)$/.exec(text(`docs/guides/${name}.md`)) ?? [];
  if (!title || !source) throw new Error(`docs/guides/${name}.md does not start with a title`);
  const body = source.replace(/<!-- ([\w-]+)(?:: (.+?))? -->/g, (_, kind, of = "") => {
    if (kind === "README") return readmeTable(of);
    if (kind === "meaning") {
      const [schema, value] = of.split(".");
      const meaning = document["components"].schemas[schema]?.["x-enumDescriptions"]?.[value];
      if (meaning) return meaning;
    }
    if (kind === "x-contradiction" || kind === "x-inferred") return markerTable(document, kind);
    throw new Error(`docs/guides/${name}.md has an unknown placeholder: ${_}`);
  });
  return { title, body };
}

/** The file formats that the upload takes, for a reader. @param {Node} upload */
const uploadTable = ({ method, validForSeconds, contentTypes }) =>
  `**The upload.** \`${method}\` the file to the URL within ${validForSeconds / 60} minutes, with the \`content-type\` that was signed:\n\n` +
  table(
    ["file", "content-type"],
    Object.entries(contentTypes).map(([file, type]) => [file, `\`${type}\``]),
  );

/**
 * Markdown with each paragraph in one line: the page's search would join the last word of a line to the next one. Code,
 * tables, lists and HTML keep their lines.
 *
 * @param {string} markdown
 */
const unwrapped = (markdown) =>
  markdown.replace(/^ *```[\s\S]*?^ *```|(?<=[^\n|>])\n *(?=[\p{L}(`[*"'_$…](?!``|\* ))/gmu, (code) =>
    code.includes("```") ? code : " ",
  );

/** The markers of a node, as a reader sees them. A `mark` would stand as text in what the search finds. @param {Node} node */
function shown(node) {
  const lines = [];
  if (node["x-inferred"]) lines.push(`<b class="inferred lead">Inferred</b> ${node["x-inferred"]}`);
  if (node["x-contradiction"]) {
    lines.push(`<b class="contradiction lead">Contradiction</b> ${node["x-contradiction"]}`);
  }
  if (node["x-source"]) lines.push(`<small class="source">Source: ${node["x-source"]}</small>`);
  return lines;
}

/**
 * The description for the reference.
 *
 * @param {string} source - generated/openapi.yaml
 * @returns {Node}
 */
export function docsDescription(source) {
  /** @type {Node} */
  const document = parse(source);
  const guides = GUIDES.map((name) => ({ name, ...guide(name, document) }));

  /** @param {unknown} value */
  const mark = (value) => {
    if (typeof value !== "object" || value === null) return;
    const node = /** @type {Node} */ (value);
    const lines = shown(node);
    // A server's description is no Markdown.
    if (typeof node["description"] === "string") node["description"] = unwrapped(node["description"]);
    if (lines.length > 0 && !("url" in node)) node["description"] = [node["description"], ...lines].join("\n\n").trim();
    for (const marker of ["x-inferred", "x-contradiction", "x-source"]) delete node[marker];
    for (const [key, child] of Object.entries(node)) if (key !== "value") mark(child);
  };
  for (const path of Object.values(document["paths"])) {
    const { "x-upload": upload, ...operation } = path.get;
    const about = [uploadTable(upload), ...shown(upload)].join("\n\n");
    path.get = {
      ...operation,
      description: `${operation.description}\n${about}`,
      "x-codeSamples": codeSamples(operation.operationId),
    };
  }
  mark(document);
  document["info"].description +=
    '\nHere they are shown as <small class="source">Source</small>, <b class="inferred">Inferred</b> and <b class="contradiction">Contradiction</b>\n';

  const reference = document["tags"].map((/** @type {Node} */ { name }) => name);
  document["tags"] = [
    ...guides.map(({ name, title, body }) => ({
      name,
      "x-displayName": title,
      // Headings of Markdown would become pages of their own, folded away.
      description: unwrapped(body).replace(/^## (.+)$/gm, "<h3>$1</h3>"),
    })),
    ...document["tags"],
  ];
  document["x-tagGroups"] = [
    { name: "Guides", tags: GUIDES },
    { name: "Reference", tags: reference },
  ];
  return document;
}
