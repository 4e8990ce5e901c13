/** The pages of the site as Markdown, in the order of its menu. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import type { Description } from "../description.js";
import { changesMarkdown } from "./changes.js";
import { endpointPages, guideMarkdown } from "./guides.js";
import { startMarkdown } from "./start.js";
import { apiMarkdown } from "./typescript-api.js";

export interface Page {
  /** The name of its files: `cfc` is `cfc.html`, and `cfc.md` beside it. */
  readonly id: string;
  readonly markdown: string;
}

export interface Group {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** The pages that are files of the repository, by the group of the menu. */
const FILES = {
  Start: ["docs/guides/quick-start.md", "docs/guides/tokens.md"],
  Endpoints: [...endpointPages(), "contradictions"].map((name) => `docs/guides/${name}.md`),
  Errors: ["docs/guides/errors.md", "docs/guides/signature-mismatch.md", "docs/hostile-servers.md"],
  Guides: [
    "docs/guides/upload.md",
    "docs/guides/web-apps.md",
    "docs/guides/options.md",
    "docs/guides/command-line.md",
    "docs/guides/network.md",
    "docs/guides/logging.md",
    "docs/guides/offline-testing.md",
    "docs/guides/after-the-upload.md",
    "SECURITY.md",
  ],
  TypeScript: ["docs/guides/typescript.md", "docs/runtimes.md"],
  Contribute: ["docs/guides/adding-an-endpoint.md", "docs/guides/contract-tests.md"],
};

const idOf = (file: string) => (file === "SECURITY.md" ? "security" : posix.basename(file, ".md"));

const isPage = (file: string) => Object.values(FILES).some((files) => files.includes(file));

/** A link to another file: its text, path and anchor. */
const LINK = /(?<!!)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?![a-z]+:|#)([^)#\s]+)(#[^)]*)?\)/g;

/** A file for the site: without the markers of generated parts. A link to a file that is no page becomes its text. */
async function published(file: string): Promise<Page> {
  const isGuide = posix.dirname(file) === "docs/guides";
  const markdown = isGuide ? await guideMarkdown(posix.basename(file, ".md")) : readFileSync(file, "utf8");
  return {
    id: idOf(file),
    markdown: markdown.replace(/^<!-- .* -->\n+/gm, "").replace(LINK, (_, text, path, anchor = "") => {
      const target = posix.join(posix.dirname(file), path);
      return isPage(target) ? `[${text}](${idOf(target)}.md${anchor})` : text;
    }),
  };
}

export async function menu(description: Description): Promise<Group[]> {
  const before: Partial<Record<string, Page[]>> = { Start: [{ id: "index", markdown: startMarkdown(description) }] };
  const after: Partial<Record<string, Page[]>> = {
    TypeScript: await apiMarkdown(),
    Contribute: [{ id: "changes", markdown: changesMarkdown() }],
  };
  return Promise.all(
    Object.entries(FILES).map(async ([title, files]) => ({
      title,
      pages: [...(before[title] ?? []), ...(await Promise.all(files.map(published))), ...(after[title] ?? [])],
    })),
  );
}
