/** description ↔ bodies: every schema of a response accepts what is documented, and no near miss of it. */
import { describe, expect, test } from "vitest";
import { document, requestSchemas, validator } from "../../test-support/description.js";
import { proves } from "../facts/proves.js";
import { corpus } from "./bodies.js";

for (const { schema, proves: fact, accepted, rejected } of corpus) {
  const check = validator(schema);
  describe(schema, () => {
    for (const [what, body, own = fact] of accepted) {
      test(`accepts ${what}`, () => {
        proves(fact, own);
        expect(check(body), JSON.stringify(check.errors)).toBe(true);
      });
    }
    for (const [what, body, own = fact] of rejected) {
      test(`rejects ${what}`, () => {
        proves(fact, own);
        expect(check(body)).toBe(false);
      });
    }
  });
}

test("every schema of a response is in the corpus", () => {
  const named = Object.keys(document.components.schemas).filter((name) => !requestSchemas.has(name));
  expect(corpus.map(({ schema }) => schema).sort()).toEqual(named.sort());
});
