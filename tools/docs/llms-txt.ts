/** The list of the Markdown files, in the format of https://llmstxt.org. */
import type { Description } from "../description.js";
import { paragraphs } from "./markdown.js";
import type { Group } from "./pages.js";

export const titleOf = (markdown: string) => /^# (.+)/.exec(markdown)?.[1] ?? "";

export const llmsTxt = ({ info }: Description, groups: readonly Group[]) =>
  `${paragraphs(
    `# ${info.title}`,
    `> ${info.summary}`,
    info.description.trim(),
    ...groups.map(({ title, pages }) =>
      paragraphs(`## ${title}`, pages.map(({ id, markdown }) => `- [${titleOf(markdown)}](${id}.md)`).join("\n")),
    ),
    "## Description\n\n- [openapi.yaml](openapi.yaml): OpenAPI 3.1",
  )}\n`;
