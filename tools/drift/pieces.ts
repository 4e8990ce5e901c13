/**
 * Splits a page into everything that a visitor can see, each piece with its line. It drops only presentation
 * (`PRESENTATION`, `LAYOUT`), the targets of links and images, and what no browser shows
 * (comments, scripts, styles, templates).
 */
import type { Element, ElementContent, Root, RootContent } from "hast";
import { toText } from "hast-util-to-text";
import rehypeRaw from "rehype-raw";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { isMap, LineCounter, parseDocument, visit as visitYaml } from "yaml";
import { type Tag, takeTags } from "./tags.js";
import { onOneLine, plain, titleOf } from "./typography.js";

interface Seen {
  readonly line: number;
  /** On one line, except for code. */
  readonly text: string;
}
export interface Heading extends Seen {
  readonly kind: "heading";
  readonly level: number;
}
export interface Prose extends Seen {
  readonly kind: "prose" | "summary";
  /** The text without its links. */
  readonly unlinked: string;
  /** The targets of its links. */
  readonly targets: readonly string[];
}
export interface Caption extends Seen {
  readonly kind: "caption";
  readonly of: "image" | "other";
}
export interface Code extends Seen {
  readonly kind: "code";
  readonly language: string;
}
export interface Table extends Seen {
  readonly kind: "table";
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}
/** An attribute of a block tag, an HTML element, a code block, or the front matter. */
export interface Attribute extends Seen {
  readonly kind: "attribute";
  /** The tag or element; "front matter". */
  readonly of: string;
  readonly name: string;
}
export interface Struck extends Seen {
  readonly kind: "struck out";
}
export type Piece = Heading | Prose | Caption | Code | Table | Attribute | Struck;

/** Attributes of block tags, code blocks and front matter for presentation or links. */
const PRESENTATION = new Set(
  (
    "align columnWidth cover coverHeight coverY dataView expandable expanded fullWidth full-width height icon layout " +
    "lineNumbers overflow size style valign width"
  ).split(" "),
);
/** Block tags that show only their attributes and their content. Any other tag adds content. */
const LAYOUT =
  /^(?:code|columns?|content-ref|hint|raw|stepper|step|swagger(?:-description|-parameter|-response)?|tabs?)$/;
/** HTML attributes that visitors can read: as a tooltip, in place of an image, in a field, above a code block. */
const READABLE = ["alt", "title", "label", "placeholder", "value", "summary", "ariaLabel", "dataTitle"];
const EMBEDDED = /^(?:audio|embed|iframe|object|video)$/;

const BLOCK =
  /^(?:h[1-6]|address|article|aside|blockquote|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|header|hr|legend|li|main|nav|ol|p|pre|section|summary|table|ul)$/;

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkFrontmatter)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw);
type Markdown = ReturnType<typeof processor.parse>;

const isElement = (node: Root | RootContent): node is Element => node.type === "element";
const lineOf = (node: Root | RootContent, fallback: number) => node.position?.start.line ?? fallback;
const elementsIn = (node: Root | RootContent): Element[] =>
  "children" in node ? node.children.flatMap((child) => (isElement(child) ? [child, ...elementsIn(child)] : [])) : [];
const named = (node: Root | RootContent, name: RegExp) => elementsIn(node).filter(({ tagName }) => name.test(tagName));
const textOf = (node: Root | RootContent) => onOneLine(toText(node));
const wrapped = (children: ElementContent[]): Element => ({
  type: "element",
  tagName: "div",
  properties: {},
  children,
});

