/** A page is split into what a visitor sees, by line. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readBlocks } from "./blocks.js";

/** The blocks as "line kind: text", with a bar between cells. */
const blocks = (markdown: string) =>
  readBlocks(markdown).map(({ line, kind, text }) => `${line} ${kind}: ${text.replaceAll("\t", "|")}`);

test.each<[what: string, markdown: string, ...expected: string[]]>([
  ["headings and paragraphs", "# A\n\nb\nc\n\n## D ##\n", "1 heading: A", "3 text: b c", "6 heading: D"],
  ["each item of a list, by its text", "1. a\n2. b\n   * c", "1 text: a", "2 text: b", "3 text: c"],
  ["text between HTML blocks", "<div>a <b>b</b><p>c</p>d</div>", "1 text: a b", "1 text: c", "1 text: d"],
  ["a table by its rows", "| a | b |\n| - | - |\n| <p>c</p><p>d</p> | |", "1 row: a|b", "3 row: c d"],
  ["a cell beyond the last column", "| a |\n| - |\n| c | d |", "1 row: a", "3 row: c|d"],
  ["a missing cell, and an empty one", "| a | b |\n| - | - |\n| c |\n| | d |", "1 row: a|b", "3 row: c", "4 row: |d"],
  ["code by its lines", "```sh\na \\\n   b\n\nc\n```\n\n    d", "1 code: a \\\nb\nc", "8 code: d"],
  [
    "JSON without its layout",
    '```\n{ "b" : [1.0,\n"c  d: \\" e"],\t"a":2 }\n```',
    '1 code: {"b":[1.0,"c d: \\" e"],"a":2}',
  ],
  ["almost JSON by its lines", '```json\n{\n  "a": 1,\n}\n```', '1 code: {\n"a": 1,\n}'],
  ["a summary, a caption", "<details><summary>a</summary>b</details>", "1 text: a", "1 text: b"],
  ["struck-out text", "a ~~b~~ <s>c</s> <i style='text-decoration: line-through'>d</i>", "1 text: a ~~b~~ ~~c~~ ~~d~~"],
  ["a struck-out word in bold", "<del>a <b>b</b></del>", "1 text: ~~a b~~"],
  ["raised and lowered text, and quotations", "3<sup>6</sup> 1<sub>2</sub> <q>b</q>", '1 text: 3^6^ 1_2_ "b"'],
  [
    "images, boxes and frames",
    '![b](c "d") <input value="e"> <iframe src="f">',
    "1 text: [img b] [input e] [iframe f]",
  ],
  ["the boxes of a task list", "* [x] a\n* [ ] b", "1 text: [input checked] a", "2 text: [input] b"],
  [
    "footnotes, used or not",
    "a[^1]\n\n[^1]: b\n\n[^2]: c",
    "1 text: a[^1]",
    "3 text: [^1]",
    "3 text: b",
    "5 text: [^2]",
    "5 text: c",
  ],
  [
    "a description and an unknown key",
    "---\ndescription: a\nstatus: b\n---",
    "2 front matter: a",
    "3 front matter: status: b",
  ],
  ["front matter that is a sentence", "---\na\n---", "1 front matter: a"],
  ["front matter that is not YAML", "---\n**a\n---", "1 front matter: **a"],
  ["a rule and text, not front matter", "# a\n\n---\n\nb\n\n---", "1 heading: a", "5 text: b"],
  ["the title of a tag", '{% tab title="a" %}\nb\n{% endtab %}', "1 text: a", "2 text: b"],
  ["a tag right below a table", "| a |\n| - |\n{% endhint %}\nb", "1 row: a", "4 text: b"],
  ["tags on the line of their text, in a list", "* a\n\n  {% hint %} b\\_ {% endhint %}", "1 text: a", "3 text: b_"],
  ["the title on a fence", '```js title="a"\nb\n```', "1 text: a", "1 code: b"],
  ["a tag that adds content", "{% include a %}", "1 text: {% include a %}"],
  ["a fence in a fence", "```\n```js\n{% hint %}\n```", "1 code: ```js\n{% hint %}"],
  ["a tag that is code", "~~~\n{% hint %}\n```\n~~~\n\n{% hint %}", "1 code: {% hint %}\n```"],
])("%s", (_what, markdown, ...expected) => {
  expect(blocks(markdown)).toEqual(expected);
});

test.each<[what: string, markdown: string]>([
  ["comments", "<!-- a\n\nb -->\n\n[//]: # (c)"],
  [
    "what browsers do not render",
    "<script>a</script>\n\n<style>b</style>\n\n<template>c</template>\n\n<noscript>d</noscript>",
  ],
  ["hidden elements", "<p hidden>a</p><div hidden='until-found'>b</div><dialog>c</dialog><input type=hidden value=d>"],
  ["a hidden section", "<div hidden>\n\n# a\n\nb\n\n</div>"],
  ["hidden by style", '<p style="Display: NONE">a</p><p style="visibility:hidden">b</p><p style="font-size:0px">c</p>'],
  ["too faint to see", '<p style="opacity: 0.0">a</p><p style="color:#FFF">b</p><p style="left:-999px">c</p>'],
  ["hidden by class", '<p class="sr-only">a</p>'],
  ["targets and titles of links", '<a href="a" id="b" title="c"></a>\n\n[d]: e "f"'],
  ["rules and empty paragraphs", "---\n\n***\n\n<hr><p></p>\n\n&nbsp;"],
  [
    "presentation of a tag",
    '{% hint style="info" %}\n{% endhint %}\n\n{% code overflow="wrap" lineNumbers="true" %}\n{% endcode %}',
  ],
  ["presentation of a page", "---\nicon: a\ncover: b.png\nlayout:\n  title:\n    visible: true\n---"],
])("no visitor sees %s", (_what, markdown) => {
  expect(blocks(markdown)).toEqual([]);
});

test.each(["opacity: 0.5", "background-color: white", "min-width: 0", "font-size: 0.9em", "width: 90%"])(
  "the style %j hides nothing",
  (style) => {
    expect(blocks(`<p style="${style}">a</p>`)).toEqual(["1 text: a"]);
  },
);

test("a title or description that repeats the page is no block of its own", () => {
  expect(blocks("---\ntitle: a\ndescription: b\n---\n\n# a\n\nb")).toEqual(["6 heading: a", "8 text: b"]);
});

test("the digest of a block is that of its visible text", () => {
  const [block] = readBlocks("| **a** | “b”… e\u0301 – |\n| - | - |");
  expect(block?.digest).toBe(createHash("sha256").update('a\t"b"... \u00e9 -').digest("hex").slice(0, 12));
});

test("signature material is neither shown nor compared, but its presence is", () => {
  const url = (credential: string, signature: string) =>
    readBlocks(`https://a.example/?X-Amz-Credential=${credential}%2F2030&X-Amz-Signature=${signature}&b=c`)[0];
  const block = url("ASIACANARY", "canary");
  expect(block?.text).toBe("https://a.example/?X-Amz-Credential=ASIA[redacted]%2F2030&X-Amz-Signature=[redacted]&b=c");
  expect(url("ASIAOTHER", "other")?.digest).toBe(block?.digest);
  expect(url("AKIAOTHER", "other")?.digest).not.toBe(block?.digest);
});
