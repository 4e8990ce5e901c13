import fc from "fast-check";
import { expect, test } from "vitest";
import { anyString } from "../../test-support/any-string.js";
import { escapeLine, jsonLine } from "./escape.js";

test.each([
  ["a newline", "a\nb", "a\\x0ab"],
  ["a carriage return", "a\rb", "a\\x0db"],
  ["an escape sequence", "\u001b[31mred\u0007", "\\x1b[31mred\\x07"],
  ["DEL and C1 controls", "\u007f\u0085\u009b31m", "\\x7f\\x85\\x9b31m"],
  ["bidi controls", "\u202evsc.\u202c\u2066\u061c\u200f", "\\u{202e}vsc.\\u{202c}\\u{2066}\\u{061c}\\u{200f}"],
  ["zero-width characters", "\u200b\u200d\ufeff\u00ad", "\\u{200b}\\u{200d}\\u{feff}\\xad"],
  ["line separators", "\u2028\u2029", "\\u{2028}\\u{2029}"],
  ["tag characters", "\u{e0041}", "\\u{e0041}"],
  ["a lone surrogate", "\ud800", "\\u{d800}"],
])("%s is escaped", (_what, text, escaped) => {
  expect(escapeLine(text)).toBe(escaped);
  expect(escapeLine(escaped)).toBe(escaped);
});

test("ordinary text is unchanged", () => {
  const text = "C:\\data\\Umsätze 2026 विक्रय 売上 😀 (final).csv";
  expect(escapeLine(text)).toBe(text);
});

test("JSON is escaped as JSON, and parses to the same value", () => {
  const value = { "key\u202e": ["\u001b[31m\n\u009b", "\u{e0041}", "\u2028", "\ud800", "ä😀"] };
  const line = jsonLine(value);
  expect(line).toBe('{"key\\u202e":["\\u001b[31m\\n\\u009b","\\udb40\\udc41","\\u2028","\\ud800","ä😀"]}');
  expect(JSON.parse(line)).toEqual(value);
});

test("escaped strings are always printable", () => {
  fc.assert(
    fc.property(anyString, (text) => {
      const unsafe = /[\p{C}\p{Zl}\p{Zp}]/u;
      // No terminal acts on unassigned or private-use code points.
      const assigned = text.replace(/[\p{Cn}\p{Co}]/gu, "");
      expect(escapeLine(assigned)).not.toMatch(unsafe);
      expect(jsonLine(assigned)).not.toMatch(unsafe);
      expect(JSON.parse(jsonLine(text))).toBe(text);
    }),
    { seed: 12, numRuns: 300 },
  );
});
