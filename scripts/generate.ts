/**
 * Writes generated/ from spec/: the bundled description, its types with the enum values at runtime, and the operations as
 * data. With --check it writes nothing and fails if a committed file differs. Both folders are in the working directory.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { parse } from "yaml";
import { redocly } from "../tools/docs/redocly.js";

/** Keywords that do not constrain values. */
const ANNOTATIONS = /^(\$schema|title|description|x-.*)$/;

/**
 * The parts of each operation that a fake API needs: its path, its constraints and every documented response.
 */
// biome-ignore lint/suspicious/noExplicitAny: a bundled description, which redocly has linted
function operationsOf(document: any): Record<string, object> {
  // biome-ignore lint/suspicious/noExplicitAny: any part of it
  const resolve = (node: any): any => {
    if (node?.$ref === undefined) return node;
    const keys = node.$ref.slice(2).split("/");
    return resolve(keys.reduce((at: Record<string, unknown>, key: string) => at[key.replaceAll("~1", "/")], document));
  };
  const withoutAnnotations = (node: object) =>
    Object.fromEntries(Object.entries(node).filter(([keyword]) => !ANNOTATIONS.test(keyword)));

  const operations: Record<string, object> = {};
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const entries = (node: any) => Object.entries<any>(node);
  for (const [path, item] of entries(document.paths)) {
    for (const [method, operation] of entries(item).filter(([, { operationId }]) => operationId)) {
      const [scheme] = Object.keys(operation.security[0]);
      // biome-ignore lint/suspicious/noExplicitAny: as above
      const parameters: any[] = (operation.parameters ?? []).map(resolve);
      operations[operation.operationId] = {
        method: method.toUpperCase(),
        path,
        tokenHeader: document.components.securitySchemes[String(scheme)].name,
        parameters: parameters.map(({ name, in: place, required, schema }) => ({
          name,
          in: place,
          required,
          schema: withoutAnnotations(resolve(schema)),
        })),
        ...(operation["x-upload"] && { upload: withoutAnnotations(operation["x-upload"]) }),
        responses: Object.fromEntries(
          entries(operation.responses).flatMap(([status, response]) =>
            entries(resolve(response).content ?? {}).flatMap(([mediaType, { examples }]) =>
              entries(examples).map(([example, node]) => [
                `${status} ${example}`,
                { status: Number(status), example, mediaType, body: resolve(node).value },
              ]),
            ),
          ),
        ),
      };
    }
  }
  return operations;
}

const temporary = mkdtempSync(join(tmpdir(), "clear-presign-generate-"));
try {
  const bundled = join(temporary, "openapi.yaml");
  redocly(["bundle", "spec/openapi.yaml", "--output", bundled]);
  const notice = "Generated from spec/ by `npm run generate`. Do not edit.";
  const description = `# ${notice}\n${readFileSync(bundled, "utf8")}`;
  const types = await openapiTS(description, {
    enumValues: true,
    immutable: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  const operations = JSON.stringify(operationsOf(parse(description)), null, 2);
  const outputs = {
    "generated/openapi.yaml": description,
    "generated/openapi.ts": `// ${notice}\n\n${astToString(types)}`,
    "generated/operations.ts": `// ${notice}\n\nexport const OPERATIONS = ${operations} as const;\n`,
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
