/** Writes tools/docs/pages/, from which VitePress builds site/: each page, and in public/ the files that stay as they are. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { DESCRIPTION, operationsOf, pageOf, readDescription } from "../description.js";
import { llmsTxt, titleOf } from "./llms-txt.js";
import { menu, type Page } from "./pages.js";
import { hashOf, viewer } from "./viewer.js";

const PAGES = "tools/docs/pages";

const description = readDescription();
const groups = await menu(description);

/** The Markdown as VitePress reads it. */
function source({ id, markdown }: Page): string {
  // An anchor before a heading is the heading's own here, so that the links to the heading have it.
  const page = markdown.replace(/^<a id="(.+)"><\/a>\n\n(#+ .+)$/gm, "$2 {#$1}");
  const found = operationsOf(description).find(({ operation }) => pageOf(operation) === id);
  if (!found) return page;
  // A path breaks after a slash.
  const path = found.path.replaceAll(/\/(?=.)/g, "/<wbr>");
  const inViewer = `<a href="viewer.html${hashOf(found.operation)}" target="_self">in Redoc</a>`;
  return `---\npageClass: endpoint\n---\n${page.replace(`\`${found.path}\``, `<code v-pre>${path}</code> ${inViewer}`)}`;
}

rmSync(PAGES, { recursive: true, force: true });
mkdirSync(`${PAGES}/public`, { recursive: true });
for (const page of groups.flatMap(({ pages }) => pages)) {
  writeFileSync(`${PAGES}/${page.id}.md`, source(page));
  writeFileSync(`${PAGES}/public/${page.id}.md`, `${page.markdown.trim()}\n`);
}
writeFileSync(
  `${PAGES}/menu.json`,
  JSON.stringify({
    summary: description.info.summary,
    groups: groups.map(({ title, pages }) => ({
      title,
      pages: pages.map(({ id, markdown }) => ({ text: titleOf(markdown), link: `/${id}` })),
    })),
  }),
);
writeFileSync(`${PAGES}/public/llms.txt`, llmsTxt(description, groups));
writeFileSync(`${PAGES}/public/viewer.html`, viewer());
cpSync(DESCRIPTION, `${PAGES}/public/openapi.yaml`);
