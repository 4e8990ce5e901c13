/** Every edit of a page that changes a fact is reported with its line. */
import { expect, test } from "vitest";
import { checkPage } from "./compare.js";
import { differencesAfter as differences, facts, type Name, page } from "./fixtures/pages.js";

test.each(["cfc", "gls"] as const)("the unchanged page %s has no difference", (name) => {
  expect(checkPage(facts[name], page(name))).toEqual({ differences: [], count: expect.any(Number) });
});

test.each<[string, Name, string | RegExp, string, ...string[]]>([
  ["another method", "cfc", /^GET$/m, "POST", '7: method: facts "GET", page "POST"'],
  [
    "another path",
    "cfc",
    "/v2/reserve/",
    "/v3/reserve/",
    '12: path: facts "/parcels/v2/reserve/{carrier}", page "/parcels/v3/reserve/{carrier}"',
  ],
  [
    "a query parameter renamed in the URL",
    "cfc",
    "?labelName=",
    "?label=",
    '12: query › label: facts nothing, page "{name}"',
    '12: query › labelName: facts "{name}", page nothing',
  ],
  [
    "another host in the URL of a request",
    "gls",
    "'https://api.crates.example",
    "'https://api2.crates.example",
    '70: samples › success 200 › request › url › origin: facts "https://api.crates.example", page "https://api2.crates.example"',
    "70: hosts › api2.crates.example: facts nothing, page has it",
  ],
  [
    "another host in the URL of a body",
    "cfc",
    "https://depot.example",
    "https://depot2.example",
    '61: samples › success 200 › body › labelUrl › origin: facts "https://depot.example", page "https://depot2.example"',
    "61: hosts › depot2.example: facts nothing, page has it",
    "61: hosts › depot.example: facts have it, page nothing",
  ],
  [
    "another path of a sample URL",
    "cfc",
    "example/labels/",
    "example/stickers/",
    '61: samples › success 200 › body › labelUrl › path: facts "/labels/[uuid]/[date]/flowers.pdf", page "/stickers/[uuid]/[date]/flowers.pdf"',
  ],
  [
    "another query parameter of a sample URL",
    "cfc",
    "X-Amz-Expires=1799",
    "X-Amz-Expires=900",
    '61: samples › success 200 › body › labelUrl › query › X-Amz-Expires: facts "1799", page "900"',
  ],
  [
    "a signed header removed",
    "cfc",
    "content-type%3Bhost",
    "host",
    '61: samples › success 200 › body › labelUrl › query › X-Amz-SignedHeaders: facts "content-type;host", page "host"',
  ],
  [
    "an enum value added",
    "cfc",
    "A4, A5, ROLL",
    "A4, A5, A6, ROLL",
    "20: parameters › header › paperFormat › enum › A6: facts nothing, page has it",
  ],
  [
    "an enum value removed",
    "cfc",
    "bike,</p><p>train",
    "bike",
    "26: parameters › path › carrier › enum › train: facts have it, page nothing",
  ],
  [
    "an enum value spelled differently",
    "cfc",
    "NO\\_PASS, DEPOT",
    "NOPASS, DEPOT",
    "52: fields › response › faultCode › enum › NOPASS: facts nothing, page has it",
    "52: fields › response › faultCode › enum › NO_PASS: facts have it, page nothing",
  ],
  [
    "a header renamed",
    "gls",
    "| x-crate-pass |",
    "| x-crate-token |",
    '17: parameters › header › x-crate-token: facts nothing, page type "string", mandatory, digests › description "Mandatory. The sender\'s pass"',
    '17: parameters › header › x-crate-pass: facts type "string", mandatory, digests › description "#", page nothing',
  ],
  [
    "another type",
    "gls",
    "| Integer ",
    "| String ",
    '42: fields › response › status › type: facts "integer", page "string"',
  ],
  [
    "a type without null",
    "gls",
    "Object/ Null | Null on success",
    "Object | Null on success",
    "45: fields › response › error › nullable: facts have it, page nothing",
  ],
  [
    "another limit",
    "cfc",
    "MaxLength: 80",
    "MaxLength: 81",
    "32: parameters › query › labelName › maxLength: facts 80, page 81",
  ],
  [
    "another length",
    "gls",
    "36 length UUID",
    "32 length UUID",
    "18: parameters › header › x-depot-id › length: facts 36, page 32",
  ],
  [
    "a new limit",
    "gls",
    "| list      | String    | NA ",
    "| list      | String    | MaxLength: 9 ",
    "28: parameters › query › list › maxLength: facts nothing, page 9",
  ],
  [
    "an extension removed",
    "gls",
    "csv, txt<br>",
    "csv<br>",
    "28: parameters › query › list › extensions › txt: facts have it, page nothing",
  ],
  [
    "a status added",
    "cfc",
    /(?=\| 500 )/,
    "| 429 | Too often. |\n",
    '44: statuses › 429: facts nothing, page digest "Too often."',
  ],
  ["a status removed", "cfc", /\| 401 .*\n/, "", '42: statuses › 401: facts digest "unknown sender", page nothing'],
  [
    "a field removed",
    "gls",
    /\| notes {5}\|.*\n/,
    "",
    '42: fields › response › notes: facts type "object", nullable, nullWhen "always", digests › limits "#", digests › description "#", page nothing',
  ],
  [
    "a field added",
    "gls",
    /(?=\| details )/,
    "| trace | String | NA | |\n",
    '60: fields › error › trace: facts nothing, page type "string", digests › description "#"',
  ],
  [
    "another null rule",
    "gls",
    "Null on error",
    "Null on success",
    '44: fields › response › result › nullWhen: facts "error", page "success"',
  ],
  [
    "a null rule removed",
    "cfc",
    "When there was no error, this will be null.",
    "",
    '52: fields › response › faultCode › nullWhen: facts "success", page nothing',
    '52: fields › response › faultCode › digests › description: facts "#", page "#" for "The fault. NO_PASS- No pass was shown."',
  ],
  [
    "a presence rule removed",
    "gls",
    "| Boolean      | Always returned ",
    "| Boolean      | NA ",
    '43: fields › response › success › returned: facts "always", page nothing',
  ],
  [
    "another value in a sample",
    "gls",
    '"word": "OK"',
    '"word": "DONE"',
    '83: samples › success 200 › body › result › word: facts "OK", page "DONE"',
  ],
  [
    "another JSON type in a sample",
    "gls",
    '"code": "406"',
    '"code": 406',
    '111: samples › error 406 › body › error › code: facts "406", page 406',
  ],
  [
    "null for false in a sample",
    "gls",
    '"success": false',
    '"success": null',
    "108: samples › error 406 › body › success: facts false, page null",
  ],
  [
    "an array that was empty",
    "cfc",
    '"hints": []',
    '"hints": {}',
    "73: samples › error 500 › body › [0] › hints: facts [], page {}",
  ],
  [
    "a key removed from a sample",
    "cfc",
    /"attempts": 3,/,
    "",
    "71: samples › error 500 › body › [0] › attempts: facts 3, page nothing",
  ],
  [
    "another text in a plain-text sample",
    "gls",
    "NO_WAY\n```",
    "GO_AWAY\n```",
    '133: samples › error 403 › body: facts "NO_WAY", page "GO_AWAY"',
  ],
  [
    "a plain-text sample turned into JSON",
    "gls",
    "```\nNO_WAY",
    '```json\n"NO_WAY"',
    '133: samples › error 403 › mediaType: facts "text", page "application/json"',
  ],
  [
    "a header renamed in a request",
    "gls",
    "-H 'x-depot-id: your-depot'",
    "-H 'x-depot: your-depot'",
    '73: samples › success 200 › request › headers › x-depot: facts nothing, page "your-depot"',
    '71: samples › success 200 › request › headers › x-depot-id: facts "your-depot", page nothing',
  ],
  [
    "another method in a request",
    "gls",
    "curl -X 'GET'",
    "curl -X 'PUT'",
    '69: samples › success 200 › request › method: facts "GET", page "PUT"',
  ],
  [
    "mandatory turned optional",
    "gls",
    "Mandatory. Which depot",
    "Optional. Which depot",
    "18: parameters › header › x-depot-id › mandatory: facts true, page false",
    '18: parameters › header › x-depot-id › digests › description: facts "#", page "#" for "Optional. Which depot"',
  ],
  [
    "another lifetime in a description",
    "cfc",
    "30 minutes",
    "45 minutes",
    "51: validForSeconds: facts 1800, page 2700",
  ],
  [
    "another lifetime in the limits",
    "gls",
    "(7200 seconds)",
    "(3600 seconds)",
    "53: validForSeconds: facts 7200, page 3600",
  ],
  [
    "another lifetime in the text",
    "gls",
    "only 2 hours",
    "only 3 hours",
    "142: validForSeconds: facts 7200, page 10800",
  ],
  [
    "a lifetime removed",
    "cfc",
    " It can be used for 30 minutes.",
    "",
    '51: fields › response › labelUrl › digests › description: facts "#", page "#" for "Where to put the label."',
    "1: validForSeconds: facts 1800, page nothing",
  ],
  [
    "a validation removed",
    "cfc",
    "2. Carrier and paper are known.\n",
    "",
    '80: validations › #: facts "known carrier and paper", page nothing',
  ],
  [
    "a validation added",
    "gls",
    "A list has a name.",
    "A list has a name.\n\nIt is short.",
    '140: validations › #: facts nothing, page "It is short."',
  ],
  [
    "a constraint reworded",
    "cfc",
    "Senders need a contract.",
    "Senders need two contracts.",
    '85: constraints › #: facts nothing, page "Senders need two contracts."',
    '85: constraints › #: facts "a contract", page nothing',
  ],
  [
    "a description reworded",
    "gls",
    "Kept free.",
    "Kept for you.",
    '46: fields › response › notes › digests › description: facts "#", page "#" for "Kept for you."',
  ],
  [
    "a sample removed",
    "cfc",
    /Error - HTTP[^`]*```[^`]*```\n/,
    "",
    '59: samples › error 500: facts status 500, mediaType "application/json", body › [0] › faultCode "BROKEN", body › [0] › attempts 3, body › [0] › hints [], page nothing',
  ],
  [
    "a sample added",
    "cfc",
    "### API Validations",
    'Error - HTTP Status Code - 401\n\n```json\n{ "a": 1 }\n```\n\n### API Validations',
    '81: samples › error 401: facts nothing, page status 401, mediaType "application/json", body › a 1',
  ],
  [
    "a request body added",
    "cfc",
    "Nothing is sent.",
    "Send a form.",
    '36: remarks › Request Body › #: facts nothing, page "Send a form."',
    '36: remarks › Request Body › #: facts "none", page nothing',
  ],
  [
    "a new section",
    "cfc",
    "### Request Body",
    "### Limits\n\n### Request Body",
    "34: headings › Limits: facts nothing, page has it",
  ],
])("%s is reported", (_what, name, from, to, ...expected) => {
  expect(differences(name, from, to).sort()).toEqual(expected.sort());
});

test.each<[string, Name, string | RegExp, string, string]>([
  [
    "a table in a section without tables",
    "cfc",
    "Nothing is sent.",
    "Nothing is sent.\n\n| Field |\n| ----- |\n| a     |",
    '38: table in Request Body: facts nothing, page "Field a"',
  ],
  [
    "code in a section without code",
    "cfc",
    "Nothing is sent.",
    "Nothing is sent.\n\n```\n{}\n```",
    '39: code in Request Body: facts nothing, page "{}"',
  ],
  [
    "a new column",
    "cfc",
    /\| HTTP Status Code \| Description (.*)\n\| -+ \|/,
    "| HTTP Status Code | Since | Description |\n| --- | --- |",
    "40: statuses › columns › Since: facts nothing, page has it",
  ],
  [
    "a removed column",
    "cfc",
    "| HTTP Status Code | Description",
    "| HTTP Status Code | Data Type",
    "40: statuses › columns › description: facts have it, page nothing",
  ],
  [
    "a cell beyond the last column",
    "cfc",
    "Nobody knows the sender.   |",
    "Nobody knows | the sender.   |",
    "43: statuses › 401: facts one cell under each column, page 3 cells under 2 columns",
  ],
  [
    "a repeated row",
    "cfc",
    /(?=\| 500 )/,
    "| 401 | Nobody knows the sender. |\n",
    "44: statuses › 401: facts one, page another",
  ],
  [
    "a repeated field",
    "gls",
    /(?=\| details )/,
    "| code | String | Always returned in case of any error | A number in quotes |\n",
    "60: fields › error › code: facts one, page another",
  ],
  [
    "a repeated key in a sample",
    "cfc",
    '"attempts": 3,',
    '"attempts": 3, "attempts": 3,',
    "72: samples › error 500 › body › attempts: facts one, page another",
  ],
  [
    "a sample that is no longer JSON",
    "cfc",
    '"attempts": 3,',
    '"attempts": 3',
    '69: samples › error 500 › body › [0]: facts faultCode "BROKEN", attempts 3, hints [], page nothing',
  ],
  [
    "a second body in a sample",
    "gls",
    "```\nNO_WAY\n```",
    "```\nNO_WAY\n```\n\n```\nNO\n```",
    '137: code in Sample Request and Response: facts nothing, page "NO"',
  ],
  [
    "a value struck out",
    "cfc",
    "A4, A5, ROLL",
    "A4, ~~A5~~, ROLL",
    '20: struck out in Request Headers: facts nothing, page "A5"',
  ],
  [
    "another argument of curl",
    "gls",
    "curl -X 'GET' \\",
    "curl -X 'GET' --data a=1 \\",
    "69: samples › success 200 › request › arguments: facts nothing, page --data, a=1",
  ],
  [
    "a table above the title",
    "gls",
    "# Reserve a Crate",
    "| a |\n| - |\n| b |\n\n# Reserve a Crate",
    '1: table above the title: facts nothing, page "a b"',
  ],
])("%s is reported", (_what, name, from, to, expected) => {
  expect(differences(name, from, to)).toContain(expected);
});

test("a reported sample contains no signature material, even if it is no longer JSON", () => {
  const reported = differences("cfc", /"faultCode": null\n}\n```/, "faultCode\n```").join("\n");
  expect(reported).toContain("depot.example");
  expect(reported).not.toMatch(/deadbeef|AKIAEXAMPLE/);
});

test.each<[string, string, RegExp]>([
  ["a page without its title", page("cfc").replace(/^# .*/, ""), /^it has no title$/],
  [
    "the other API's page",
    page("gls"),
    /^it is another page: it has \d+ of the 75 facts of https:\/\/docs\.example\/parcels\//,
  ],
  ["another text", "# Reserve a Label\n\nMoved.\n", /^it is another page: it has 1 of the 75 facts/],
])("%s is an error", (_what, markdown, error) => {
  expect(checkPage(facts.cfc, markdown)).toEqual({ error: expect.stringMatching(error) });
});

test("a page is recognized by its facts, even with another title", () => {
  expect(differences("cfc", "# Reserve a Label", "# Reserve a Label (Beta)")).toContain(
    "1: headings › Reserve a Label (Beta): facts nothing, page has it",
  );
});
