/** Of the index, our pages and those beside them are compared, with whatever is said of them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compare } from "./compare.js";
import { FIXTURES, known } from "./fixtures/pages.js";
import { readIndex } from "./llms-index.js";

const index = readFileSync(`${FIXTURES}llms.txt`, "utf8");
const pages = [known.cfc.page, known.gls.page];

/** What is new and, with a minus, what is gone. */
function differences(from: string | RegExp, to: string): string[] {
  const markdown = index.replace(from, to);
  if (markdown === index && from !== "") throw new Error("the edit does not change the index");
  const { added, gone } = compare(readIndex(markdown, known.index.page, pages), known.index);
  return [...added.map(({ line, text }) => `${line} ${text}`), ...gone.map(({ hint }) => `- ${hint}`)];
}

const label = "https://docs.example/parcels/reserve-a-label";
const crate = "https://docs.example/crates/reserve-a-crate";

test.each<[what: string, from: string | RegExp, to: string, ...expected: string[]]>([
  ["a page that is not listed", /.*parcels\/reserve-a-label.*\n/, "", `- ${label}`],
  ["a page that moved", /crates\/(reserve-a-crate.md\)\n.*fill)/, "crates/v1/$1", `- ${crate}`],
  [
    "a deprecated title",
    "[Print a",
    "[(Deprecated) Print a",
    "8 (Deprecated) Print a Label https://docs.example/parcels/print-a-label",
    "- https://docs.example/parcels/print-a-label",
  ],
  ["another description", ": Reserves a", ": Reserved a", `7 Reserved a place for one label. ${label}`, `- ${label}`],
  ["a deprecated page above", "[Parcels]", "[Parcels (old)]", "6 Parcels (old)"],
  ["a section", "- [Crates](", "## Obsolete\n\n- [Crates](", "12 Obsolete"],
  [
    "a new page beside",
    "- [Fill",
    "- [Seal a Crate](/crates/seal-a-crate)\n- [Fill",
    "14 https://docs.example/crates/seal-a-crate",
  ],
  ["a removed page beside", /.*fill-a-crate.*\n/, "", "- https://docs.example/crates/fill-a-crate"],
])("%s is reported", (_what, from, to, ...expected) => {
  expect(differences(from, to)).toEqual(expected);
});

test.each<[what: string, from: string | RegExp, to: string]>([
  ["no edit", "", ""],
  ["relative addresses without .md", /https:\/\/docs\.example(\/parcels\/\S+)\.md/g, "$1"],
  ["a title in capitals", "[Print a Label]", "[PRINT A LABEL]"],
  ["a page above that says nothing more", /.*crates.md\)\n/, ""],
  ["a section that says no more than the address", "- [Parcels]", "## Parcels\n\n- [Parcels]"],
  ["pages elsewhere", /$/, "- [Boats (old)](https://docs.example/boats/reserve-a-boat.md)\n"],
  ["pages below one beside", /$/, "- [Pears](https://docs.example/crates/fill-a-crate/pears.md)\n"],
  ["another order", /(.*print-a-label.*\n)(.*track-a-label.*\n)/, "$2$1"],
])("%s: silent", (_what, from, to) => {
  expect(differences(from, to)).toEqual([]);
});
