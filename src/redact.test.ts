import fc from "fast-check";
import { expect, test } from "vitest";
import { anyString } from "../test-support/any-string.js";
import { createRedactor } from "./redact.js";

const redact = (text: string, token: string) => createRedactor({ token, fields: [] }).text(text);
const redactValue = (value: unknown, token = TOKEN, fields: readonly string[] = []) =>
  createRedactor({ token, fields }).value(value);

const TOKEN = `canary+token/with="signs"'\\`;

/** Encodings in which a gateway may echo a string, alone or nested. */
const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ["unchanged", (text) => text],
  ["percent-encoded", encodeURIComponent],
  ["percent-encoded in lower case", (text) => encodeURIComponent(text).replace(/%../g, (byte) => byte.toLowerCase())],
  ["percent-encoded throughout", (text) => text.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`)],
  ["as a JSON string", (text) => JSON.stringify(text).slice(1, -1)],
  ["as a JSON string with escaped slashes", (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/")],
  ["in \\u escapes", (text) => text.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)],
  ["in \\x escapes", (text) => text.replace(/\W/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`)],
  ["in \\u{} escapes", (text) => text.replace(/\W/g, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`)],
  ["in decimal HTML entities", (text) => text.replace(/\W/g, (c) => `&#${c.charCodeAt(0)};`)],
  ["in hexadecimal HTML entities", (text) => text.replace(/./g, (c) => `&#x${c.charCodeAt(0).toString(16)};`)],
  [
    "in named HTML entities",
    (text) =>
      text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&apos;"),
  ],
  ["in decimal HTML entities without semicolons", (text) => text.replace(/./g, (c) => `&#${c.charCodeAt(0)}`)],
  [
    "in hexadecimal HTML entities without semicolons",
    (text) => text.replace(/./g, (c) => `&#x${c.charCodeAt(0).toString(16)}`),
  ],
  ["in base64", btoa],
  ["in base64, after one character", (text) => `x${btoa(text)}`],
  ["in base64, after two characters", (text) => `xy${btoa(text)}`],
  ["in base64, after three characters", (text) => `xyz${btoa(text)}`],
  ["in base64 for URLs", (text) => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")],
  ["as Basic credentials", (text) => `Basic ${btoa(`user:${text}`)}`],
  ["in upper case", (text) => text.toUpperCase()],
];

test.each(ENCODINGS)("removes a token that is echoed %s", (_name, encode) => {
  const text = `Bad token ${encode(TOKEN)} of Müller`;
  const redacted = redact(text, TOKEN);
  expect(redacted).toContain("[redacted]");
  expect(redacted.toLowerCase()).not.toContain(encode("canary").toLowerCase());
  expect(redacted.toLowerCase()).not.toContain("canary");
});

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
console.log(`SEED=${seed}`);

test("removes a token in any two nested encodings, and redacting again changes nothing", () => {
  const token = fc.stringMatching(/^[!-~]([ -~]{10,40}[!-~])$/);
  const text = fc.stringMatching(/^[a-z ]{0,20}$/);
  fc.assert(
    fc.property(
      token,
      fc.constantFrom(...ENCODINGS),
      fc.constantFrom(...ENCODINGS),
      text,
      (secret, one, other, around) => {
        // Base64 depends on the case, and is not looked for in base64.
        fc.pre(!/base64|Basic/.test(one[0]) || !/base64|Basic|upper/.test(other[0]));
        const encoded = other[1](one[1](secret));
        const redacted = redact(`${around} ${encoded} ${around}`, secret);
        return !redacted.includes(encoded) && redact(redacted, secret) === redacted;
      },
    ),
    { seed, numRuns: 500 },
  );
});

test.each([
  ["the text around a token stays", "a=canary-token b", "a=[redacted] b"],
  ["two tokens in a row", "canary-tokencanary-token", "[redacted][redacted]"],
  ["an encoded token removes the whole word", "a=canary%2Dtoken b", "[redacted] b"],
  ["an encoded token over several words", "canary-tok\\u0065 n", "canary-tok\\u0065 n"],
  ["a prefix of the token stays", "canary-toke", "canary-toke"],
])("%s", (_what, text, redacted) => {
  expect(redact(text, "canary-token")).toBe(redacted);
});

test("an escaped token with a space removes the whole string", () => {
  expect(redact("bad: canary \\u0074oken!", "canary token")).toBe("[redacted]");
});

test.each(["AbCd", "x"])("the short token %j is only matched exactly", (token) => {
  const other = `${token.toLowerCase()}!${token.toUpperCase()}!`.replaceAll(token, "");
  expect(redact(other, token)).toBe(other);
  expect(redact(`${token} ${token}`, token)).toBe("[redacted] [redacted]");
});

test("resolves four levels of escapes, and removes what has more", () => {
  const escaped = (levels: number, text: string) => `%${"25".repeat(levels - 1)}${text}`;
  expect(redact(escaped(4, "63anary-token"), "canary-token")).toBe("[redacted]");
  expect(redact(escaped(4, "41 b"), "canary-token")).toBe(escaped(4, "41 b"));
  expect(redact(escaped(5, "41 b"), "canary-token")).toBe("[redacted] b");
  expect(redact(escaped(9999, "41 b"), "canary-token")).toBe("[redacted]");
});

test.each([
  ["regular expression syntax", "(.*)+[a-z]{3}$^|?token"],
  ["a backslash at its end", "canary-token\\"],
  ["escapes of its own", "canary%41&amp;\\u0042"],
  ["spaces and quotes", `canary "to ken" '1'`],
])("removes a token with %s", (_what, token) => {
  for (const [, encode] of ENCODINGS) {
    expect(redact(`no: "${encode(token)}" .`, token)).not.toContain(encode(token));
  }
});

test("a token is looked for in base64 from four characters on", () => {
  expect(redact(btoa("abcdef"), "abc")).toBe(btoa("abcdef"));
  expect(redact(btoa("abcdef"), "abcd")).toBe("[redacted]");
});

test("removes a token in named HTML entities without semicolons", () => {
  expect(redact("a &quotcanary&amp-token b", `"canary&-token`)).toBe("a [redacted] b");
});

test("finds base64 for URLs with both of its characters, and of one form of an escaped token", () => {
  expect(redact("Pj4-Pz8_", ">>>???")).toBe("[redacted]");
  expect(redact(btoa("canary-token"), "canary%2Dtoken")).toMatch(/^\[redacted\]=*$/);
});

test.each(["", "u", "us", "use", "user:"])("finds base64 of %j and the percent-encoded token", (user) => {
  const once = encodeURIComponent(TOKEN);
  for (const text of [TOKEN.toUpperCase(), once, once.toLowerCase(), encodeURIComponent(once)]) {
    expect(redact(`Basic ${btoa(user + text)}`, TOKEN)).toMatch(/^Basic \[redacted\]=*$/);
  }
});

test("a string without a secret is unchanged", () => {
  const text = "50% of C:\\data\\u00e4 &amp; https://storage.clear.in/a.csv? see X-Amz-Date <b>1</b>";
  expect(redact(text, TOKEN)).toBe(text);
});

test.each([
  ["https://storage.clear.in/a?X-Amz-Signature=abc&x=1 end", "https://storage.clear.in/a?[redacted] end"],
  [
    '{"u":"https:\\/\\/storage.clear.in\\/a?secret=1","v":2}',
    '{"u":"https:\\/\\/storage.clear.in\\/a?[redacted]","v":2}',
  ],
  ["http://127.0.0.1:1/a?secret=1", "http://127.0.0.1:1/a?[redacted]"],
  ["http://user:secret@127.0.0.1/a", "http://[redacted]@127.0.0.1/a"],
  ["https://user:secret@host/a", "https://[redacted]@host/a"],
  ["https://u:p@ss@host/a", "https://[redacted]@host/a"],
  ["//u:secret@host/a", "//[redacted]@host/a"],
  ["X-Amz-Credential=AKIA&X-Amz-Date=1", "X-Amz-Credential=[redacted]&X-Amz-Date=[redacted]"],
  ["x-amz-security-token: abc", "x-amz-security-token: [redacted]"],
  ['"X-Amz-Signature": "abc"', '"X-Amz-Signature": "[redacted]"'],
  ["X-Amz-Signature : abc", "X-Amz-Signature : [redacted]"],
  ["X-Amz-Signature%3Dabc%26x end", "[redacted] end"],
  ["a\\u003fX-Amz-Signature\\u003dabc end", "[redacted] end"],
  ["a?X-Amz-Signature&#61;abc", "[redacted]"],
  ["https%3A%2F%2Fhost%2Fa%3Fsecret", "[redacted]"],
  ["https://storage.clear.in/a is public", "https://storage.clear.in/a is public"],
])("removes the secrets in %j", (text, redacted) => {
  expect(redact(text, TOKEN)).toBe(redacted);
});

test.each(ENCODINGS)("leaves no prefix of a token that is cut off %s", (_name, encode) => {
  const encoded = encode(TOKEN);
  for (const read of [6, encoded.length - 1]) {
    const redacted = redact(`${" ".repeat(16_384 - read)}${encoded}`, TOKEN);
    expect(redacted).toMatch(/^ *\[redacted\]$/);
    expect(redacted.length).toBeLessThanOrEqual(8192 + 10);
  }
});

test("leaves no prefix of a long token that is cut off", () => {
  const token = "canary".repeat(500);
  const escaped = token.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  expect(redact(`${"-".repeat(8192)}${escaped}`, token)).toBe("[redacted]");
  expect(redact(`${"-".repeat(8193)}${escaped}`, token)).toBe(`${"-".repeat(8192)}[redacted]`);
});

test("a string of up to 16,384 characters is shown, of a longer one half of that", () => {
  expect(redact("x".repeat(16_384), TOKEN)).toBe("x".repeat(16_384));
  expect(redact("x".repeat(16_385), TOKEN)).toBe(`${"x".repeat(8192)}[redacted]`);
  expect(redact("canary ".repeat(2000), "y")).toBe("[redacted]");
});

test.each([
  ["URLs", "http:".repeat(200_000)],
  ["slashes", "//".repeat(400_000)],
  ["percent-encoding", "%41 ".repeat(250_000)],
  ["escapes of escapes", "%25".repeat(300_000)],
  ["backslashes", "\\".repeat(900_000)],
  ["signature parameters", "x-amz-a".repeat(140_000)],
  ["base64", "A".repeat(1_000_000)],
])("shows little of a megabyte of %s", (_what, text) => {
  expect(redact(text, TOKEN).length).toBeLessThanOrEqual(8192 + 10);
  expect(JSON.stringify(redactValue({ [text]: text })).length).toBeLessThanOrEqual(50_000);
});

test.each([
  ["ones", "1", 8192],
  ["empty strings", '""', 16_383],
  ["words", '"abcdefg"', 2048],
  ["arrays", "[]", 16_383],
  ["objects", '{"a":1}', 4096],
  ["secrets", '{"url":"x"}', 4096],
])("shows the start of an array of 100,000 %s", (_what, item, shown) => {
  const value = JSON.parse(`[${Array(100_000).fill(item).join()}]`);
  const redacted = redactValue(value, TOKEN, ["url"]);
  expect(redacted).toHaveLength(shown);
  expect(redacted).toEqual(redactValue(value.slice(0, shown), TOKEN, ["url"]));
});

test("drops what follows a long string or many keys", () => {
  expect(redactValue({ a: "x".repeat(16_385), b: 1 })).toEqual({ a: `${"x".repeat(8192)}[redacted]` });
  const keys = Array.from({ length: 100_000 }, (_, i) => [`key-${i + 100_000}`, null]);
  expect(Object.keys(redactValue(Object.fromEntries(keys)) as object).length).toBeLessThan(2000);
});

test("redacts every string, number and key of a value", () => {
  const value = { canary: [{ "X-Amz-Signature": "abc", nested: "a canary" }, 1, true, null], url: "x", none: null };
  expect(redactValue(value, "canary", ["url", "none"])).toEqual({
    "[redacted]": [{ "X-Amz-Signature": "[redacted]", nested: "a [redacted]" }, 1, true, null],
    url: "[redacted]",
    none: null,
  });
  expect(redactValue({ "not-x-amz-date": "1" }, "canary")).toEqual({ "not-x-amz-date": "1" });
  expect(redactValue([12345, 1], "12345")).toEqual(["[redacted]", 1]);
  expect(redactValue(JSON.parse("[12345678901234567890123]"), "12345678901234567890123")).toEqual(["[redacted]"]);
});

test("drops what is nested deeper than ten levels, so that any value can be serialized", () => {
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    const deep = JSON.parse(`${open.repeat(8000)}1${close.repeat(8000)}`);
    const redacted = JSON.stringify(redactValue(deep));
    expect(redacted).toBe(`${open.repeat(10)}"[too deep]"${close.repeat(10)}`);
  }
});

test("a __proto__ key is a key like any other", () => {
  const value = JSON.parse('{"__proto__":{"a":"canary"}}');
  expect(JSON.stringify(redactValue(value, "canary"))).toBe('{"__proto__":{"a":"[redacted]"}}');
});

test("any value can be redacted, also again, and serialized", () => {
  const text = fc.oneof(anyString, fc.stringMatching(/^([%\\&#xu0-9a-f;/:@?=+ -]|\ud800){0,40}$/));
  const token = fc.constantFrom("x", "\\", "[", "e", "status", "redacted", "[redacted]", TOKEN);
  fc.assert(
    fc.property(fc.jsonValue(), text, token, (json, string, secret) => {
      const redacted = redactValue({ [string]: [string, json] }, secret);
      return JSON.stringify(redactValue(redacted, secret)) === JSON.stringify(redacted);
    }),
    { seed, numRuns: 200 },
  );
});
