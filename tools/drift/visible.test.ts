/** Everything visible on the page is checked: unless it is a known fact or the site's furniture, it is reported. */
import { describe, expect, test } from "vitest";
import { checkPage } from "./compare.js";
import { differencesAfter, facts, type Name, page } from "./fixtures/pages.js";

type Edit = [what: string, name: Name, from: string | RegExp, to: string, reported: string];

const check = (_what: string, name: Name, from: string | RegExp, to: string, reported: string) => {
  expect(differencesAfter(name, from, to)).toContain(reported);
};

describe("text after the label of a sample", () => {
  test.each<Edit>([
    [
      "a sentence",
      "cfc",
      "Success - HTTP Status Code - 200",
      "Success - HTTP Status Code - 200. The label can be used once",
      '56: remarks › Sample Response: facts nothing, page # "Success - HTTP Status Code - 200. The label can be used once"',
    ],
    [
      "a word in parentheses",
      "cfc",
      "Error - HTTP Status Code - 500",
      "Error - HTTP Status Code - 500 (deprecated)",
      '66: remarks › Sample Response: facts nothing, page # "Error - HTTP Status Code - 500 (deprecated)"',
    ],
    [
      "text after a bold label",
      "gls",
      "**Response Body**\n\n```\nNO_WAY",
      "**Response Body**, compressed\n\n```\nNO_WAY",
      '130: remarks › Sample Request and Response: facts nothing, page # "Response Body, compressed"',
    ],
    [
      "a second status",
      "cfc",
      "Error - HTTP Status Code - 500",
      "Error - HTTP Status Code - 500 or 503",
      '66: remarks › Sample Response: facts nothing, page # "Error - HTTP Status Code - 500 or 503"',
    ],
    [
      "a label without a sample",
      "cfc",
      "### API Validations",
      "Error - HTTP Status Code - 429\n\n### API Validations",
      '78: remarks › Sample Response: facts nothing, page # "Error - HTTP Status Code - 429"',
    ],
    [
      "another label above a label",
      "cfc",
      "Error - HTTP Status Code - 500",
      "Error - HTTP Status Code - 502\n\nError - HTTP Status Code - 500",
      '66: remarks › Sample Response: facts nothing, page # "Error - HTTP Status Code - 502"',
    ],
  ])("%s", check);
});

describe("GitBook's blocks and their attributes", () => {
  const url = "{{BASE_URL}}/parcels/v2/reserve/{{carrier}}?labelName={name}";
  test.each<Edit>([
    [
      "a hint on one line",
      "cfc",
      "### Request Method",
      '{% hint style="warning" %} Ask your depot first. {% endhint %}\n\n### Request Method',
      '5: remarks › Reserve a Label › #: facts nothing, page "Ask your depot first."',
    ],
    [
      "the title of a code block",
      "cfc",
      `\`\`\`\n${url}\n\`\`\``,
      `{% code title="From 2031 on" overflow="wrap" %}\n\`\`\`\n${url}\n\`\`\`\n{% endcode %}`,
      '11: title of code in Request URL: facts nothing, page "From 2031 on"',
    ],
    [
      "the title of a code fence",
      "cfc",
      `\`\`\`\n${url}`,
      `\`\`\`http title="From 2031 on"\n${url}`,
      '11: title of code in Request URL: facts nothing, page "From 2031 on"',
    ],
    [
      "the title of a tab",
      "gls",
      "| HTTP Status Code | Description           |",
      '{% tabs %}\n{% tab title="Northern depots" %}\n| HTTP Status Code | Description           |',
      '33: title of tab in Response Status Codes: facts nothing, page "Northern depots"',
    ],
    [
      "the method of a swagger block",
      "gls",
      "### Request Headers",
      '{% swagger method="post" path="/crates/reserve" baseUrl="{{base_url}}" %}\n{% endswagger %}\n\n### Request Headers',
      '13: method: facts "GET", page "POST"',
    ],
    [
      "the path of an operation",
      "gls",
      "### Request Headers",
      '{% openapi-operation spec="crates" path="/crates/v2" method="get" %}\n{% endopenapi-operation %}\n\n### Request Headers',
      '13: path: facts "/crates/reserve", page "/crates/v2"',
    ],
    [
      "whether a parameter is required",
      "gls",
      "### Request Path Params",
      '{% swagger-parameter in="header" name="x-depot-id" required="false" %}\n{% endswagger-parameter %}\n\n### Request Path Params',
      '20: required of swagger-parameter in Request Headers: facts nothing, page "false"',
    ],
    [
      "the status of a response",
      "gls",
      "### Response Schema",
      '{% swagger-response status="429: Too Many Requests" description="" %}\n{% endswagger-response %}\n\n### Response Schema',
      '38: status of swagger-response in Response Status Codes: facts nothing, page "429: Too Many Requests"',
    ],
    [
      "an unknown block",
      "cfc",
      /$/,
      '\n{% updates format="full" %}\n{% endupdates %}\n',
      '87: tag of block in API Constraints: facts nothing, page "updates"',
    ],
    [
      "an unterminated tag",
      "cfc",
      "Senders need a contract.",
      "Senders need a contract. {% hint",
      '85: constraints › #: facts nothing, page "Senders need a contract. {% hint"',
    ],
    [
      "the tooltip of a word",
      "gls",
      "The depot says no.",
      '<span title="Only at night">The depot says no.</span>',
      '35: title of span in Response Status Codes: facts nothing, page "Only at night"',
    ],
  ])("%s", check);
});

