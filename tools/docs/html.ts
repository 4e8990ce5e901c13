/** Converts Markdown documents to parts of one page: headings get anchors, and links point into the page. */
import type { Root } from "hast";
import { toText } from "hast-util-to-text";
import rehypeHighlight from "rehype-highlight";
import rehypeRaw from "rehype-raw";
import rehypeSlug from "rehype-slug";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { visit } from "unist-util-visit";

export interface Document {
  /** The anchor of the document in the page, and the name of its Markdown file. */
  readonly id: string;
  readonly markdown: string;
  /** The prefix of its headings' anchors. @default the id and a hyphen */
  readonly prefix?: string;
}

export interface Heading {
  readonly id: string;
  /** 1 for the title of the document. */
  readonly depth: number;
  readonly text: string;
}

const prefixOf = ({ id, prefix = `${id}-` }: Document) => prefix;

/** Fits a document into the page, and lists its headings. */
function place(document: Document, all: readonly Document[], headings: Heading[]) {
  /** `errors.md#kind-file`, and `#kind-file` in that document, are `#kind-file` in the page. */
  const target = (href: string) => {
    const [, name, fragment] = /^(?:([\w-]+)\.md)?(?:#(.+))?$/.exec(href) ?? [];
    if (!name && !fragment) return href;
    const to = name ? all.find(({ id }) => id === name) : document;
    if (!to) throw new Error(`${document.id}.md links to ${href}, which is not on the page`);
    return `#${fragment ? prefixOf(to) + fragment : to.id}`;
  };
  return () => (tree: Root) =>
    visit(tree, "element", (element, _, parent) => {
      const { tagName, properties } = element;
      if (typeof properties["href"] === "string") properties["href"] = target(properties["href"]);
      if (typeof properties["id"] === "string") properties["id"] = prefixOf(document) + properties["id"];
      // An empty header cell is not a header.
      if (tagName === "th" && element.children.length === 0) element.tagName = "td";
      // On a narrow screen each field is a block.
      if (tagName === "thead" && /description$/i.test(toText(element).trim()) && parent && "properties" in parent) {
        parent.properties["className"] = ["fields"];
      }
      if (!/^h[1-6]$/.test(tagName)) return;
      const depth = Number(tagName[1]);
      const id = depth === 1 ? document.id : String(properties["id"]);
      const text = toText(element);
      headings.push({ id, depth, text });
      element.tagName = `h${Math.min(depth + 1, 6)}`;
      properties["id"] = id;
    });
}

/** Adds to each heading a link to itself. */
const selfLinks = () => (tree: Root) =>
  visit(tree, "element", ({ tagName, properties, children }) => {
    if (!/^h[1-6]$/.test(tagName)) return;
    const ariaLabel = `Link to ${toText({ type: "root", children })}`;
    const href = `#${properties["id"]}`;
    children.push({
      type: "element",
      tagName: "a",
      properties: { className: ["anchor"], href, ariaLabel },
      children: [],
    });
  });

export async function toHtml(document: Document, all: readonly Document[]) {
  const headings: Heading[] = [];
  const html = await unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSlug)
    .use(rehypeHighlight, { plainText: ["text"] })
    .use(place(document, all, headings))
    .use(selfLinks)
    .use(rehypeStringify)
    .process(document.markdown);
  return { html: String(html), headings };
}
