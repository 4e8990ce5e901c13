import { defineConfig } from "vitest/config";

/** The unit tests of what StrykerJS mutates (stryker.config.json). */
export default defineConfig({
  test: {
    include: [
      "src/{cfc,gls,options,pre-signed-url,redact,request,result,retry,timeout,transport,validate}.test.ts",
      "src/upload/{index,open-file,put}.test.ts",
    ],
    testTimeout: 10_000,
  },
});
