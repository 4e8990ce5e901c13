/** A page is split into all of its visible pieces, and only the content in these tests is dropped. */
import { expect, test } from "vitest";
import { readPieces } from "./pieces.js";

/** The pieces as "line kind: text". */
const pieces = (markdown: string) => readPieces(markdown).map(({ line, kind, text }) => `${line} ${kind}: ${text}`);

test.each<[string, string, ...string[]]>([
  ["headings and paragraphs", "# A\n\nb\nc\n\n## D ##\n", "1 heading: A", "3 prose: b c", "6 heading: D"],
  ["each item of a list", "1. a\n2. b\n   * c", "1 prose: a", "2 prose: b", "3 prose: c"],
  ["boxes of a task list", "* [x] a\n* [ ] b", "1 prose: [x] a", "2 prose: [ ] b"],
  ["text between HTML blocks", "<div>a <b>b</b><p>c</p>d</div>", "1 prose: a b", "1 prose: c", "1 prose: d"],
  ["a table by its cells", "| a | b |\n| - | - |\n| c | d |", "1 table: a b c d"],
  ["a cell beyond the last column", "| a |\n| - |\n| c | d |", "1 table: a c d"],
  [
    "code by its first line",
    "```json\n{}\n```\n\n    a\n\n<pre><code>b\n</code></pre>",
    "2 code: {}",
    "5 code: a",
    "7 code: b",
  ],
  ["captions", "<figure><img src='a'><figcaption>b</figcaption></figure>", "1 caption: b"],
  ["a summary, and its details", "<details><summary>a</summary>b</details>", "1 summary: a", "1 prose: b"],
  ["a footnote where it is written", "a[^x]\n\n[^x]: b\n\nc", "1 prose: a[^x]", "3 prose: b", "5 prose: c"],
  ["struck out text, twice", "a ~~b~~", "1 struck out: b", "1 prose: a b"],
  [
    "text struck out by a style",
    '<span style="text-decoration: line-through">a</span>',
    "1 struck out: a",
    "1 prose: a",
  ],
  [
    "tooltips and alternative texts",
    '![a](b "c") <abbr title="d">e</abbr>',
    "1 attribute: a",
    "1 attribute: c",
    "1 attribute: d",
    "1 prose: e",
  ],
  ["embedded content", '<iframe src="https://a.example"></iframe>', "1 attribute: https://a.example"],
  [
    "front matter, key by key",
    "---\na: b\nc:\n  - d\n  - e: f\n---\n\ng",
    "2 attribute: b",
    "3 attribute: d e f",
    "8 prose: g",
  ],
  ["front matter that is a string", "---\na\n---", "2 attribute: a"],
  ["attributes of a block tag", '{% tab title="a" %}\nb\n{% endtab %}', "1 attribute: a", "2 prose: b"],
  ["a block tag on the line of its text", '{% hint title="a" %} b {% endhint %}', "1 attribute: a", "1 prose: b"],
  ["a block tag right below a table", "| a |\n| - |\n{% endhint %}\nb", "1 table: a", "4 prose: b"],
  ["an unknown block tag", "{% include a %}", "1 attribute: include", "1 attribute: "],
  ["a block tag that is code", "`{% a %}`\n\n```\n{% b %}\n```", "1 prose: {% a %}", "4 code: {% b %}"],
  ["a title on a code fence", '```js title="a"\nb\n```', "1 attribute: a", "2 code: b"],
  ["Windows line endings, and a byte order mark", "\u{feff}# a\r\n\r\nb", "1 heading: a", "3 prose: b"],
])("%s", (_what, markdown, ...expected) => {
  expect(pieces(markdown)).toEqual(expected);
});

test.each<[string, string]>([
  ["comments", "<!-- a -->"],
  ["scripts, styles and templates", "<script>a</script>\n\n<style>b</style>\n\n<template>c</template>"],
  ["targets of links and images", '<a href="a" id="b"></a>\n\n![](c.png)\n\n[d]: e "f"'],
  ["rules", "---\n\n***\n\n<hr>"],
  [
    "presentation of a block",
    '{% hint style="info" icon="a" %}\n{% endhint %}\n\n{% code overflow="wrap" lineNumbers="true" fullWidth="false" expandable="true" %}\n{% endcode %}',
  ],
  [
    "starts and ends of blocks",
    "{% tabs %}\n{% tab %}\n{% stepper %}\n{% step %}\n{% columns %}\n{% column width='50%' %}",
  ],
  ["presentation of a page", "---\nicon: a\ncover: b.png\ncoverY: 0\nlayout:\n  title:\n    visible: true\n---"],
  [
    "presentation of a table",
    '<table data-view="cards" data-full-width="true"><thead><tr><th width="90" align="left"></th></tr></thead></table>',
  ],
])("dropped, because visitors cannot read it: %s", (_what, markdown) => {
  expect(readPieces(markdown).filter(({ text }) => text !== "")).toEqual([]);
});

test("a text has its unlinked part and the targets of its links", () => {
  expect(readPieces("a [b](c) <https://d.example>")).toEqual([
    { kind: "prose", text: "a b https://d.example", unlinked: "a", targets: ["c", "https://d.example"], line: 1 },
  ]);
});

test("the language of code is that of the innermost element", () => {
  const html = '<pre class="language-js"><code class="lang-json">a</code></pre>';
  expect(readPieces(`\`\`\`JSON\na\n\`\`\`\n\n${html}\n\n    b`)).toMatchObject([
    { language: "json" },
    { language: "json" },
    { language: "" },
  ]);
});

test("a caption is of an image or of something else", () => {
  const figure = (content: string) => `<figure>${content}<figcaption>b</figcaption></figure>\n\n`;
  const captions = readPieces(figure("<img src='a'>") + figure("<pre>a</pre>") + figure("<table></table>"));
  expect(captions.filter(({ kind }) => kind === "caption")).toMatchObject([
    { of: "image" },
    { of: "other" },
    { of: "other" },
  ]);
});
