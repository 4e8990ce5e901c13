/** Takes Markdown, as GitBook publishes it, apart into sections: tables, code and prose under a heading, with lines. */
import { toText } from "hast-util-to-text";
import rehypeRaw from "rehype-raw";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

/**
 * @typedef {import("hast").Element | import("hast").Root | import("hast").Text} Node
 * @typedef {{ kind: "heading" | "table" | "code" | "prose", node: Node, text: string, line: number }} Block
 * @typedef {{ title: string, line: number, blocks: Block[] }} Section
 */

// HTML in the Markdown becomes elements too, so a cell's <p> or an HTML table needs no reading of its own.
const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw);

/** The text of an element on one line. @param {Node} node */
export const textOf = (node) =>
  toText(node)
    .replace(/[\s\p{Cf}]+/gu, " ")
    .trim();

/** The line where it begins. @param {Node} node */
export const lineOf = (node) => node.position?.start.line ?? 1;

/** The elements below a node that have such a name. @param {Node} node @param {RegExp} name @returns {import("hast").Element[]} */
export const within = (node, name) =>
  "children" in node
    ? node.children.flatMap((child) =>
        child.type !== "element" ? [] : [...(name.test(child.tagName) ? [child] : []), ...within(child, name)],
      )
    : [];

/** A block of code, with the line where the code itself begins. @param {Node} node @returns {Block[]} */
function codeOf(node) {
  const text = toText(node).replace(/\n$/, "");
  const lines = (node.position?.end.line ?? 1) - lineOf(node) + 1;
  const isFenced = lines > text.split("\n").length;
  return [{ kind: "code", node, text, line: lineOf(node) + (isFenced ? 1 : 0) }];
}

/** Headings, tables, code and pieces of prose, in the page's order. @param {Node} node @returns {Block[]} */
function blocksOf(node) {
  if (!("children" in node)) return [];
  return node.children.flatMap((child) => {
    if (child.type !== "element" && child.type !== "text") return [];
    const tag = child.type === "element" ? child.tagName : "";
    const kind = /^h[1-6]$/.test(tag) ? "heading" : tag === "table" ? tag : tag === "pre" ? "code" : "prose";
    if (kind === "prose" && within(child, /^(h[1-6]|table|pre|p|[ou]l|li|blockquote|div|details|figure)$/).length) {
      return blocksOf(child);
    }
    if (kind === "code") return codeOf(child);
    const text = textOf(child);
    return text === "" ? [] : [{ kind, node: child, text, line: lineOf(child) }];
  });
}

/**
 * A page's tree of elements, and its sections without what the site puts around them: an introduction above the title,
 * instructions at the end.
 * @param {string} markdown
 */
export function readSections(markdown) {
  // GitBook's block tags stand on lines of their own, and right below a table one would be read as a row.
  const withoutTags = markdown.replace(/\r\n?/g, "\n").replace(/^[ \t]*\{%.*%\}[ \t]*$/gm, "");
  const parsed = processor.parse(withoutTags);
  // Without its alignments a table keeps the cells that stand beyond its last column.
  for (const node of parsed.children) if (node.type === "table") node.align = null;
  const tree = processor.runSync(parsed);
  /** @type {Section[]} */
  const sections = [{ title: "", line: 1, blocks: [] }];
  let around = true;
  for (const block of blocksOf(tree)) {
    const isHeading = block.kind === "heading";
    const isTitle = isHeading && "tagName" in block.node && block.node.tagName === "h1";
    if (isTitle) around = /^agent instructions/i.test(block.text);
    if (isHeading && !around) {
      sections.push({ title: block.text, line: block.line, blocks: [] });
    } else if (!around || block.kind === "table") {
      sections.at(-1)?.blocks.push(block);
    }
  }
  return { tree, sections };
}
