/** Every visible edit of a page is reported, and no other. */
import { expect, test } from "vitest";
import { compared, edited, known, type Name, page } from "./fixtures/pages.js";

type Edit = [what: string, name: Name, from: string | RegExp, to: string | ((match: string) => string)];

test.each<Name>(["cfc", "gls"])("the unchanged page %s has no difference", (name) => {
  expect(compared(name, page(name))).toEqual({ added: [], moved: [], gone: [], share: 1 });
});

const sentence = "A list has a name.\n";

test.each<Edit>([
  ["another method", "cfc", /^GET$/m, "POST"],
  ["a renamed query parameter", "cfc", "?labelName=", "?label="],
  ["a reordered enum", "cfc", "A4, A5, ROLL", "A5, A4, ROLL"],
  ["an enum reordered across lines", "cfc", "<p>bike,</p><p>train</p>", "<p>train,</p><p>bike</p>"],
  ["an enum value spelled differently", "cfc", "NO\\_PASS, DEPOT", "NOPASS, DEPOT"],
  ["a line break in a value", "cfc", "DEPOT\\_FULL, ", "DEPOT<br>FULL, "],
  ["a value struck out", "cfc", "A4, A5, ROLL", "A4, ~~A5~~, ROLL"],
  ["a value commented out", "cfc", "A4, A5, ROLL", "A4, <!-- A5, -->ROLL"],
  ["a value hidden", "cfc", "A4, A5, ROLL", "A4, <span hidden>A5, </span>ROLL"],
  ["a value raised", "cfc", "MaxLength: 80", "MaxLength: 8<sup>0</sup>"],
  ["a value as an image", "cfc", "MaxLength: 80", "![MaxLength: 80](a.png)"],
  ["a letter of another alphabet", "cfc", "| carrier ", "| cаrrier "],
  ["another limit", "cfc", "MaxLength: 80", "MaxLength: 81"],
  ["a word removed", "gls", "only 2 hours", "2 hours"],
  ["mandatory turned optional", "gls", "Mandatory. Which", "Optional. Which"],
  ["a surplus cell", "cfc", "Nobody knows the sender.   |", "Nobody knows the sender. | No more |"],
  ["a cell moved beyond the last column", "cfc", /MaxLength: 80 +\| (What.*\|)/, " | $1 MaxLength: 80 |"],
  ["two cells made one", "cfc", "| String    | MaxLength: 80 ", "| String \\| MaxLength: 80 "],
  ["a column removed", "cfc", /\| HTTP Status Code \| Description .*\n.*\n/, "| HTTP Status Code |\n| --- |\n"],
  ["two columns exchanged in the header", "gls", "Data Type    | Field Callouts ", "Field Callouts | Data Type "],
  ["a row removed", "gls", /\| notes .*\n/, ""],
  ["a row repeated", "cfc", /(\| 401 .*\n)/, "$1$1"],
  ["a row commented out", "cfc", /(\| 401 .*)\n/, "<!-- $1 -->\n"],
  ["the labels of two samples exchanged", "cfc", /(Success.*200)([\s\S]*)(Error.*500)/, "$3$2$1"],
  ["the headings of two samples exchanged", "gls", /Code 406([\s\S]*)Code 403/, "Code 403$1Code 406"],
  ["the headings of two tables exchanged", "cfc", /Path Params([\s\S]*)Query Params/, "Query Params$1Path Params"],
  ["a number for a string in a sample", "gls", '"code": "406"', '"code": 406'],
  ["a repeated key in a sample", "cfc", '"attempts": 3,', '"attempts": 3, "attempts": 3,'],
  ["a sample that is no longer JSON", "cfc", '"attempts": 3,', '"attempts": 3'],
  ["a plain text turned into JSON", "gls", "NO_WAY\n```", '"NO_WAY"\n```'],
  ["a signed header removed", "cfc", "content-type%3Bhost", "host"],
  ["the session token removed", "cfc", /X-Amz-Security-Token=[^&]*&/, ""],
  ["another option of curl", "gls", "curl -X 'GET' \\", "curl --request 'GET' \\"],
  ["two lines of code joined", "gls", / \\\n {2}-H 'accept/, " -H 'accept"],
  ["a sentence commented out", "gls", sentence, `<!-- ${sentence.trim()} -->\n`],
  ["a sentence as a definition", "gls", sentence, `[//]: # (${sentence.trim()})\n`],
  ["a sentence struck out", "gls", sentence, `~~${sentence.trim()}~~\n`],
  ["a sentence in a template", "gls", sentence, `<template>${sentence.trim()}</template>\n`],
  ["a sentence in a tooltip", "gls", sentence, `<span title="${sentence.trim()}"></span>\n`],
  ["a sentence in an unused footnote", "gls", sentence, `[^1]: ${sentence}`],
  ["a section hidden", "cfc", /### API Constraints[\s\S]*/, '<div style="display:none">\n\n$&\n\n</div>\n'],
  ["a section commented out", "cfc", /### API Constraints[\s\S]*/, "<!--\n$&\n-->\n"],
  ["a deprecation in the front matter", "cfc", /^/, "---\ndescription: Deprecated.\n---\n\n"],
  ["front matter that is text", "cfc", /^/, "---\nLabels are no longer free.\n---\n\n"],
  ["a hint", "cfc", "### Request Method", '{% hint style="danger" %}\nGone in May.\n{% endhint %}\n\n$&'],
  ["the title of a tab", "gls", /(```\nNO_WAY\n```)/, '{% tab title="At night" %}\n$1\n{% endtab %}'],
  ["a quotation", "cfc", "### Request Method", "> Deprecated.\n\n$&"],
  ["a new section", "cfc", "### Request Body", "### Limits\n\n$&"],
  ["a title", "cfc", "# Reserve a Label", "# Reserve a Label (Beta)"],
])("%s is reported", (_what, name, from, to) => {
  const { added, moved, gone } = compared(name, edited(name, from, to));
  expect([...added, ...moved, ...gone]).not.toEqual([]);
});

const statusRows = [...page("cfc").matchAll(/^\| (HTTP Status Code|\d{3}) +\| (.*?) +\|$/gm)]
  .map(([, status, text]) => `<tr><td width="90">${status}</td><td><b>${text}</b></td></tr>`)
  .join("");

test.each<Edit>([
  ["Windows line endings and a byte order mark", "gls", /^[\s\S]*$/, `\u{feff}${page("gls").replaceAll("\n", "\r\n")}`],
  ["narrow columns", "gls", / {2,}\|/g, " |"],
  ["aligned columns", "gls", "| ---------------- | --------------------- |", "| :--- | ---: |"],
  ["paragraphs and line breaks in cells", "cfc", /<p>(Enum:)<\/p><p>(.*?)<\/p><p><\/p>/, "$1<br/>$2"],
  ["a list in a cell", "cfc", "<p>bike,</p><p>train</p>", "<ul><li>bike,</li><li>train</li></ul>"],
  ["a table as HTML", "cfc", /\| HTTP Status Code[^#]*/, `<table data-view="a">${statusRows}</table>\n\n`],
  ["character references", "gls", "The path is fixed.", "The&#x20;path&nbsp;is&#32;fixed.&#x20;"],
  ["escapes", "cfc", /x-parcel-pass|NO\\_PASS/g, (match) => match.replace(/-/g, "\\-").replace("\\_", "_")],
  ["spaces and invisible characters", "gls", "Nobody can read", "Nobody\u{a0}can\u{2009}re\u{200b}ad\u{ad}"],
  [
    "quotes, dashes and ligatures",
    "cfc",
    /'s pass|bike - Near|flowers"/g,
    (match) => match.replace("'", "’").replace("-", "—").replace("fl", "ﬂ").replace('"', "”"),
  ],
  ["bold, code and links", "gls", "Nobody can read that", '**Nobody** `can` [read](a "b") <mark>that</mark>'],
  ["headings at another level, bold, with an anchor", "cfc", /^### (.*)/gm, '## **$1** <a href="#a" id="a"></a>'],
  ["an underlined heading", "gls", "# Reserve a Crate", "Reserve a Crate\n==============="],
  ["a label as a heading", "cfc", "Error - HTTP", "#### Error - HTTP"],
  ["a heading as a bold label", "gls", "#### Sample Success", "**Sample Success**"],
  ["bullets instead of numbers", "cfc", /^\d\. /gm, "* "],
  ["the layout of JSON", "gls", '{\n  "status": 406,\n  "success": false,', '{"status":406, "success" :false,'],
  ["the indent of a command", "gls", "  -H 'accept", "      -H 'accept"],
  ["another fence", "gls", "```\nNO_WAY\n```", "~~~~text\nNO_WAY\n~~~~"],
  ["code as HTML", "gls", "```\nNO_WAY\n```", '<pre class="a"><code class="lang-text">NO_WAY\n</code></pre>'],
  ["code as text", "gls", /```\n(\{\{base_url.*)\n```/, "`$1`"],
  ["text as code", "cfc", /^GET$/m, "```http\nGET\n```"],
  ["comments", "cfc", /^(### Request Body|2\. )/gm, "<!-- Deprecated? -->\n$1"],
  ["a hidden paragraph", "cfc", /$/, '\n<p style="display:none">Deprecated.</p>\n'],
  ["tags around a table", "cfc", /(\| HTTP Status Code[^#]*\n)\n/, '{% hint style="info" %}\n$1{% endhint %}\n\n'],
  ["a fold around code", "cfc", /(```json\n\[[^`]*```)/, "<details>\n\n$1\n\n</details>"],
  ["front matter without text", "gls", /^/, "---\nicon: box\n---\n\n"],
  ["rows in another order", "cfc", /(\| 401 .*\n)(\| 500 .*\n)/, "$2$1"],
  ["sentences in another order", "cfc", /1\. (.*)\n2\. (.*)\n/, "1. $2\n2. $1\n"],
  ["a new signature", "cfc", /(?<=X-Amz-(?:Signature|Security-Token)=)[^&"]+/g, "c0ffee"],
])("%s: silent", (_what, name, from, to) => {
  expect(compared(name, edited(name, from, to))).toMatchObject({ added: [], moved: [], gone: [] });
});

test("a row that moved is reported with its new label, but not if the label is new as well", () => {
  const row = /\| labelName .*\n/.exec(page("cfc"))?.[0] ?? "";
  const markdown = edited("cfc", row, "").replace(/\| carrier .*\n/, `$&${row}`);
  const { added, moved, gone } = compared("cfc", markdown);
  expect({ added, gone }).toEqual({ added: [], gone: [] });
  expect(moved).toMatchObject([{ block: { line: 27 }, label: { text: "Request Path Params" } }]);
  const renamed = compared("cfc", edited("cfc", "### Request Query Params", "### Query"));
  expect({ added: renamed.added.length, moved: renamed.moved.length, gone: renamed.gone.length }).toEqual({
    added: 1,
    moved: 0,
    gone: 1,
  });
});

test.each<Name>(["cfc", "gls"])("a word added anywhere on the page %s is reported", (name) => {
  const markdown = page(name);
  // After a word, but not in a fence's language, a tag, or signature material.
  const places = [...markdown.matchAll(/(?<=[\p{L}\p{N}.,;:)}\]'">])(?= |\n|<(?!a ))/gu)]
    .map(({ index }) => index)
    .filter((index) => !/```\w*$|<\/?\w*$|href="[^"]*"$|id="[^"]*"$/.test(markdown.slice(0, index)));
  expect(places.length).toBeGreaterThan(150);
  // All of them at once, since reading a page is slow.
  const words = places.map((index, i) => `${markdown.slice(places[i - 1] ?? 0, index)} zebra${i}.`);
  const { added } = compared(name, words.join("") + markdown.slice(places.at(-1)));
  const reported = added.map(({ text }) => text).join();
  for (const [i, index] of places.entries()) {
    expect(reported.includes(`zebra${i}.`), markdown.slice(index - 30, index)).toBe(true);
  }
});

test("a fact on two blocks is gone with either", () => {
  for (const [from, line] of [
    ["(7200 seconds)", 0],
    ["only 2 hours", 1],
  ] as const) {
    const { gone } = compared("gls", edited("gls", from, "for good"));
    expect(gone).toMatchObject([{ facts: ["gls.validForSeconds (two hours)"] }]);
    expect([...known.gls.facts.keys()].indexOf(gone[0]?.digest ?? "")).toBe(1 + line);
  }
});
