/** No pattern of `src/` takes more than linear time, whatever it is applied to. */
import { readdirSync, readFileSync } from "node:fs";
import { analyse, type Literal } from "scslre";
import ts from "typescript";
import { expect, test } from "vitest";
import { OPERATIONS } from "../../generated/operations.js";

const SRC = new URL("../../src/", import.meta.url);
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

const literal = (text: string): Literal => {
  const end = text.lastIndexOf("/");
  return { source: text.slice(1, end), flags: text.slice(end + 1) };
};

/** The patterns in the source, and the files that build others from strings. */
const patterns: string[] = [];
const builders: string[] = [];
for (const file of files) {
  const source = ts.createSourceFile(file, readFileSync(new URL(file, SRC), "utf8"), ts.ScriptTarget.Latest);
  (function visit(node: ts.Node) {
    if (ts.isRegularExpressionLiteral(node)) patterns.push(`${file} ${node.text}`);
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText(source) === "RegExp") {
      builders.push(file);
    }
    ts.forEachChild(node, visit);
  })(source);
}

/**
 * Checks whether a pattern takes more than linear time for some string. scslre notices that a search begins anew within
 * what it has read only if at most one character comes before the repetition. So the ends of each alternative that
 * begin with a character are analysed too.
 */
function isSuperLinear({ source, flags }: Literal): boolean {
  const { parsed, reports } = analyse({ source, flags });
  const ends = parsed.pattern.alternatives.flatMap(({ elements: [first, ...rest] }) =>
    first?.raw === "^" ? [] : rest.flatMap(({ type }, i) => (type.startsWith("Character") ? [rest.slice(i)] : [])),
  );
  return [reports, ...ends.map((end) => analyse({ source: end.map(({ raw }) => raw).join(""), flags }).reports)].some(
    ({ length }) => length > 0,
  );
}

test.each([
  ["/[^/\\\\]*$/", "a search that begins anew at each character"],
  ["/a.*b/", "one that begins anew after a character"],
  ["/<!--[\\s\\S]*?-->/", "one that begins anew after several"],
  ["/^\\s*a?\\s*$/", "two repetitions of the same"],
  ["/^(?:a+)+$/", "a repetition within another"],
])("%s is super-linear: %s", (pattern) => {
  expect(isSuperLinear(literal(pattern))).toBe(true);
});

test("no pattern is super-linear", () => {
  const found = patterns.filter((pattern) => isSuperLinear(literal(pattern.slice(pattern.indexOf(" ") + 1))));
  expect(found).toEqual([]);
});

test("no pattern of the description is super-linear", () => {
  const found = JSON.stringify(OPERATIONS).matchAll(/"pattern":("[^"]*")/g);
  for (const [, pattern = ""] of found) expect(isSuperLinear({ source: JSON.parse(pattern), flags: "u" })).toBe(false);
});

test("patterns are built from strings only where it is known what of", () => {
  expect(builders).toEqual([
    // The patterns of the description.
    "parameters.ts",
    // Alternatives of literals.
    "redact.ts",
    // /(?:^|[\s,;])code="?([^\s,;"]*)/
    "sandbox/api.ts",
  ]);
});
