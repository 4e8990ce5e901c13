import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "contract-tests/global-setup.ts",
    include: ["{src,contract-tests,tools}/**/*.test.ts"],
    testTimeout: 20_000,
    maxWorkers: 2,
    // A rejection or an exception that no test awaited fails the run.
    dangerouslyIgnoreUnhandledErrors: false,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // bin.ts is run as a process of its own, index.ts only names what others hold.
      exclude: ["src/**/*.test.ts", "src/cli/bin.ts", "src/index.ts"],
      reporter: ["text", "json-summary"],
      reportsDirectory: "reports/coverage",
      thresholds: { statements: 100, branches: 100, functions: 100, lines: 100 },
    },
  },
});
