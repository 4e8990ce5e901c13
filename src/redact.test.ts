import fc from "fast-check";
import { expect, test } from "vitest";
import { redact, redactValue } from "./redact.js";

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

test("removes a token in any two nested encodings", () => {
  const token = fc.stringMatching(/^[!-~]([ -~]{10,40}[!-~])$/);
  const text = fc.stringMatching(/^[a-z ]{0,20}$/);
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
  console.log(`SEED=${seed}`);
  fc.assert(
    fc.property(
      token,
      fc.constantFrom(...ENCODINGS),
      fc.constantFrom(...ENCODINGS),
      text,
      (secret, one, other, around) => {
        // Upper case cannot be undone within another encoding, and base64 is only decoded as the outermost one.
        fc.pre(!/base64|Basic|upper/.test(one[0]) || other[0] === "unchanged");
        fc.pre(!/base64|Basic|upper/.test(other[0]) || one[0] === "unchanged");
        const encoded = other[1](one[1](secret));
        return !redact(`${around} ${encoded} ${around}`, secret).includes(encoded);
      },
    ),
    { seed, numRuns: 2000 },
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

test("finds a token under seven levels of escapes, and looks no further", () => {
  const escaped = (levels: number) => `%${"25".repeat(levels - 1)}63anary-token`;
  expect(redact(escaped(7), "canary-token")).toBe("[redacted]");
  expect(redact(escaped(8), "canary-token")).toBe(escaped(8));
});

test("a token is looked for in base64 from four characters on", () => {
  expect(redact(btoa("abcdef"), "abc")).toBe(btoa("abcdef"));
  expect(redact(btoa("abcdef"), "abcd")).toBe("[redacted]");
});

test("finds base64 for URLs with both of its characters, and of one form of an escaped token", () => {
  expect(redact("Pj4-Pz8_", ">>>???")).toBe("[redacted]");
  expect(redact(btoa("canary-token"), "canary%2Dtoken")).toMatch(/^\[redacted\]=*$/);
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

test("does not leave a prefix of a token where it truncates", () => {
  const redacted = redact("x".repeat(16380) + TOKEN, TOKEN);
  expect(redacted.length).toBeLessThanOrEqual(16384);
  expect(redacted).not.toContain("canar");
});

test.each([
  ["URLs", "http:".repeat(200_000)],
  ["slashes", "//".repeat(400_000)],
  ["escapes of escapes", "%25".repeat(300_000)],
  ["backslashes", "\\".repeat(900_000)],
  ["signature parameters", "x-amz-a".repeat(140_000)],
  ["base64", "A".repeat(1_000_000)],
])("stays quick on a megabyte of %s", (_what, text) => {
  // The bound is the test's own timeout.
  expect(redact(text, TOKEN).length).toBeLessThanOrEqual(16384);
});

test("redacts every string, number and key of a value", () => {
  const value = { canary: [{ "X-Amz-Signature": "abc", nested: "a canary" }, 1, true, null], url: "x", none: null };
  expect(redactValue(value, { token: "canary", fields: ["url", "none"] })).toEqual({
    "[redacted]": [{ "X-Amz-Signature": "[redacted]", nested: "a [redacted]" }, 1, true, null],
    url: "[redacted]",
    none: null,
  });
  expect(redactValue({ "not-x-amz-date": "1" }, { token: "canary", fields: [] })).toEqual({ "not-x-amz-date": "1" });
  expect(redactValue([12345, 1], { token: "12345", fields: [] })).toEqual(["[redacted]", 1]);
});

test("drops what is nested deeper than ten levels, so that any value can be serialized", () => {
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    const deep = JSON.parse(`${open.repeat(8000)}1${close.repeat(8000)}`);
    const redacted = JSON.stringify(redactValue(deep, { token: TOKEN, fields: [] }));
    expect(redacted).toBe(`${open.repeat(10)}"[too deep]"${close.repeat(10)}`);
  }
});
