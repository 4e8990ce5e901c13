import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startPrism } from "../../test-support/prism.js";

test("a mock that cannot start is an error with Prism's output", async () => {
  const missing = fileURLToPath(new URL("none.yaml", import.meta.url));
  await expect(startPrism(missing)).rejects.toThrow(/prism mock did not start: [\s\S]*none\.yaml/);
});
