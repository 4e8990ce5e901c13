/**
 * Writes generated/ from spec/: the bundled description, and its types with the enum values at run time.
 * With --check it writes nothing and fails when a committed file differs. Both are in the working directory.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { redocly } from "./redocly.js";

const temporary = mkdtempSync(join(tmpdir(), "clear-presign-generate-"));
try {
  const bundled = join(temporary, "openapi.yaml");
  const bundle = ["bundle", "spec/openapi.yaml", "--output", bundled];
  if (redocly(bundle, ["ignore", "ignore", "inherit"]) !== 0)
    throw new Error("redocly cannot bundle spec/openapi.yaml");
  const notice = "Generated from spec/ by `npm run generate`. Do not edit.";
  const description = `# ${notice}\n${readFileSync(bundled, "utf8")}`;
  const types = await openapiTS(description, {
    enumValues: true,
    immutable: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  const outputs = {
    "generated/openapi.yaml": description,
    "generated/openapi.ts": `// ${notice}\n\n${astToString(types)}`,
  };
  for (const [path, text] of Object.entries(outputs)) {
    if (!process.argv.includes("--check")) {
      writeFileSync(path, text);
    } else if (readFileSync(path, "utf8") !== text) {
      console.error(`${path} is stale: run \`npm run generate\` and commit the result.`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(temporary, { recursive: true });
}
