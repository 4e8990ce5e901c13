/** description ↔ bodies: every schema of a response takes what is documented, and no near miss of it. */
import { describe, expect, test } from "vitest";
import { document, validator } from "../../test-support/description.js";
import { corpus } from "./bodies.js";

for (const { schema, accepted, rejected } of corpus) {
  describe(schema, () => {
    test.each(accepted)("takes %s", (_what, body) => {
      const check = validator(schema);
      expect(check(body), JSON.stringify(check.errors)).toBe(true);
    });
    test.each(rejected)("does not take %s", (_what, body) => {
      expect(validator(schema)(body)).toBe(false);
    });
  });
}

test("every schema of the description is in the corpus, but for those of parameters", () => {
  const parameters = ["CfcTemplateType", "CfcFileContentType"];
  const named = Object.keys(document.components.schemas).filter((name) => !parameters.includes(name));
  expect(corpus.map(({ schema }) => schema).sort()).toEqual(named.sort());
});
