/**
 * Splits a page into the blocks that a visitor can see: a heading, a paragraph, a list item, a table row, a code block.
 * The text of a block is all that counts. Bold or not, a level higher, a bullet, a number or neither, Markdown or HTML:
 * that is markup, and so are link targets and tooltips. Struck-out or raised text reads differently: it is marked.
 */
import type { Element, ElementContent, Nodes } from "hast";
import { toText } from "hast-util-to-text";
import rehypeRaw from "rehype-raw";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { parse as parseYaml } from "yaml";
import { digestOf, fold, foldCode, redact } from "./text.js";

export interface Block {
  readonly kind: "front matter" | "heading" | "text" | "row" | "code";
  readonly line: number;
  /** Folded; the cells of a row are separated by tabs. */
  readonly text: string;
  /** The first 12 hexadecimal digits of the text's SHA-256. */
  readonly digest: string;
  /** Whether all of its text is in links. */
  readonly isLink: boolean;
  /** What it is, for what is recorded of it; by default its kind. */
  readonly hint?: string;
}

const BLOCK =
  /^(?:address|article|aside|blockquote|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|legend|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul)$/;
const UNRENDERED = /^(?:base|datalist|head|link|meta|noembed|noframes|noscript|param|rp|script|style|template|title)$/;
const HIDING_CLASS = /^(?:d-none|hidden|invisible|sr-only|visually-hidden)$/;
const HIDING_STYLE =
  /display:none|visibility:(?:hidden|collapse)|(?<![\w-])(?:opacity|font-size|(?:max-)?(?:height|width)):0(?![.\d]*[1-9])|(?<![\w-])color:(?:transparent|white|#fff(?:fff)?(?![\da-f]))|(?:left|top|indent):-\d{3}|clip:rect\(0/;
const REPLACED = /^(?:audio|canvas|embed|iframe|img|input|object|svg|video)$/;
const STRUCK = "~~";
/** What surrounds the text of elements that change its meaning. */
const MARKS: Readonly<Record<string, string>> = { del: STRUCK, s: STRUCK, strike: STRUCK, sup: "^", sub: "_", q: '"' };

const styleOf = ({ properties }: Element) =>
  String(properties["style"] ?? "")
    .toLowerCase()
    .replace(/\s/g, "");

function isHidden(element: Element): boolean {
  const { tagName, properties } = element;
  return (
    UNRENDERED.test(tagName) ||
    (properties["hidden"] ?? properties["popover"] ?? false) !== false ||
    (tagName === "dialog" && !properties["open"]) ||
    (tagName === "input" && properties["type"] === "hidden") ||
    [properties["className"]].flat().some((name) => HIDING_CLASS.test(String(name))) ||
    HIDING_STYLE.test(styleOf(element))
  );
}

const textNode = (value: string): ElementContent => ({ type: "text", value });

/** A node without what is hidden; with text for images and the like, for marks and, if asked for, for links' targets. */
function visible(node: Nodes, withTargets: boolean, isStruck = false): ElementContent[] {
  if (node.type === "text") return [isStruck && node.value.trim() ? textNode(STRUCK + node.value + STRUCK) : node];
  if (node.type !== "element" || isHidden(node)) return [];
  const { tagName, properties } = node;
  if (REPLACED.test(tagName)) {
    const { alt, value, placeholder, src, data, checked } = properties;
    const what = alt ?? value ?? placeholder ?? (tagName === "img" ? undefined : (src ?? data));
    return [textNode(`[${[tagName, what, checked && "checked"].filter(Boolean).join(" ")}]`)];
  }
  const mark = MARKS[tagName] ?? (styleOf(node).includes("line-through") ? STRUCK : "");
  const children = node.children.flatMap((child) => visible(child, withTargets, isStruck || mark === STRUCK));
  const target = withTargets && properties["href"] ? [textNode(` <${properties["href"]}>`)] : [];
  const around = mark !== STRUCK && mark !== "" && children.length > 0 ? [textNode(mark)] : [];
  return [{ ...node, children: [...around, ...children, ...target, ...around] }];
}

// What rehype-raw makes up, such as a closing tag alone, has a position without a start.
const lineOf = ({ position }: Nodes): number | undefined =>
  (position as { start?: { line: number } } | undefined)?.start?.line;
const isElement = (node: Nodes): node is Element => node.type === "element";
const isBlock = (node: Nodes): node is Element =>
  isElement(node) && (BLOCK.test(node.tagName) || node.children.some(isBlock));
const textOf = (children: ElementContent[]) =>
  fold(toText({ type: "element", tagName: "div", properties: {}, children })).replaceAll(STRUCK + STRUCK, "");
const withoutLinks = (node: ElementContent): ElementContent[] =>
  !isElement(node) ? [node] : node.tagName === "a" ? [] : [{ ...node, children: node.children.flatMap(withoutLinks) }];

function blockOf(kind: Block["kind"], line: number, text: string, isLink = false): Block[] {
  const shown = redact(text);
  return shown === "" ? [] : [{ kind, line, text: shown, digest: digestOf(shown), isLink }];
}

function blocksIn(parent: Element, above: number, kind: Block["kind"] = "text"): Block[] {
  const blocks: Block[] = [];
  let inline: ElementContent[] = [];
  const endInline = () => {
    const line = inline.map(lineOf).find((number) => number !== undefined) ?? above;
    const isLink = !/[\p{L}\p{N}]/u.test(textOf(inline.flatMap(withoutLinks)));
    blocks.push(...blockOf(kind, line, textOf(inline), isLink));
    inline = [];
  };
  for (const child of parent.children) {
    if (!isBlock(child)) {
      inline.push(child);
      continue;
    }
    endInline();
    const line = lineOf(child) ?? above;
    if (child.tagName === "pre") blocks.push(...blockOf("code", line, foldCode(toText(child))));
    else if (child.tagName === "tr") {
      const cells = child.children.filter(isElement).map(({ children }) => textOf(children));
      blocks.push(...blockOf("row", line, cells.join("\t").replace(/\t+$/, "")));
    } else blocks.push(...blocksIn(child, line, /^h\d$/.test(child.tagName) ? "heading" : "text"));
  }
  endInline();
  return blocks;
}

/** GitBook's tags around blocks. Any other tag adds content, so it stays as text. */
const TAG =
  /\{%-?\s*(?:end)?(?:code|columns?|content-ref|hint|raw|stepper|step|swagger(?:-\w+)?|tabs?)((?:\s+[\w-]+=(?:"[^"]*"|'[^']*'|[^\s"'%]+))*)\s*-?%\}/;
const UNSEEN_ATTRIBUTE = /^(?:align|expandable|full-?width|icon|line-?numbers|overflow|size|style|url|width)$/i;

/** What a visitor reads of the attributes of a tag or of a code fence, such as a title. */
const attributesIn = (text: string) =>
  [...text.matchAll(/([\w-]+)=(?:"([^"]*)"|'([^']*)'|(\S+))/g)]
    .map(([, name = "", ...values]) => (UNSEEN_ATTRIBUTE.test(name) ? "" : values.join("")))
    .join(" ")
    .trim();

/** The page with a paragraph or a blank line for each tag, and the number that each line has on the page. */
function withoutTags(page: string): { markdown: string; numbers: number[] } {
  let fence = "";
  const lines = page.split("\n").flatMap((line, i) => {
    const [, mark = "", info = ""] = /^\s*(?:(?:[-*+>]|\d+[.)])\s+)*(`{3,}|~{3,})(.*)/.exec(line) ?? [];
    const isInCode = fence !== "";
    if (!isInCode) fence = mark;
    else if (mark.startsWith(fence) && info.trim() === "") fence = "";
    const [first = "", ...rest] = isInCode ? [line] : line.split(TAG);
    const indent = /^\s*/.exec(line)?.[0] ?? "";
    const split = rest.flatMap((part, j) => ["", indent + (j % 2 === 0 ? attributesIn(part) : part.trim())]);
    const title = isInCode ? "" : attributesIn(info);
    return [...(title ? [title, ""] : []), first, ...split, ...(rest.length > 0 ? [""] : [])].map((text) => ({
      text,
      number: i + 1,
    }));
  });
  return { markdown: lines.map(({ text }) => text).join("\n"), numbers: lines.map(({ number }) => number) };
}

/** What GitBook and its like never show of the front matter. */
const UNSEEN_KEY =
  /^(?:author|canonical|cover\w*|date|hidden|icon|id|image|keywords|lang|last\w*|layout|meta\w*|no-?index|order|position|robots|sidebar\w*|slug|tags|toc|updated\w*|vars|weight)$/i;

/** A title or description is shown as it is. An unknown key is reported with its name. */
function frontMatter(yaml: string): Block[] {
  let values: unknown;
  try {
    values = parseYaml(yaml);
  } catch {}
  if (typeof values !== "object" || values === null) return blockOf("front matter", 1, fold(yaml));
  return Object.entries(values).flatMap(([key, value]) => {
    if (UNSEEN_KEY.test(key) || value === null) return [];
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const line = yaml.split("\n").findIndex((line) => line.startsWith(key)) + 2;
    return blockOf("front matter", line, fold(/^(?:title|description)$/.test(key) ? text : `${key}: ${text}`));
  });
}

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkFrontmatter)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw);

/** The visible blocks of a page, in its order. With `withTargets`, the text of a link ends with its address. */
export function readBlocks(page: string, { withTargets = false } = {}): Block[] {
  const { markdown, numbers } = withoutTags(page.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"));
  const parsed = processor.parse(markdown);
  // Not every renderer hides the cells beyond the last column, or footnotes that nothing refers to.
  visit(parsed, (node, index = 0, parent) => {
    if (node.type === "table") node.align = null;
    const mark = "identifier" in node ? ({ type: "text", value: `[^${node.identifier}]` } as const) : undefined;
    if (parent && mark && node.type === "footnoteReference") parent.children[index] = mark;
    if (parent && mark && node.type === "footnoteDefinition") {
      parent.children[index] = {
        ...node,
        type: "blockquote",
        children: [{ type: "paragraph", children: [mark] }, ...node.children],
      };
    }
  });
  const [first] = parsed.children;
  const children = processor.runSync(parsed).children.flatMap((node) => visible(node, withTargets));
  const blocks = blocksIn({ type: "element", tagName: "div", properties: {}, children }, 1);
  const known = new Set(blocks.map(({ digest }) => digest));
  // A title or description that the page repeats says nothing more.
  const before = first?.type === "yaml" ? frontMatter(first.value).filter(({ digest }) => !known.has(digest)) : [];
  return [...before, ...blocks.map((block) => ({ ...block, line: numbers[block.line - 1] ?? block.line }))];
}