/** Whether an offset is in code, where block tags are text. */
function codeIn(tree: Markdown, source: string) {
  const ranges: [number, number][] = [];
  visit(tree, ["code", "inlineCode"], ({ position }) => {
    const from = position?.start.offset ?? 0;
    // Code without a fence is an indented block. In lists, GitBook indents block tags.
    if (/[`~]/.test(source.charAt(from))) ranges.push([from, position?.end.offset ?? from]);
  });
  return (offset: number) => ranges.some(([from, to]) => from <= offset && offset < to);
}

/** Keeps footnotes in place, and the cells of a table beyond its last column. */
function unfold(tree: Markdown) {
  visit(tree, (node, index, parent) => {
    if (node.type === "table") node.align = null;
    if (!parent || index === undefined) return;
    if (node.type === "footnoteDefinition") parent.children[index] = { ...node, type: "blockquote" };
    if (node.type === "footnoteReference") parent.children[index] = { type: "text", value: `[^${node.identifier}]` };
  });
}

/** Turns the checkboxes of a task list into text. */
function showBoxes(tree: Root) {
  visit(tree, "element", (node, index, parent) => {
    if (node.tagName !== "input" || !parent || index === undefined) return;
    if (node.properties["type"] === "checkbox") {
      parent.children[index] = { type: "text", value: node.properties["checked"] ? "[x]" : "[ ]" };
    }
  });
}

const attribute = (of: string, name: string, text: string, line: number): Attribute[] =>
  PRESENTATION.has(name) ? [] : [{ kind: "attribute", of, name, text: onOneLine(text), line }];

function fromTag({ name, attributes, line }: Tag): Attribute[] {
  const shown = attributes.flatMap(([key, value]) => attribute(name, key, value, line));
  const isEnd = name.startsWith("end") && attributes.length === 0;
  if (isEnd || LAYOUT.test(name)) return shown;
  return [{ kind: "attribute", of: "block", name: "tag", text: name, line }, ...shown];
}

function fromFrontMatter(text: string, firstLine: number): Attribute[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (!isMap(document.contents)) return attribute("front matter", "text", text, firstLine);
  return document.contents.items.flatMap(({ key, value }) => {
    const name = String(key);
    const words: string[] = [];
    visitYaml(value as never, { Scalar: (_key, { value }) => void words.push(String(value)) });
    const offset = (key as { range?: readonly number[] }).range?.[0] ?? 0;
    return attribute("front matter", name, words.join(" "), firstLine + lines.linePos(offset).line - 1);
  });
}

/** The attributes after the language of a code block, such as `title="…"`. */
function fromCodeMeta(tree: Markdown): Attribute[] {
  const found: Attribute[] = [];
  visit(tree, "code", ({ meta, position }) => {
    const { tags } = takeTags(meta ? `{% code ${meta} %}` : "", () => false);
    for (const { attributes } of tags) {
      for (const [name, value] of attributes) found.push(...attribute("code", name, value, position?.start.line ?? 1));
    }
  });
  return found;
}

function fromElement(element: Element, fallback: number): Piece[] {
  const { tagName, properties } = element;
  const line = lineOf(element, fallback);
  const isStruck = /^(?:del|s|strike)$/.test(tagName) || /\bline-through\b/.test(String(properties["style"]));
  if (isStruck) return [{ kind: "struck out", text: textOf(element), line }];
  const names = EMBEDDED.test(tagName) ? [...READABLE, "src", "data"] : READABLE;
  return names.flatMap((name) => {
    const value = properties[name];
    return value === undefined || value === "" ? [] : attribute(tagName, name, String(value), line);
  });
}

/** The text of inline nodes as one piece. */
function prose(children: ElementContent[], kind: Prose["kind"], fallback: number): Prose[] {
  const text = textOf(wrapped(children));
  if (text === "") return [];
  const first = children.find((child) => textOf(wrapped([child])) !== "");
  const withoutLinks = (node: ElementContent): ElementContent[] =>
    !isElement(node)
      ? [node]
      : node.tagName === "a"
        ? []
        : [{ ...node, children: node.children.flatMap(withoutLinks) }];
  const unlinked = textOf(wrapped(children.flatMap(withoutLinks)));
  const targets = named(wrapped(children), /^a$/).map(({ properties }) => String(properties["href"] ?? ""));
  return [{ kind, text, unlinked, targets, line: first ? lineOf(first, fallback) : fallback }];
}

function code(element: Element, fallback: number): Code {
  const text = toText(element).replace(/\n$/, "");
  const line = lineOf(element, fallback);
  // Unlike in HTML, the code element of a fence starts one line above the code.
  const isFenced =
    named(element, /^code$/)[0]?.position?.start.offset === element.position?.start.offset &&
    (element.position?.end.line ?? line) - line + 1 > text.split("\n").length;
  const classes = [...elementsIn(element), element].map(({ properties }) => String(properties["className"] ?? ""));
  const language = /\blang(?:uage)?-(\w+)/.exec(classes.join(" "))?.[1] ?? "";
  return { kind: "code", text, language: language.toLowerCase(), line: line + (isFenced ? 1 : 0) };
}

function table(element: Element, fallback: number): (Caption | Table)[] {
  const line = lineOf(element, fallback);
  const rows = named(element, /^tr$/).map((row) => ({
    line: lineOf(row, line),
    cells: named(row, /^t[hd]$/).map((cell) => textOf(cell)),
  }));
  const captions = named(element, /^caption$/).map((caption) => ({
    kind: "caption" as const,
    of: "other" as const,
    text: textOf(caption),
    line: lineOf(caption, line),
  }));
  return [...captions, { kind: "table", rows, text: onOneLine(rows.flatMap(({ cells }) => cells).join(" ")), line }];
}

/** Headings, tables, code and text, in the page's order. */
function blocksOf(parent: Root | Element, fallback: number, isOfImage: boolean): Piece[] {
  const pieces: Piece[] = [];
  let inline: ElementContent[] = [];
  const endInline = () => {
    pieces.push(...prose(inline, "prose", fallback));
    inline = [];
  };
  for (const child of parent.children) {
    const isBlock = isElement(child) && (BLOCK.test(child.tagName) || named(child, BLOCK).length > 0);
    if (!isBlock) {
      if (child.type === "text" || isElement(child)) inline.push(child);
      continue;
    }
    endInline();
    const line = lineOf(child, fallback);
    const level = /^h([1-6])$/.exec(child.tagName)?.[1];
    if (level !== undefined) {
      pieces.push({ kind: "heading", level: Number(level), text: titleOf(toText(child)), line });
    } else if (child.tagName === "table") pieces.push(...table(child, line));
    else if (child.tagName === "pre") pieces.push(code(child, line));
    else if (child.tagName === "summary") pieces.push(...prose(child.children, "summary", line));
    else if (child.tagName === "figcaption") {
      if (textOf(child)) pieces.push({ kind: "caption", of: isOfImage ? "image" : "other", text: textOf(child), line });
    } else {
      const isFigure = child.tagName === "figure";
      pieces.push(...blocksOf(child, line, isFigure ? named(child, /^(?:table|pre)$/).length === 0 : isOfImage));
    }
  }
  endInline();
  return pieces;
}

/** Every visible piece of a page, by line. */
export function readPieces(page: string): Piece[] {
  const source = page.replace(/^\u{feff}/u, "").replace(/\r\n?/g, "\n");
  const { markdown, tags } = source.includes("{%")
    ? takeTags(source, codeIn(processor.parse(source), source))
    : { markdown: source, tags: [] };
  const parsed = processor.parse(markdown);
  const around: Piece[] = [...tags.flatMap(fromTag), ...fromCodeMeta(parsed)];
  for (const node of parsed.children) {
    if (node.type === "yaml") around.push(...fromFrontMatter(plain(node.value), (node.position?.start.line ?? 1) + 1));
  }
  unfold(parsed);
  const tree = processor.runSync(parsed) as Root;
  showBoxes(tree);
  let line = 1;
  for (const element of elementsIn(tree)) {
    line = lineOf(element, line);
    around.push(...fromElement(element, line));
  }
  // Sorting is stable, so on the same line attributes come before their block.
  return [...around, ...blocksOf(tree, 1, false)].sort((a, b) => a.line - b.line);
}
