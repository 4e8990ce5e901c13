import { defineConfig } from "vitest/config";

/** The unit tests of what StrykerJS mutates (stryker.config.json). */
export default defineConfig({
  test: {
    include: [
      "src/{,endpoints/}*.test.ts",
      "src/upload/{allowed-hosts,attempts,data-source,file-to-upload,options,path-source,put*,stream-source,upload,url-source}.test.ts",
    ],
    testTimeout: 10_000,
  },
});
