/** The lint rules can fail: each defect in the description fails `redocly lint` with the intended rule. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The ids of the rules that fail for a copy of the description with one file changed. */
async function brokenRules(file?: string, from: RegExp | string = "", to = ""): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), "clear-presign-lint-"));
  // Not onTestFinished, which may confuse concurrent tests.
  try {
    for (const name of ["spec", "redocly.yaml"]) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    if (file) {
      const path = join(copy, "spec", file);
      const text = readFileSync(path, "utf8");
      const changed = text.replace(from, to);
      expect(changed).not.toBe(text);
      writeFileSync(path, changed);
    }
    const stdout = await new Promise<string>((resolve) => {
      const args = [join(ROOT, "node_modules/@redocly/cli/bin/cli.js"), "lint", "--format=json"];
      execFile(process.execPath, args, { cwd: copy }, (_error, output) => resolve(output));
    });
    const { problems } = JSON.parse(stdout) as { problems: { ruleId: string }[] };
    return [...new Set(problems.map(({ ruleId }) => ruleId))];
  } finally {
    rmSync(copy, { recursive: true });
  }
}

test("the unchanged description passes every rule", async () => {
  expect(await brokenRules()).toEqual([]);
});

test.concurrent.each<[string, string, RegExp | string, string, string]>([
  [
    "an example that does not match its schema",
    "examples/cfc-401-authorization-failed.yaml",
    "AUTHORIZATION_FAILED",
    "NO",
    "no-invalid-media-type-examples",
  ],
  [
    "a parameter's example that does not match its schema",
    "parameters/CfcFileContentTypeHeader.yaml",
    "value: XLSX",
    "value: PDF",
    "no-invalid-parameter-examples",
  ],
  [
    "an enum value without its meaning",
    "schemas/CfcErrorCode.yaml",
    / {2}LICENSE_EXPIRED: .*\n/,
    "",
    "clear/enum-values-described",
  ],
  [
    "a one-value enum without its meaning",
    "schemas/CfcPreSignedUrlCreated.yaml",
    / {4}x-enumDescriptions:\n.*\n/,
    "",
    "clear/enum-values-described",
  ],
  [
    "a meaning without an enum value",
    "schemas/CfcTemplateType.yaml",
    "[sales, purchase]",
    "[sales]",
    "clear/enum-values-described",
  ],
  ["an error response without a source", "responses/CfcUnauthorized.yaml", /x-source:.*\n/, "", "clear/origin-stated"],
  [
    "an error example without a source",
    "examples/gls-401-unauthorized.yaml",
    /x-source:.*\n/,
    "",
    "clear/origin-stated",
  ],
  ["a parameter without a source", "parameters/CfcFileNameQuery.yaml", /x-source:.*\n/, "", "clear/origin-stated"],
  [
    "a server without a source",
    "paths/gls-get-pre-signed-url.yaml",
    / {4}x-inferred: No page.*\n/,
    "",
    "clear/origin-stated",
  ],
  [
    "a security scheme without a source",
    "openapi.yaml",
    / {6}x-source: GLS page, Request Headers\n/,
    "",
    "clear/origin-stated",
  ],
  ["a schema without a source", "schemas/GlsError.yaml", /x-source:.*\n/, "", "clear/schema-introduced"],
  ["a schema without a title", "schemas/GlsError.yaml", /title:.*\n/, "", "clear/schema-introduced"],
  [
    "a mapping without one of the alternatives",
    "schemas/CfcPreSignedUrl.yaml",
    / {4}FAILED:.*\n/,
    "",
    "clear/alternatives-told-apart",
  ],
  [
    "a discriminator without mapping",
    "schemas/CfcPreSignedUrl.yaml",
    / {2}mapping:\n.*\n.*\n/,
    "",
    "rule/discriminator-mapping",
  ],
  [
    "a discriminator that is a const without an enum",
    "schemas/CfcPreSignedUrlCreated.yaml",
    "enum: [CREATED]",
    "const: CREATED",
    "clear/alternatives-told-apart",
  ],
  [
    "a const without an enum",
    "schemas/GlsUnauthorizedText.yaml",
    "enum: [UNAUTHORIZED]",
    "const: UNAUTHORIZED",
    "clear/enum-beside-const",
  ],
  [
    "a const beside another enum",
    "schemas/GlsFailure.yaml",
    "enum: [false]",
    "enum: [true]",
    "clear/enum-beside-const",
  ],
  [
    "alternatives that no property distinguishes",
    "schemas/GlsFailure.yaml",
    / {4}const: false\n {4}enum: .*\n/,
    "",
    "clear/alternatives-told-apart",
  ],
  [
    "alternatives with the same value",
    "schemas/GlsFailure.yaml",
    "enum: [false]",
    "enum: [true]",
    "clear/alternatives-told-apart",
  ],
  [
    "a property outside the required list",
    "schemas/GlsError.yaml",
    "[code, message, validationErrors]",
    "[code, message]",
    "clear/required-listed",
  ],
  [
    "a media type without examples",
    "responses/GlsUnauthorized.yaml",
    / {4}examples:\n.*\n.*\n/,
    "",
    "rule/media-type-examples-named",
  ],
  [
    "a parameter without examples",
    "parameters/CfcFileNameQuery.yaml",
    /examples:\n.*\n.*\n.*\n/,
    "",
    "rule/parameter-examples-named",
  ],
  [
    "an example without a summary",
    "examples/gls-406-invalid-file-extension.yaml",
    /summary:.*\n/,
    "",
    "rule/example-summary",
  ],
  [
    "an operation without a summary",
    "paths/cfc-get-pre-signed-url.yaml",
    /\n {2}summary:.*/,
    "",
    "rule/operation-complete",
  ],
  [
    "an operation without externalDocs",
    "paths/cfc-get-pre-signed-url.yaml",
    / {2}externalDocs:\n.*\n.*\n/,
    "",
    "rule/operation-complete",
  ],
  [
    "an operation without security",
    "paths/cfc-get-pre-signed-url.yaml",
    / {2}security:\n.*\n/,
    "",
    "rule/operation-complete",
  ],
  [
    "a dialect that Swagger UI warns about",
    "openapi.yaml",
    /jsonSchemaDialect: .*/,
    "jsonSchemaDialect: https://json-schema.org/draft/2020-12/schema",
    "rule/dialect",
  ],
  [
    "a schema whose bodies Prism would not check",
    "schemas/GlsFailure.yaml",
    /\$schema: .*\n/,
    "",
    "clear/schema-introduced",
  ],
  [
    "a body whose schema is inline",
    "responses/GlsUnauthorized.yaml",
    "$ref: ../schemas/GlsUnauthorizedText.yaml",
    "type: string",
    "rule/media-type-schema-referenced",
  ],
])("%s fails", async (_what, file, from, to, rule) => {
  expect(await brokenRules(file, from, to)).toContain(rule);
});
