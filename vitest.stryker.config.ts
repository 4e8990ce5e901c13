import { defineConfig } from "vitest/config";

/** The unit tests of what StrykerJS mutates (stryker.config.json). */
export default defineConfig({
  test: {
    include: [
      "src/{cfc,errors,gls,options,pre-signed-url,redact,request,result,retry,timeout,transport,validate}.test.ts",
      "src/upload/{attempts,data-source,open-file,options,path-source,put*,target,upload,url-source}.test.ts",
    ],
    testTimeout: 10_000,
  },
});