describe("content above the title", () => {
  const above = (what: string, text: string, reported: string): Edit => [what, "cfc", /^/, `${text}\n\n`, reported];
  test.each<Edit>([
    above(
      "front matter",
      "---\nicon: tag\ndescription: >-\n  Deprecated. Use\n  version 3.\n---",
      '3: description of front matter above the title: facts nothing, page "Deprecated. Use version 3."',
    ),
    above(
      "another title in the front matter",
      "---\ntitle: Reserve a Label (Beta)\n---",
      '2: title of front matter above the title: facts nothing, page "Reserve a Label (Beta)"',
    ),
    above("a quotation", "> Deprecated.", '1: remarks › above the title: facts nothing, page # "Deprecated."'),
    above(
      "a hint",
      '{% hint style="danger" %}\nNo labels in May.\n{% endhint %}',
      '2: remarks › above the title: facts nothing, page # "No labels in May."',
    ),
    above(
      "HTML",
      "<p>Only for couriers.</p>",
      '1: remarks › above the title: facts nothing, page # "Only for couriers."',
    ),
    above("another heading", "# Deprecated", "1: headings › Deprecated: facts nothing, page has it"),
    above(
      "a sentence after the site's pointer to its index",
      "> For the documentation index, see [llms.txt](https://docs.example/llms.txt). This API is going away.",
      '1: remarks › above the title: facts nothing, page # "For the documentation index, see llms.txt. This API is going away."',
    ),
  ])("%s", check);
});

