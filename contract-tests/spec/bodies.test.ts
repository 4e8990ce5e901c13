/** description ↔ bodies: every response schema accepts the documented bodies and rejects near misses. */
import { describe, expect, test } from "vitest";
import { validator } from "../../test-support/description.js";
import { proves } from "../facts/proves.js";
import { corpus } from "./bodies.js";

for (const { schema, proves: fact, accepted, rejected } of corpus) {
  const check = validator(schema);
  describe(schema, () => {
    for (const [what, body, rowFact = fact] of accepted) {
      test(`accepts ${what}`, () => {
        proves(fact, rowFact);
        expect(check(body), JSON.stringify(check.errors)).toBe(true);
      });
    }
    for (const [what, body, rowFact = fact] of rejected) {
      test(`rejects ${what}`, () => {
        proves(fact, rowFact);
        expect(check(body)).toBe(false);
      });
    }
  });
}
