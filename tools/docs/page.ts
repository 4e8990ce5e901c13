/** The page: every document as static HTML, with the menu, style and script inlined. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { buildSync } from "esbuild";
import { type Description, operationsOf, pageOf } from "../description.js";
import { type Document, type Heading, toHtml } from "./html.js";
import { code, paragraphs, table } from "./markdown.js";
import { shown } from "./markers.js";

export interface Group {
  readonly title: string;
  readonly documents: readonly Document[];
  /** Whether the menu lists the sections of the documents. */
  readonly sections?: boolean;
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const entry = ({ id, text }: Heading, under = "") => `<li><a href="#${id}">${escaped(text)}</a>${under}</li>`;

const list = (entries: readonly string[]) => (entries.length > 0 ? `<ul>${entries.join("")}</ul>` : "");

/** The hash with which the page's CSP allows only its own style and script. */
const hash = (source: string) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`;

function bundled(path: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [path],
    bundle: true,
    minify: true,
    target: "es2022",
    format: "iife",
    write: false,
  });
  return outputFiles[0]?.text.trim() ?? "";
}

/** The introduction of the page, with a table of the endpoints. */
const about = (description: Description): Document => ({
  id: "about",
  markdown: paragraphs(
    description.info.description.trim(),
    ...shown(description.info),
    'Here they are shown as <small class="source">Source</small>, <b class="inferred">Inferred</b> and <b class="contradiction">Contradiction</b>.',
    table(
      ["endpoint", ""],
      operationsOf(description).map(({ path, method, operation }) => [
        `[${operation.summary}](${pageOf(operation)}.md)`,
        code(`${method} ${path}`),
      ]),
    ),
  ),
});

export async function page(description: Description, groups: readonly Group[]): Promise<string> {
  const { info } = description;
  const style = readFileSync("docs/page/page.css", "utf8");
  const script = bundled("docs/page/main.ts");
  const all = groups.flatMap(({ documents }) => documents);
  const rendered = await Promise.all(
    groups.map(async ({ title, documents, sections }) => {
      const parts = await Promise.all(documents.map((document) => toHtml(document, all)));
      const menu = parts.map(({ headings: [heading, ...others] }) =>
        heading
          ? entry(heading, sections ? list(others.filter(({ depth }) => depth === 2).map((one) => entry(one))) : "")
          : "",
      );
      return {
        menu: `<p class="group">${escaped(title)}</p>${list(menu)}`,
        main: parts
          .map(({ html }, i) => `<section data-markdown="${documents[i]?.id}.md">${html}</section>`)
          .join("\n"),
      };
    }),
  );
  const start = await toHtml(about(description), all);
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(info.title)}</title>
<meta name="description" content="${escaped(info.summary)}">
<link rel="icon" href="data:,">
<link rel="alternate" type="text/markdown" href="llms.txt">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<button popovertarget="menu" id="menu-button">Menu</button>
<a class="title" href="#top">${escaped(info.title)}</a>
<search hidden><label for="search">Search</label><input id="search" type="search" placeholder="Search" autocomplete="off"><p role="status"></p><ol></ol></search>
</header>
<nav id="menu" popover aria-label="Contents">
${rendered.map(({ menu }) => menu).join("\n")}
<p class="group">Files</p>
<ul>
<li><a href="openapi.yaml">openapi.yaml</a></li>
<li><a href="viewer.html">Interactive viewer</a></li>
<li><a href="llms.txt">llms.txt</a></li>
</ul>
</nav>
<main id="content" tabindex="-1">
<section>
<h1 id="top">${escaped(info.title)}</h1>
<p class="summary">${escaped(info.summary)}</p>
${start.html}
</section>
${rendered.map(({ main }) => main).join("\n")}
</main>
<script>${script}</script>
</body>
</html>
`;
}
