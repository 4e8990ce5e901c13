/** The lint rules can fail: each defect in the description is reported by the rule for it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { document } from "../../test-support/description.js";
import { redocly } from "../../tools/docs/redocly.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONFIG = join(ROOT, "redocly.yaml");
const config = parse(readFileSync(CONFIG, "utf8"));

/** One process on a busy machine. */
const TIMEOUT = 60_000;

const CFC = "/integration/v1/generatePreSign/{templateType}";
const GLS = "/one-integration/action/pre-sign";

// biome-ignore lint/suspicious/noExplicitAny: any part of the description
type Part = any;
type Edit = (components: Part, operations: { readonly cfc: Part; readonly gls: Part }, description: Part) => void;

/** A defect by its name: the rule that reports it, and the edit that makes it. */
const DEFECTS: Readonly<Record<string, readonly [string, Edit]>> = {
  "an example that does not match its schema": [
    "no-invalid-media-type-examples",
    ({ examples }) => {
      examples["cfc-401-authorization-failed"].value.errorCode = "NO";
    },
  ],
  "a parameter's example that does not match its schema": [
    "no-invalid-parameter-examples",
    ({ parameters }) => {
      parameters.CfcFileContentTypeHeader.examples.xlsx.value = "PDF";
    },
  ],
  "an operation without a description": ["operation-description", (_, { cfc }) => delete cfc.description],
  "an operation with two tags": ["operation-singular-tag", (_, { cfc }) => cfc.tags.push("GLS")],
  "a tag that is not defined": [
    "operation-tag-defined",
    (_, { cfc }) => {
      cfc.tags = ["Unknown"];
    },
  ],
  "a parameter without a description": [
    "parameter-description",
    ({ parameters }) => delete parameters.CfcFileNameQuery.description,
  ],
  "a media type that the client does not read": [
    "response-mime-type",
    ({ responses: { GlsUnauthorized } }) => {
      GlsUnauthorized.content = { "text/html": GlsUnauthorized.content["text/plain"] };
    },
  ],
  "a reference where OpenAPI has none": [
    "spec-strict-refs",
    (_, { cfc }) => {
      cfc.externalDocs = { $ref: `#/paths/${GLS.replaceAll("/", "~1")}/get/externalDocs` };
    },
  ],
  "tags out of order": ["tags-alphabetical", (_components, _operations, { tags }) => tags.reverse()],

  "a mapping without one of the alternatives": [
    "clear/alternatives-told-apart",
    ({ schemas }) => delete schemas.CfcPreSignedUrl.discriminator.mapping.FAILED,
  ],
  "a discriminator without a mapping": [
    "clear/alternatives-told-apart",
    ({ schemas }) => delete schemas.CfcPreSignedUrl.discriminator.mapping,
  ],
  "a discriminator with both values in one alternative": [
    "clear/alternatives-told-apart",
    ({ schemas: { CfcPreSignedUrlCreated, CfcPreSignedUrlFailed } }) => {
      const created = CfcPreSignedUrlCreated.properties.status;
      const { enum: values, "x-enumDescriptions": meanings, ...failed } = CfcPreSignedUrlFailed.properties.status;
      created.enum.push(...values);
      Object.assign(created["x-enumDescriptions"], meanings);
      CfcPreSignedUrlFailed.properties.status = failed;
    },
  ],
  "alternatives that no property distinguishes": [
    "clear/alternatives-told-apart",
    ({ schemas: { GlsFailure } }) => {
      delete GlsFailure.properties.success.enum;
      delete GlsFailure.properties.success["x-enumDescriptions"];
    },
  ],
  "alternatives with the same value": [
    "clear/alternatives-told-apart",
    ({ schemas: { GlsFailure, GlsPreSignedUrlSuccess }, examples }) => {
      GlsFailure.properties.success = GlsPreSignedUrlSuccess.properties.success;
      for (const { value } of Object.values<Part>(examples)) if (value?.success === false) value.success = true;
    },
  ],
  "an enum value without its meaning": [
    "clear/enum-values-described",
    ({ schemas }) => delete schemas.CfcErrorCode["x-enumDescriptions"].LICENSE_EXPIRED,
  ],
  "a one-value enum without its meaning": [
    "clear/enum-values-described",
    ({ schemas }) => delete schemas.CfcPreSignedUrlCreated.properties.status["x-enumDescriptions"],
  ],
  "a meaning without an enum value": [
    "clear/enum-values-described",
    ({ schemas: { CfcTemplateType } }) => {
      CfcTemplateType.enum = ["sales"];
    },
  ],
  "no example for valid requests": [
    "clear/examples-selected",
    (components, { cfc }) => {
      delete components.examples["cfc-200-created"]["x-when"];
      delete cfc["x-upload"];
      cfc.operationId = "other";
    },
  ],
  "two examples for invalid requests": [
    "clear/examples-selected",
    ({ examples }) => {
      examples["cfc-200-failed-license-expired"]["x-when"] = { request: "invalid" };
    },
  ],
  "an x-when with a condition too many": [
    "clear/examples-selected",
    ({ examples }) => {
      examples["gls-401-unauthorized"]["x-when"].request = "invalid";
    },
  ],
  "an x-when without what is violated": [
    "clear/examples-selected",
    ({ examples }) => delete examples["gls-406-invalid-file-extension"]["x-when"].violates,
  ],
  "an x-when that names no parameter of its operation": [
    "clear/examples-selected",
    ({ examples }) => {
      examples["gls-406-invalid-file-extension"]["x-when"].parameter = "fileName";
    },
  ],
  "an info without a source": [
    "clear/origin-stated",
    (_components, _operations, { info }) => {
      delete info["x-source"];
      delete info["x-inferred"];
    },
  ],
  "a server without a source": [
    "clear/origin-stated",
    (_components, _operations, { servers }) => delete servers[0]["x-source"],
  ],
  "an operation without a source": [
    "clear/origin-stated",
    (_, { gls }) => {
      delete gls["x-source"];
      delete gls["x-inferred"];
    },
  ],
  "a security scheme without a source": [
    "clear/origin-stated",
    ({ securitySchemes }) => delete securitySchemes.GlsAuthToken["x-source"],
  ],
  "a parameter with an empty source": [
    "clear/origin-stated",
    ({ parameters }) => {
      parameters.CfcTemplateTypePath["x-source"] = " ";
    },
  ],
  "a request body without a source": [
    "clear/origin-stated",
    ({ responses }, { gls }) => {
      gls.requestBody = { content: responses.GlsBadRequest.content };
    },
  ],
  "a response without a source": [
    "clear/origin-stated",
    ({ responses }) => delete responses.CfcUnauthorized["x-source"],
  ],
  "an example without a source": [
    "clear/origin-stated",
    ({ examples }) => delete examples["gls-401-unauthorized"]["x-source"],
  ],
  "a property outside the required list": ["clear/required-listed", ({ schemas }) => schemas.GlsError.required.pop()],
  "an object in a response without a required list": [
    "clear/required-listed",
    ({ schemas }) => delete schemas.CfcErrorDetail.required,
  ],
  "a schema without a title": ["clear/schema-introduced", ({ schemas }) => delete schemas.GlsError.title],
  "a schema without a description": ["clear/schema-introduced", ({ schemas }) => delete schemas.GlsError.description],
  "a schema without a source": ["clear/schema-introduced", ({ schemas }) => delete schemas.GlsError["x-source"]],
  "an upload without a method": ["clear/upload-usable", (_, { cfc }) => delete cfc["x-upload"].method],
  "an upload whose pointer leads to no URL": [
    "clear/upload-usable",
    (_, { gls }) => {
      gls["x-upload"].url = "/result/status";
    },
  ],
  "an upload whose pointer has no slash": [
    "clear/upload-usable",
    (_, { cfc }) => {
      cfc["x-upload"].url = "preSignedS3Url";
    },
  ],
  "an upload whose content type depends on no parameter": [
    "clear/upload-usable",
    (_, { cfc }) => {
      cfc["x-upload"].contentTypeBy = "filename";
    },
  ],

  "an operation without externalDocs": ["rule/operation-complete", (_, { cfc }) => delete cfc.externalDocs],
  "an operation without security": [
    "rule/operation-complete",
    (_components, { cfc }, description) => {
      description.security = cfc.security;
      delete cfc.security;
    },
  ],
  "an operation that returns a URL, without its upload": [
    "rule/upload-described",
    (_, { cfc }) => delete cfc["x-upload"],
  ],
  "a body without a schema": [
    "rule/media-type-examples-named",
    ({ responses }) => delete responses.CfcForbidden.content["application/json"].schema,
  ],
  "a body without examples": [
    "rule/media-type-examples-named",
    ({ responses, examples }) => {
      delete responses.GlsUnauthorized.content["text/plain"].examples;
      delete examples["gls-401-unauthorized"];
    },
  ],
  "a body with an example without a name": [
    "rule/media-type-examples-named",
    ({ responses }) => {
      responses.GlsUnauthorized.content["text/plain"].example = "UNAUTHORIZED";
    },
  ],
  "a body whose schema is inline": [
    "rule/media-type-schema-referenced",
    ({ responses, schemas }) => {
      responses.GlsUnauthorized.content["text/plain"].schema = schemas.GlsUnauthorizedText;
      delete schemas.GlsUnauthorizedText;
    },
  ],
  "a parameter without examples": [
    "rule/parameter-examples-named",
    ({ parameters }) => delete parameters.CfcFileNameQuery.examples,
  ],
  "a parameter with an example without a name": [
    "rule/parameter-examples-named",
    ({ parameters }) => {
      parameters.CfcFileNameQuery.example = "a.csv";
    },
  ],
  "an example without a summary": [
    "rule/example-complete",
    ({ examples }) => delete examples["gls-406-invalid-file-extension"].summary,
  ],
  "an example without a value": [
    "rule/example-complete",
    ({ examples }) => delete examples["gls-406-invalid-file-extension"].value,
  ],
  "a const": [
    "rule/no-const",
    ({ schemas: { GlsUnauthorizedText } }) => {
      GlsUnauthorizedText.const = "UNAUTHORIZED";
    },
  ],
};