describe("captions, summaries and footnotes", () => {
  test.each<Edit>([
    [
      "the caption of a table",
      "cfc",
      /\| HTTP Status Code[^#]*/,
      "<table><caption>On weekdays</caption><thead><tr><th>HTTP Status Code</th><th>Description</th></tr></thead><tbody><tr><td>200</td><td>Handled, for good or ill.</td></tr><tr><td>401</td><td>Nobody knows the sender.</td></tr><tr><td>500</td><td>The depot is out of order.</td></tr></tbody></table>\n\n",
      '40: remarks › Response Status Codes: facts nothing, page # "On weekdays"',
    ],
    [
      "the caption of a figure with a number",
      "cfc",
      "### Request Method",
      '<figure><img src="a.png" alt=""><figcaption><p>At most 5 labels a minute</p></figcaption></figure>\n\n### Request Method',
      '5: remarks › Reserve a Label › #: facts nothing, page "At most 5 labels a minute"',
    ],
    [
      "the alternative text of an image",
      "gls",
      "### Request Method",
      "![Crates are no longer free](a.png)\n\n### Request Method",
      '3: alt of img in Reserve a Crate: facts nothing, page "Crates are no longer free"',
    ],
    [
      "the caption of code",
      "gls",
      "```\n{{base_url}}/crates/reserve\n```",
      "<figure><pre><code>{{base_url}}/crates/reserve\n</code></pre><figcaption>Northern depots</figcaption></figure>",
      '10: remarks › Request URL: facts nothing, page # "Northern depots"',
    ],
    [
      "the summary of a folded sample",
      "cfc",
      "```json\n[",
      "<details>\n\n<summary>Only at night</summary>\n\n```json\n[",
      '70: remarks › Sample Response: facts nothing, page # "Only at night"',
    ],
    [
      "a footnote",
      "gls",
      "The depot says no.    |",
      "The depot says no.[^1] |",
      '35: statuses › 403 › digest: facts "#", page "#" for "The depot says no.[^1]"',
    ],
    [
      "the content of a footnote",
      "gls",
      /$/,
      "\n[^1]: Twice a day.\n",
      '144: constraints › #: facts nothing, page "Twice a day."',
    ],
  ])("%s", check);
});

describe("duplicates, and content after the site's instructions", () => {
  const url = "```\n{{base_url}}/crates/reserve\n```";
  const instructions = "\n---\n\n# Agent Instructions\n\nAsk a question about the documentation.";
  test.each<Edit>([
    [
      "a second block of code with a URL",
      "gls",
      url,
      `${url}\n\n\`\`\`\n{{base_url}}/crates/v2\n\`\`\``,
      '14: code in Request URL: facts nothing, page "{{base_url}}/crates/v2"',
    ],
    [
      "a second line below the URL",
      "gls",
      url,
      "```\n{{base_url}}/crates/reserve\n{{base_url}}/crates/v2\n```",
      '10: code in Request URL: facts nothing, page "{{base_url}}/crates/reserve\\n{{base_url}}/crates/v2"',
    ],
    [
      "a second URL in a sentence",
      "gls",
      url,
      `${url}\n\nor \`{{base_url}}/crates/v2\``,
      '13: remarks › Request URL: facts nothing, page # "or {{base_url}}/crates/v2"',
    ],
    ["a second method", "gls", "GET\n", "GET\n\nPOST\n", '7: remarks › Request Method: facts nothing, page # "POST"'],
    [
      "a second URL of a command",
      "gls",
      "list=pears.csv' \\",
      "list=pears.csv' 'https://api.crates.example/v2' \\",
      "70: samples › success 200 › request › arguments: facts nothing, page https://api.crates.example/v2",
    ],
    [
      "a section after the instructions",
      "gls",
      /$/,
      `${instructions}\n\n## Quotas\n\nTen crates.\n`,
      "150: headings › Quotas: facts nothing, page has it",
    ],
    [
      "a sentence after the instructions",
      "gls",
      /$/,
      `${instructions}\n\nCrates are deleted at night.\n`,
      '150: constraints › #: facts nothing, page "Crates are deleted at night."',
    ],
    [
      "a sentence among the instructions",
      "gls",
      /$/,
      `${instructions} A crate expires.\n`,
      '148: constraints › #: facts nothing, page "Ask a question about the documentation. A crate expires."',
    ],
  ])("%s", check);
});

describe("the credential and the signature of a sample's URL", () => {
  const query = "samples › success 200 › body › labelUrl › query";
  test.each<Edit>([
    [
      "a permanent key in place of a temporary one",
      "cfc",
      "ASIAEXAMPLE",
      "AKIAEXAMPLE",
      `61: ${query} › X-Amz-Credential: facts "ASIA[redacted]/[date]/nowhere-1/s3/aws4_request", page "AKIA[redacted]/[date]/nowhere-1/s3/aws4_request"`,
    ],
    [
      "no session token",
      "cfc",
      /X-Amz-Security-Token=[^&]*&/,
      "",
      `61: ${query} › X-Amz-Security-Token: facts "[redacted]", page nothing`,
    ],
    [
      "an added session token",
      "gls",
      "?X-Amz-Algorithm",
      "?X-Amz-Security-Token=abc&X-Amz-Algorithm",
      '84: samples › success 200 › body › result › crateUrl › query › X-Amz-Security-Token: facts nothing, page "[redacted]"',
    ],
    [
      "another signed parameter",
      "cfc",
      "&X-Amz-Expires",
      "&x-amz-acl=private&X-Amz-Expires",
      `61: ${query} › x-amz-acl: facts nothing, page "private"`,
    ],
    [
      "another region",
      "cfc",
      "nowhere-1%2Fs3",
      "nowhere-2%2Fs3",
      `61: ${query} › X-Amz-Credential: facts "ASIA[redacted]/[date]/nowhere-1/s3/aws4_request", page "ASIA[redacted]/[date]/nowhere-2/s3/aws4_request"`,
    ],
    [
      "no signature",
      "cfc",
      /&X-Amz-Signature=\w+/,
      "",
      `61: ${query} › X-Amz-Signature: facts "[redacted]", page nothing`,
    ],
  ])("%s", check);
});

test.each<Name>(["cfc", "gls"])("a word anywhere on the page %s is reported", (name) => {
  const markdown = page(name);
  // Visible positions: after a word, but not after a fence's language, in a tag, or in a table's delimiter row.
  const places = [...markdown.matchAll(/(?<=[\p{L}\p{N}.,;:)}\]'">])(?= |\n|<(?!a ))/gu)]
    .map(({ index }) => index)
    .filter((index) => !/```\w*$|<\/?\w*$|href="[^"]*"$|id="[^"]*"$/.test(markdown.slice(0, index)));
  expect(places.length).toBeGreaterThan(150);
  let seed = Number(process.env["SEED"] ?? Date.now() % 1000);
  console.log(`SEED=${seed}`);
  for (let i = 0; i < 40; i++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    const index = places[seed % places.length] ?? 0;
    const checked = checkPage(facts[name], `${markdown.slice(0, index)} zebra${markdown.slice(index)}`);
    const place = markdown.slice(index - 30, index);
    expect(checked, place).not.toHaveProperty("error");
    expect(checked, place).not.toHaveProperty("differences", []);
  }
});
