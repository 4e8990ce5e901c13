/** documentation ↔ description: every fact of the vendor's pages has its place, and nothing else is there. */
import { expect, test } from "vitest";
import { document } from "../../test-support/description.js";
import { statements } from "./statements.js";

const all = statements(document);

test.each(all.map(({ id, difference }) => [id, difference]))("%s", (_id, difference) => {
  expect(difference).toBeUndefined();
});

test("no two statements have one name", () => {
  const ids = all.map(({ id, place }) => `${id} at ${place}`);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});
