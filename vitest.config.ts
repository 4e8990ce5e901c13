import { defineConfig } from "vitest/config";

/** Tests that are no part of `npm test`, in the folders of those that are. */
const SLOW = "contract-tests/slow/*.test.ts";
const STORAGE = "contract-tests/storage/swift.test.ts";
const BROWSER = "contract-tests/storage/browser.test.ts";

export default defineConfig({
  test: {
    // Without `--project`: what is quick and needs nothing but the build. Spread, since vitest reads it but does not type it.
    ...{ project: ["unit", "contract"] },
    maxWorkers: 2,
    // Each worker imports a module once, not once for each test file.
    isolate: false,
    // Saves an eighth of the CPU: less garbage collection, and no threads for it beside two busy workers.
    execArgv: ["--max-semi-space-size=64", "--single-threaded-gc"],
    // A busy machine is not a failure. What must end soon has a limit of its own.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { interval: 5, timeout: 60_000 } },
    reporters: ["default", ...(process.env["GITHUB_ACTIONS"] ? ["github-actions"] : []), "./test-support/report.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{src,tools}/**/*.test.ts"],
          globalSetup: ["test-support/built.ts", "test-support/sandbox-setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "contract",
          include: ["contract-tests/{facts,spec,mock,client,storage,docs}/**/*.test.ts"],
          exclude: [STORAGE, BROWSER],
          globalSetup: ["test-support/built.ts", "contract-tests/global-setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: [SLOW],
          globalSetup: ["test-support/built.ts", "contract-tests/global-setup.ts"],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: { name: "storage", include: [STORAGE], globalSetup: "contract-tests/storage/swift-server.ts" },
      },
      {
        extends: true,
        test: { name: "browser", include: [BROWSER] },
      },
      {
        extends: true,
        test: { name: "site", include: ["site-tests/**/*.test.ts"], testTimeout: 300_000 },
      },
    ],
    // A rejection or an exception that no test awaited fails the run.
    dangerouslyIgnoreUnhandledErrors: false,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // bin.ts is run as a process of its own; the index.ts only name what others hold.
      exclude: ["src/**/*.test.ts", "src/cli/bin.ts", "src/index.ts", "src/upload/index.ts"],
      reporter: ["text", "json-summary"],
      reportsDirectory: "reports/coverage",
      thresholds: { statements: 100, branches: 100, functions: 100, lines: 100 },
    },
  },
});
