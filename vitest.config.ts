import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "contract-tests/global-setup.ts",
    include: ["src/**/*.test.ts", "contract-tests/**/*.test.ts"],
    testTimeout: 20_000,
    maxWorkers: 2,
    // A rejection or an exception that no test awaited fails the run.
    dangerouslyIgnoreUnhandledErrors: false,
    coverage: { provider: "v8", include: ["src/**"], reporter: ["text", "json-summary"] },
  },
});
