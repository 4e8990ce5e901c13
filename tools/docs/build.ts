/** Writes site/: the reference as one static page, its Markdown, the interactive viewer, and the description. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { DESCRIPTION, readDescription } from "../description.js";
import { changesMarkdown } from "./changes.js";
import { endpointPages, GUIDES, publishedGuide } from "./guides.js";
import { llmsTxt } from "./llms-txt.js";
import { type Group, page } from "./page.js";
import { apiMarkdown, fileOf } from "./typescript-api.js";
import { viewer } from "./viewer.js";

const description = readDescription();
const documents = (ids: readonly string[]) =>
  Promise.all(
    ids.map(async (id) => ({
      id,
      markdown: await publishedGuide(id),
      // The anchor of an error is just its kind.
      ...(id === "errors" && { prefix: "" }),
    })),
  );
const groups: Group[] = [
  { title: "Guides", documents: await documents(GUIDES) },
  { title: "Endpoints", documents: await documents(endpointPages()), sections: true },
  {
    title: "TypeScript",
    documents: (await apiMarkdown()).map(({ name, markdown }) => ({ id: fileOf(name), markdown })),
    sections: true,
  },
  { title: "Releases", documents: [{ id: "changes", markdown: changesMarkdown() }] },
];

rmSync("site", { recursive: true, force: true });
mkdirSync("site");
const html = await page(description, groups);
writeFileSync("site/index.html", html);
for (const { id, markdown } of groups.flatMap(({ documents }) => documents)) {
  writeFileSync(`site/${id}.md`, `${markdown.trim()}\n`);
}
writeFileSync("site/llms.txt", llmsTxt(description, groups));
writeFileSync("site/viewer.html", viewer());
cpSync(DESCRIPTION, "site/openapi.yaml");
console.log(`site/index.html (${Math.round(html.length / 1024)} KiB)`);
