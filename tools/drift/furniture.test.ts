/** Each rule removes what it names, and keeps what only resembles it. */
import { expect, test } from "vitest";
import { RULES, withoutFurniture } from "./furniture.js";
import { readPieces } from "./pieces.js";

const surroundings = {
  page: "https://docs.example/courier-docs/parcels/labels-api/reserve-a-label",
  siblings: ["print-a-label"],
};

/** What each rule removes and keeps. */
const EXAMPLES: Readonly<Record<string, { removes: string[]; keeps: string[] }>> = {
  "the date of the last change": {
    removes: [
      "Last updated 3 days ago",
      "*Last modified: 3 March 2031, 10:12 UTC*",
      "Last updated by Ada L. on May 1st, 2031",
      "2 months ago",
      "Last updated\n\nMay 1st, 2031",
    ],
    keeps: [
      "Last updated: version 3 from May on",
      "Updated labels cost more",
      "Last updated margins",
      "Last updated 2031. Deprecated.",
    ],
  },
  "a question about the page": {
    removes: ["Was this helpful?", "Was this page helpful? Yes No", "Did this help you?", "Yes", "👍 👎"],
    keeps: ["Was this helpful? Labels are gone.", "No labels", "❌"],
  },
  "a button or a menu of the page": {
    removes: [
      "Copy page",
      "[Copy as Markdown](#)",
      "📋 Copy ▾",
      "Edit on GitHub",
      "On this page",
      "Powered by GitBook",
    ],
    keeps: ["Copy the label", "Powered by version 2", "Search for labels"],
  },
  "the notice about cookies": {
    removes: ["This site uses cookies to deliver its service. By browsing it, you accept the privacy policy."],
    keeps: ["This API uses cookies.", "This site uses cookies for tokens."],
  },
  "the copyright": {
    removes: ["© 2031 Courier", "Copyright 2030-2031 Courier Ltd. All rights reserved."],
    keeps: ["© 2031 labels are gone", "Copyright of labels is yours"],
  },
  "the previous or the next page": {
    removes: [
      "Previous",
      "PreviousParcels OverviewNextPrint a Label",
      "[Next: Where to go](a.md)",
      "[← Access Token API](a.md)",
      "Next: **Print a Label**",
      "[Previous: Parcels](a.md) · [Next: Labels](b.md)",
      "Previous\n\nParcels Overview\n\nNext\n\nWhere to Go",
    ],
    keeps: [
      "Next: labels are free",
      "[Next: Labels API v2](a.md)",
      "Next Labels Expire After Ten Minutes",
      "Nextday delivery",
      "Next\n\nlabels are free",
      "[Next: the replaced API](a.md)",
    ],
  },
  "a link to a page nearby": {
    removes: [
      "[Print a Label](print-a-label.md)",
      '{% content-ref url="print-a-label.md" %}\n[print-a-label.md](print-a-label.md)\n{% endcontent-ref %}',
      '{% content-ref url="/pages/x1Y2" %}\n[Labels API](a.md)\n{% endcontent-ref %}',
    ],
    keeps: [
      "[Print a Label v2](print-a-label-v2.md)",
      "Print a label twice",
      '{% content-ref url="print-a-label-v2.md" %}\n{% endcontent-ref %}',
    ],
  },
  breadcrumbs: {
    removes: ["[Courier Docs](/) › Parcels › 🏷️ Labels API", "Home > Parcels"],
    keeps: ["Parcels > Crates", "Parcels > Labels API > Deprecated"],
  },
  "a repetition of the page": {
    removes: [
      "* [Request Method](#request-method)\n* [Limits](#limits)\n\n### Request Method\n\n### Limits",
      "<details><summary>Limits</summary></details>\n\n### Limits",
    ],
    keeps: ["* [Request Methods](#request-method)\n\n### Request Method", "---\ndescription: Reserves a label.\n---"],
  },
  "a generic title": {
    removes: [
      '{% code title="response.json" %}\n{% endcode %}',
      '{% tab title="Headers" %}',
      "<details><summary>Click to see the full example</summary></details>",
    ],
    keeps: ['{% code title="response.json of version 2" %}', '{% tab title="Error 429" %}', "Headers"],
  },
  "a caption that states no fact": {
    removes: [
      "![Flow of a parcel](a.png)",
      "![How the pre-signed URL is used](a.png)",
      '<figure><img src="a.png" alt=""><figcaption>Figure 3: How a label gets to its parcel</figcaption></figure>',
    ],
    keeps: [
      "![Deprecated](a.png)",
      "![Labels by the thousand](a.png)",
      "![Sandbox](a.png)",
      "![Labels are free](a.png)",
      "![How labels are no longer used](a.png)",
      "![Put it into x-parcel_pass](a.png)",
      "<figure><img src='a.png'><figcaption>Labels expire</figcaption></figure>",
      "<table><caption>Flow of a parcel</caption><tr><td>Limits</td></tr></table>",
    ],
  },
  "the index of the documentation": {
    removes: [
      "> For the documentation index, see [llms.txt](https://docs.example/llms.txt). Markdown is available by adding `.md`.",
      "> The whole documentation index is [here](https://docs.example/llms.txt).",
    ],
    keeps: [
      "> For the documentation index, see [llms.txt](https://docs.example/llms.txt). Labels are gone.",
      "> The documentation of the new API is in [llms.txt](https://docs.example/llms.txt).",
    ],
  },
};

const remaining = (markdown: string) =>
  withoutFurniture(readPieces(markdown), surroundings).filter(({ kind }) => kind !== "heading");

test("every rule has examples", () => {
  expect(Object.keys(EXAMPLES)).toEqual(Object.keys(RULES));
});

test.each(Object.entries(EXAMPLES).flatMap(([rule, { removes }]) => removes.map((text) => [rule, text] as const)))(
  "%s: removes %j",
  (_rule, text) => {
    expect(readPieces(text).length).toBeGreaterThan(0);
    expect(remaining(text)).toEqual([]);
  },
);

test.each(Object.entries(EXAMPLES).flatMap(([rule, { keeps }]) => keeps.map((text) => [rule, text] as const)))(
  "%s: keeps %j",
  (_rule, text) => {
    expect(remaining(text)).not.toEqual([]);
  },
);

test("a description in the front matter that repeats a sentence is removed, and the sentence is kept", () => {
  expect(remaining("---\ndescription: Reserves a label.\n---\n\nReserves a label.")).toMatchObject([{ kind: "prose" }]);
});

const INSTRUCTIONS = `# Agent Instructions
This documentation has answers for agents.

## Querying This Documentation
Ask a question with the \`ask\` query parameter:

\`\`\`
GET https://docs.example/reserve-a-label.md?ask=<question>
\`\`\``;

test("the site's instructions are removed, up to the next heading that is not part of them", () => {
  expect(withoutFurniture(readPieces(INSTRUCTIONS), surroundings)).toEqual([]);
  const more = `${INSTRUCTIONS}\n\n## Limits\n\nAsk a question about limits.\n`;
  expect(withoutFurniture(readPieces(more), surroundings).map(({ text }) => text)).toEqual([
    "Limits",
    "Ask a question about limits.",
  ]);
});

test("a section of the vendor about queries is not the site's instructions", () => {
  expect(remaining("## Querying\n\nAsk a question about the documentation.")).toHaveLength(1);
});

test.each(["Labels are gone.", "This documentation is of an old API.", "```\nPOST https://docs.example/labels\n```"])(
  "among the site's instructions, %j is kept",
  (text) => {
    expect(withoutFurniture(readPieces(`${INSTRUCTIONS}\n\n${text}`), surroundings)).toHaveLength(1);
  },
);
