import { defineConfig } from "vitest/config";

/** The long runs, which are not a part of `npm test`. */
export default defineConfig({
  test: {
    globalSetup: "contract-tests/global-setup.ts",
    include: ["contract-tests/**/*.long.ts"],
    testTimeout: 300_000,
  },
});