interface Problem {
  readonly ruleId: string;
  readonly severity: "warn" | "error";
}

/** Runs `redocly lint`, and returns the ids of the rules that report an error in each description that it lints. */
function brokenRules(...args: readonly string[]): string[][] {
  let output: string;
  try {
    output = redocly(["lint", ...args, "--format=json"], ROOT);
  } catch (error) {
    // It also fails if it reports an error.
    output = (error as { stdout?: string }).stdout ?? "";
    if (output === "") throw error;
  }
  // One JSON document after another, in the order of the arguments.
  const reports = JSON.parse(`[${output.replaceAll("\n}{\n", "\n},{\n")}]`) as { problems: Problem[] }[];
  return reports.map(({ problems }) => {
    const errors = problems.filter(({ severity }) => severity === "error");
    return [...new Set(errors.map(({ ruleId }) => ruleId))];
  });
}

/** Returns the ids of the rules that report each of these defects. One process lints them all, since it starts slowly. */
function rulesReporting(defects: readonly string[], configFile: string, folder: string) {
  const files = defects.map((what, i) => {
    const broken = structuredClone(document);
    DEFECTS[what]?.[1](broken.components, { cfc: broken.paths[CFC].get, gls: broken.paths[GLS].get }, broken);
    if (isDeepStrictEqual(broken, document)) throw new Error(`The edit for ${what} changes nothing.`);
    const file = join(folder, `${i}.yaml`);
    // YAML 1.2 contains JSON.
    writeFileSync(file, JSON.stringify(broken));
    return file;
  });
  const rules = brokenRules(...files, "--config", configFile);
  return Object.fromEntries(defects.map((what, i) => [what, rules[i]]));
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-lint-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("the description passes every rule, and redocly.yaml is valid", { timeout: TIMEOUT }, () => {
  expect(brokenRules("--lint-config=error")).toEqual([[]]);
});

test("each defect is reported, by one rule", { timeout: TIMEOUT }, () => {
  const expected = Object.fromEntries(Object.entries(DEFECTS).map(([what, [rule]]) => [what, [rule]]));
  expect(rulesReporting(Object.keys(DEFECTS), CONFIG, temporaryFolder())).toEqual(expected);
});

test("each rule in redocly.yaml reports a defect", () => {
  const reporting = new Set(Object.values(DEFECTS).map(([rule]) => rule));
  expect(Object.keys(config.rules).filter((rule) => !reporting.has(rule))).toEqual([]);
});

test("no rule in redocly.yaml is inherited anyway", { timeout: TIMEOUT }, () => {
  const builtIn = Object.keys(config.rules).filter((rule) => !rule.includes("/"));
  const defects = Object.keys(DEFECTS).filter((what) => builtIn.includes(DEFECTS[what]?.[0] ?? ""));
  const folder = temporaryFolder();
  const inherited = join(folder, "redocly.yaml");
  writeFileSync(inherited, JSON.stringify({ extends: config.extends }));
  expect(rulesReporting(defects, inherited, folder)).toEqual(Object.fromEntries(defects.map((what) => [what, []])));
});
