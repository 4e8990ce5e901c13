/** The site: what tools/docs/build.ts has written to pages/, by VitePress. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const { summary, groups } = JSON.parse(readFileSync(new URL("../pages/menu.json", import.meta.url), "utf8"));

/** Anchors as on a code host, so that a link works in both places. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

/** Allows nothing but the site's own files, and each inline script of the page by its hash. */
function policy(html) {
  const scripts = [...html.matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, source]) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`,
  );
  return `default-src 'self'; script-src 'self' ${scripts.join(" ")}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'`;
}

export default {
  title: "clear-presign",
  description: summary,
  lang: "en",
  base: process.env.SITE_BASE ?? "/",
  srcDir: "pages",
  srcExclude: ["public/**"],
  outDir: "../../site",
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: {
    anchor: { slugify },
    config: (md) =>
      md.core.ruler.push("clear-presign", ({ tokens }) => {
        tokens.forEach((token, i) => {
          // An identifier in a sentence stays in one line.
          for (const part of token.children ?? []) {
            if (part.type === "code_inline" && /^\S{1,30}$/.test(part.content)) part.attrSet("class", "identifier");
          }
          // An empty header cell is not a header.
          if (token.type === "th_open" && !tokens[i + 1].content) token.tag = tokens[i + 2].tag = "td";
        });
      }),
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  transformHead: ({ page }) => [["link", { rel: "alternate", type: "text/markdown", href: page }]],
  transformHtml: (html) =>
    html.replace(
      /(?<=<meta charset="utf-8">)/,
      `<meta http-equiv="Content-Security-Policy" content="${policy(html)}">`,
    ),
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [
      ...groups
        .filter(({ title }) => title !== "Contribute")
        .map(({ title, pages }) => ({
          text: title,
          ...(pages.length === 1 ? pages[0] : { items: pages }),
        })),
      // No page of VitePress's.
      { text: "Redoc", link: "/viewer.html", target: "_self" },
    ],
    sidebar: groups.map(({ title, pages }) => ({ text: title, items: pages })),
  },
};
