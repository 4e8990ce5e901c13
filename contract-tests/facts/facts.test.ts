/** facts ↔ description: the description has every fact of Clear's pages, and claims nothing else. */
import { expect, test } from "vitest";
import { document } from "../../test-support/description.js";
import { differences, facts, unfounded, unmentioned } from "./facts.js";

test.each(facts.map((fact) => [fact.id, fact.says, fact] as const))("%s: %s", (_id, _says, fact) => {
  expect(differences(fact, document)).toEqual([]);
});

test("everything in the description that constrains has a fact", () => {
  expect(unfounded(document)).toEqual([]);
});

test("every number, unit, status, code and meaning in the description's prose is mentioned by a fact", () => {
  expect(unmentioned(document)).toEqual([]);
});
