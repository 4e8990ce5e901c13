import { defineConfig } from "vitest/config";

/** The unit tests of what StrykerJS mutates (stryker.config.json). */
export default defineConfig({
  test: { include: ["src/{cfc,exchange,gls,input,pre-signed-url,redact,result}.test.ts"], testTimeout: 10_000 },
});
