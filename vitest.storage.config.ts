import { defineConfig } from "vitest/config";

/** The tests against a real storage; scripts/test-storage.mjs starts it. */
export default defineConfig({
  test: { include: ["contract-tests/**/*.storage.ts"], testTimeout: 30_000, hookTimeout: 30_000 },
});
