/** Checks the list of all pages that GitBook publishes, llms.txt. */
import type { Nodes } from "mdast";
import { toString as textOf } from "mdast-util-to-string";
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { Documentation } from "./facts.js";
import type { Difference } from "./page.js";

interface Entry {
  readonly title: string;
  readonly url: string;
  readonly line: number;
  /** The headings and entries above it, and its own text. */
  readonly above: readonly string[];
}

const DEPRECATED = /(?<![a-z])(?:deprecat|obsolete|legacy|retire|sunset|archive)/i;

/** The links below a node. A list item is above the items of its nested lists. */
function entriesIn(node: Nodes, above: readonly string[]): Entry[] {
  if (node.type === "link") {
    return [{ title: textOf(node), url: node.url, line: node.position?.start.line ?? 1, above }];
  }
  if (!("children" in node)) return [];
  const [first] = node.children;
  const under = node.type === "listItem" && first ? [...above, textOf(first)] : above;
  return node.children.flatMap((child) => entriesIn(child, under));
}

function readIndex(markdown: string): Entry[] {
  const headings: string[] = [];
  return unified()
    .use(remarkParse)
    .parse(markdown)
    .children.flatMap((node) => {
      if (node.type === "heading") headings.splice(node.depth - 1, headings.length, textOf(node));
      return entriesIn(node, headings.filter(Boolean));
    });
}

/** The address that a page and its Markdown share. */
function addressOf(url: string, base: string): string {
  const { origin, pathname } = new URL(url, base);
  return origin + pathname.replace(/(?:\.md|\/)$/, "");
}
const parentOf = (address: string) => address.replace(/\/[^/]*$/, "");

function check(name: string, { page, index, siblings }: Documentation, entries: readonly Entry[]): Difference[] {
  const listed = entries.map((entry) => ({ ...entry, address: addressOf(entry.url, index) }));
  const ours = listed.filter(({ address }) => address === page);
  if (ours.length === 0) return [{ line: 1, fact: `${name} › page`, ours: JSON.stringify(page), theirs: "nothing" }];
  // A page is deprecated if its own entry is, or one that it is below in the list or by address.
  const around = [...ours, ...listed.filter(({ address }) => page.startsWith(`${address}/`))];
  const deprecated = around.flatMap(({ line, above, url }) =>
    [...above, url]
      .filter((text) => DEPRECATED.test(text))
      .map((text) => ({ line, fact: `${name} › page`, ours: "not deprecated", theirs: JSON.stringify(text) })),
  );
  const adjacent = listed.filter(({ address }) => parentOf(address) === parentOf(page) && address !== page);
  const slugs = adjacent.map(({ address }) => address.slice(parentOf(page).length + 1));
  const added = adjacent.flatMap(({ line, title }, i) => {
    const fact = `${name} › siblings › ${slugs[i]}`;
    return siblings.includes(slugs[i] ?? "") ? [] : [{ line, fact, ours: "nothing", theirs: JSON.stringify(title) }];
  });
  const gone = siblings
    .filter((slug) => !slugs.includes(slug))
    .map((slug) => ({
      line: ours[0]?.line ?? 1,
      fact: `${name} › siblings › ${slug}`,
      ours: "have it",
      theirs: "nothing",
    }));
  return [...deprecated, ...added, ...gone];
}

/** The differences between an index and the known pages around ours, by line; or an error if it is not an index. */
export function checkIndex(
  documentations: Readonly<Record<string, Documentation>>,
  markdown: string,
): { differences: Difference[]; count: number; error?: undefined } | { error: string } {
  const entries = readIndex(markdown);
  if (entries.length === 0) return { error: "it lists no page" };
  const pages = Object.entries(documentations);
  return {
    differences: pages
      .flatMap(([name, documentation]) => check(name, documentation, entries))
      .sort((a, b) => a.line - b.line),
    count: pages.reduce((count, [, { siblings }]) => count + 1 + siblings.length, 0),
  };
}
