/** Finds broken relative links and anchors in Markdown files, as a code host shows them. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import rehypeRaw from "rehype-raw";
import rehypeSlug from "rehype-slug";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { visit } from "unist-util-visit";

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSlug)
  .freeze();

function linksAndAnchors(path: string) {
  const links: string[] = [];
  const anchors = new Set<string>();
  visit(processor.runSync(processor.parse(readFileSync(path, "utf8"))), "element", ({ properties }) => {
    for (const link of [properties["href"], properties["src"]]) if (link) links.push(String(link));
    if (properties["id"]) anchors.add(String(properties["id"]));
  });
  return { links, anchors };
}

/** The broken links, as `file: link`. */
export function brokenLinks(folder: string, files: readonly string[]): string[] {
  const pages = new Map(files.map((file) => [file, linksAndAnchors(join(folder, file))]));
  const isBroken = (file: string, link: string) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path ? join(dirname(file), path) : file;
    return !existsSync(join(folder, target)) || (anchor !== undefined && !pages.get(target)?.anchors.has(anchor));
  };
  return [...pages].flatMap(([file, { links }]) =>
    links.filter((link) => isBroken(file, link)).map((link) => `${file}: ${link}`),
  );
}
