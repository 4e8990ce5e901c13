/** What the site adds around the content is removed, and what only resembles it is kept. */
import { expect, test } from "vitest";
import { readBlocks } from "./blocks.js";
import { withoutFurniture } from "./furniture.js";

const remaining = (markdown: string) =>
  withoutFurniture(readBlocks(markdown), "https://docs.example/courier-docs/parcels/labels-api/reserve-a-label")
    .filter(({ kind }) => kind !== "heading")
    .map(({ text }) => text);

const POINTER = "> For the complete documentation index, see [llms.txt](https://docs.example/llms.txt).";
const COOKIES = "This site uses cookies to deliver its service. By browsing it, you accept the privacy policy.";
const INSTRUCTIONS = `# Agent Instructions: Querying This Documentation

This documentation has answers for agents.

## Querying This Documentation

Ask a question with the \`ask\` query parameter:

\`\`\`
GET https://docs.example/reserve-a-label.md?ask=<question>
\`\`\``;

test.each([
  [
    "Last updated 3 days ago",
    "*Last modified: 3 March 2031, 10:12 UTC*",
    "2 months ago",
    "Last updated on May 1st, 2031",
  ],
  ["Was this helpful?\n\n* Yes\n* No", "Was this page helpful? Yes No", "Did this help you?\n\n👍 👎"],
  ["Copy page", "[Copy as Markdown](#)", "📋 Copy ▾", "Edit on GitHub", "On this page", "Powered by [GitBook](a)"],
  [COOKIES, "© 2031 Courier", "Copyright 2030-2031 Courier Ltd. All rights reserved."],
  ["[PreviousParcels](a.md)[NextPrint a Label](b.md)", "[Previous: Parcels](a.md) | [Next: Print a Label](b.md)"],
  ["[← Access Token](a.md)", "[Where to Go →](a.md)", "Previous", "Next page"],
  ["[Courier Docs](/) › Parcels › 🏷️ Labels API", "Home / Parcels"],
  ["* [Limits](#limits)\n* [Queries](#queries)\n\n### Limits\n\n### Queries"],
  [`${POINTER} Markdown versions of documentation pages are available by appending \`.md\`.`, INSTRUCTIONS],
])("removed: %j", (...texts) => {
  for (const text of texts) {
    expect(readBlocks(text)).not.toEqual([]);
    expect(remaining(text), text).toEqual([]);
  }
});

test.each([
  [
    "Last updated: version 3 from May on",
    "Last updated margins",
    "Last updated 2031. Deprecated.",
    "Updated labels cost more",
  ],
  ["Was this helpful? Labels are gone.", "No", "No labels", "❌"],
  ["Copy the label", "Powered by version 2", "Search for labels", "### Search\n\nHome labels"],
  ["This API uses cookies.", "This site uses cookies for tokens.", "© 2031 labels are gone", "© 2031 Deprecated"],
  [
    "Next: Labels Expire",
    "[Next: labels are free](a)",
    "[Next: Labels API v2](a.md)",
    "[Next: Deprecated](a)",
    "Nextday delivery",
  ],
  ["Parcels > Crates", "Parcels › Labels API › Deprecated", "—"],
  ["* [Limit](#limits)\n\n### Limits", "Limits\n\n### Limits"],
  [
    `${POINTER} Labels are gone.`,
    "> The documentation of the new API is in [llms.txt](https://docs.example/llms.txt).",
  ],
  ["## Querying\n\nAsk a question about the documentation."],
  [`${INSTRUCTIONS}\n\nLabels are gone.`, `${INSTRUCTIONS}\n\nThis documentation is of an old API.`],
  [`${INSTRUCTIONS}\n\n\`\`\`\nPOST https://docs.example/labels\n\`\`\``],
  [`${INSTRUCTIONS}\n\n## Limits\n\nAsk a question about limits.`],
])("kept: %j", (...texts) => {
  for (const text of texts) expect(remaining(text), text).toHaveLength(1);
});

test("headings are never furniture, but those of the instructions", () => {
  const headings = withoutFurniture(readBlocks(`# Search\n\n${INSTRUCTIONS}\n\n## Limits`), "https://docs.example/a");
  expect(headings.map(({ text }) => text)).toEqual(["Search", "Limits"]);
});
