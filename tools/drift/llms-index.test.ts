/** The pages are listed, none is deprecated, and no adjacent page is unknown. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { facts } from "./fixtures/pages.js";
import { checkIndex } from "./llms-index.js";

const index = readFileSync(new URL("fixtures/llms.txt", import.meta.url), "utf8");

function differences(markdown: string): string[] {
  const checked = checkIndex(facts, markdown);
  if (checked.error !== undefined) throw new Error(checked.error);
  return checked.differences.map(({ line, fact, ours, theirs }) => `${line}: ${fact}: facts ${ours}, page ${theirs}`);
}

test("the unchanged index has no difference", () => {
  expect(checkIndex(facts, index)).toEqual({ differences: [], count: 5 });
});

test.each<[string, string | RegExp, string, ...string[]]>([
  [
    "a page that is not listed",
    /.*parcels\/reserve-a-label.*\n/,
    "",
    '1: cfc › page: facts "https://docs.example/parcels/reserve-a-label", page nothing',
  ],
  [
    "a page that moved",
    "docs.example/crates/reserve-a-crate.md",
    "docs.example/crates/v1/reserve-a-crate.md",
    '1: gls › page: facts "https://docs.example/crates/reserve-a-crate", page nothing',
  ],
  [
    "a page with a deprecated title",
    "[Reserve a Label]",
    "[(Deprecated) Reserve a Label]",
    '7: cfc › page: facts not deprecated, page "(Deprecated) Reserve a Label: Reserves a place for one label."',
  ],
  [
    "a page with a deprecated description",
    ": Reserves a place",
    ": Deprecated. Reserved a place",
    '7: cfc › page: facts not deprecated, page "Reserve a Label: Deprecated. Reserved a place for one label."',
  ],
  [
    "a page below a deprecated one",
    "[Parcels]",
    "[Parcels (deprecated)]",
    '6: cfc › page: facts not deprecated, page "Parcels (deprecated)"',
  ],
  [
    "a page in a deprecated section",
    "- [Crates](",
    "## Obsolete\n\n- [Crates](",
    '14: gls › page: facts not deprecated, page "Obsolete"',
    '15: gls › page: facts not deprecated, page "Obsolete"',
  ],
  [
    "a page in the list of a deprecated item",
    /(- \[Crates\].*\n)(- .*crate.md\))/,
    "- Legacy\n  - [Reserve a Crate](https://docs.example/crates/reserve-a-crate.md)",
    '13: gls › page: facts not deprecated, page "Legacy"',
  ],
  [
    "a new adjacent page",
    "- [Fill a Crate]",
    "- [Seal a Crate](/crates/seal-a-crate)\n- [Fill a Crate]",
    '14: gls › siblings › seal-a-crate: facts nothing, page "Seal a Crate"',
  ],
  [
    "a removed adjacent page",
    /.*fill-a-crate.*\n/,
    "",
    "13: gls › siblings › fill-a-crate: facts have it, page nothing",
  ],
])("%s is reported", (_what, from, to, ...expected) => {
  const edited = index.replace(from, () => to);
  expect(edited, "the edit changes the index").not.toBe(index);
  expect(differences(edited)).toEqual(expected);
});

test.each<[string, string | RegExp, string]>([
  ["relative addresses without .md", /https:\/\/docs\.example(\/parcels\/\S+)\.md/g, "$1"],
  ["other descriptions", ": How to fill it.", ": Fill it."],
  ["pages elsewhere", /$/, "- [Boats](https://docs.example/boats/reserve-a-boat.md)\n"],
  ["pages below a sibling", /$/, "- [Pears](https://docs.example/crates/fill-a-crate/pears.md)\n"],
  ["another order", /(.*print-a-label.*\n)(.*track-a-label.*\n)/, "$2$1"],
])("%s: no difference", (_what, from, to) => {
  const edited = index.replace(from, to);
  expect(edited, "the edit changes the index").not.toBe(index);
  expect(differences(edited)).toEqual([]);
});

test("an index without links is an error", () => {
  expect(checkIndex(facts, "# Courier Docs\n\nMoved.\n")).toEqual({ error: "it lists no page" });
});
