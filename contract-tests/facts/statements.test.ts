/** facts ↔ description: the description has every fact of the vendor's pages, and nothing else. */
import { expect, test } from "vitest";
import { document } from "../../test-support/description.js";
import { type PageName, pages } from "./documentation.js";
import { sentences } from "./inferred.js";
import { factIds, statements } from "./statements.js";

test.each(statements(document).map(({ fact, says, place, difference }) => [fact, says, place, difference]))(
  "%s: %s (%s)",
  (_fact, _says, _place, difference) => {
    expect(difference).toBeUndefined();
  },
);

test.each(Object.keys(pages) as PageName[])("every sentence of %s is covered by a fact, or needs no test", (name) => {
  const { validations, constraints, remarks } = pages[name];
  const says = [...validations, ...constraints, ...Object.values(remarks).flat()].map((sentence) => sentence.says);
  expect(Object.keys(sentences[name]).sort()).toEqual([...new Set(says)].sort());
  const facts = Object.values(sentences[name]).flatMap((sentence) => ("fact" in sentence ? sentence.fact : []));
  expect(facts.filter((fact) => !factIds.has(fact))).toEqual([]);
});
