/** What tools need in order to read the description. */
import { expect, test } from "vitest";
import { document, operations } from "../../test-support/description.js";

test("names differ in more than case, so that generated files do not overwrite each other on macOS and Windows", () => {
  const names = [...Object.values<object>(document.components).flatMap(Object.keys), ...Object.keys(operations)];
  const lowerCase = names.map((name) => name.toLowerCase());
  expect(names.filter((name, i) => lowerCase.indexOf(name.toLowerCase()) !== i)).toEqual([]);
});
