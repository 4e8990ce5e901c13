/**
 * The guide "Add an endpoint" works for an operation unlike the existing ones: a POST with a JSON body and a 201, without a
 * pre-signed URL. The lint rules accept it, and the types generated from it are usable.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SCHEMA = "$schema: https://json-schema.org/draft/2020-12/schema";

const DESCRIPTION: Readonly<Record<string, string>> = {
  "openapi.yaml": `
openapi: 3.1.0
jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
info: { title: Made up, version: 1.0.0, summary: Starts., description: Starts., license: { name: MIT, identifier: MIT } }
servers: [{ url: "https://api.clear.in", description: Production }]
tags: [{ name: CFC, description: Made up. }]
paths:
  /integration/v1/trigger/{templateType}: { $ref: paths/trigger.yaml }
components:
  securitySchemes:
    Token: { type: apiKey, in: header, name: x-token, description: A token., x-source: a page }
`,
  "paths/trigger.yaml": `
post:
  operationId: trigger
  tags: [CFC]
  summary: Start
  description: Starts.
  externalDocs: { description: A page, url: "https://docs.cleartax.in" }
  security: [{ Token: [] }]
  parameters:
    - name: templateType
      in: path
      required: true
      description: The type.
      x-source: a page
      schema: { type: string }
      examples: { sales: { summary: Sales, value: sales } }
  requestBody:
    description: The file.
    required: true
    x-source: a page
    content:
      application/json:
        schema: { $ref: ../schemas/Request.yaml }
        examples: { file: { summary: A file, x-source: a page, value: { fileUrl: "https://storage.clear.in/a" } } }
  responses:
    "201":
      description: Started.
      x-source: a page
      content:
        application/json:
          schema: { $ref: ../schemas/Started.yaml }
          examples: { started: { summary: Started, x-source: a page, value: { activityId: a } } }
    "401":
      description: Not authenticated.
      x-source: a page
      content:
        application/json:
          schema: { $ref: ../schemas/Started.yaml }
          examples: { denied: { summary: Denied, x-source: a page, value: { activityId: a } } }
`,
  "schemas/Request.yaml": `
${SCHEMA}
title: Request
description: A file, and a comment if there is one.
x-source: a page
type: object
required: [fileUrl]
properties:
  fileUrl: { type: string, description: The URL. }
  comment: { type: string, description: A comment. }
`,
  "schemas/Started.yaml": `
${SCHEMA}
title: Started
description: What was started.
x-source: a page
type: object
required: [activityId]
properties:
  activityId: { type: string, description: The id. }
`,
};

let folder: string;
beforeAll(() => {
  // Inside the package, so that the generated code can import openapi-fetch.
  mkdirSync(join(ROOT, "reports"), { recursive: true });
  folder = mkdtempSync(join(ROOT, "reports/endpoint-"));
  for (const name of ["redocly.yaml", "spec/rules.js"]) cpSync(join(ROOT, name), join(folder, name));
  mkdirSync(join(folder, "generated"));
  for (const [name, text] of Object.entries(DESCRIPTION)) write(`spec/${name}`, text);
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Runs a program of this project on the made-up description. */
const run = (path: string, ...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, path), ...args], { cwd: folder, timeout: 60_000 });

/** The ids of the rules that report a problem. */
async function brokenRules(): Promise<string[]> {
  const { stdout } = await run("node_modules/@redocly/cli/bin/cli.js", "lint", "--format=json").catch((error) => error);
  const { problems } = JSON.parse(stdout) as { problems: { ruleId: string }[] };
  return problems.map(({ ruleId }) => ruleId);
}

/** The compiler's diagnostics for a call of openapi-fetch's client. */
function diagnostics(call: string): string[] {
  const file = join(folder, "generated/call.ts");
  const client = 'createClient<paths>({ baseUrl: "https://api.clear.in" })';
  const imports = 'import createClient from "openapi-fetch";\nimport type { paths } from "./openapi.js";\n';
  writeFileSync(
    file,
    `${imports}export const { data } = await ${client}.${call};\nexport const id: string | undefined = data?.activityId;\n`,
  );
  const module = ts.ModuleKind.NodeNext;
  const program = ts.createProgram([file], {
    module,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("the lint rules accept it, and still report what is missing", async () => {
  expect(await brokenRules()).toEqual([]);
  const path = DESCRIPTION["paths/trigger.yaml"] ?? "";
  write("spec/paths/trigger.yaml", path.replace("required: true\n    x-source: a page", "required: true"));
  expect(await brokenRules()).toEqual(["clear/origin-stated"]);
  write("spec/paths/trigger.yaml", path.replace("operationId: trigger", "operationId: getPreSignedUrl"));
  expect(await brokenRules()).toEqual(["rule/upload-described"]);
  write("spec/paths/trigger.yaml", path);
  const started = DESCRIPTION["schemas/Started.yaml"] ?? "";
  write("spec/schemas/Started.yaml", started.replace("required: [activityId]", "required: []"));
  expect(await brokenRules()).toEqual(["clear/required-listed"]);
  write("spec/schemas/Started.yaml", started);
});

test("the generated types cover its body and its response", async () => {
  await run("node_modules/tsx/dist/cli.mjs", join(ROOT, "scripts/generate.ts"));
  const path = '"/integration/v1/trigger/{templateType}"';
  const params = 'params: { path: { templateType: "sales" } }';
  expect(diagnostics(`POST(${path}, { ${params}, body: { fileUrl: "a" } })`)).toEqual([]);
  expect(diagnostics(`POST(${path}, { ${params}, body: { comment: "a" } })`)).toEqual([
    expect.stringContaining("fileUrl"),
  ]);
  expect(diagnostics(`GET(${path}, { ${params} })`)).not.toEqual([]);
});

test("each file in the guide's table exists, and is named once", () => {
  const guide = readFileSync(join(ROOT, "docs/guides/adding-an-endpoint.md"), "utf8");
  const table = [...guide.matchAll(/^\|.*$/gm)].join("\n");
  const paths = [...table.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(paths.filter((path, i) => paths.indexOf(path) !== i)).toEqual([]);
});
