/**
 * Writes generated/ from spec/openapi.yaml and package.json. With --check it writes nothing and fails if a committed file
 * differs. All paths are in the working directory.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { PARAMETER_RULES } from "../src/parameters.js";
import {
  DESCRIPTION,
  type Description,
  operationsOf,
  type Parameter,
  type RequestBody,
  readDescription,
  type Schema,
  type Server,
  type Upload,
  writtenDescription,
} from "../tools/description.js";

/** Keywords that do not constrain a value. */
const ANNOTATIONS = /^(title|description|default|x-.*)$/;

function withoutAnnotations(node: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node).filter(([keyword]) => !ANNOTATIONS.test(keyword)));
}

function constraints(name: string, schema: Schema): Record<string, unknown> {
  const found = withoutAnnotations(schema);
  for (const keyword of Object.keys(found)) {
    if (keyword in PARAMETER_RULES) continue;
    throw new Error(`The parameter ${name} has the keyword ${keyword}, which src/parameters.ts does not check.`);
  }
  return found;
}

const parameterData = ({ name, in: place, required = false, schema }: Parameter) => ({
  name,
  in: place,
  required,
  schema: constraints(name, schema),
});

/** The required fields of a schema and of those within it. */
function requiredFields({ required, properties = {}, items }: Schema): object {
  const nested = Object.entries(properties).map(([name, schema]) => [name, requiredFields(schema)] as const);
  const constrained = nested.filter(([, schema]) => Object.keys(schema).length > 0);
  return {
    ...(required && { required }),
    ...(constrained.length > 0 && { properties: Object.fromEntries(constrained) }),
    ...(items && { items: requiredFields(items) }),
  };
}

/** A JSON request body. */
function bodyData({ required = false, content }: RequestBody) {
  const json = content["application/json"];
  if (!json) throw new Error("A request body must be application/json: the client and the sandbox know no other.");
  return { required, fields: requiredFields(json.schema) };
}

/** Only a mock needs to know the storage's part of an upload. */
function uploadData({ sessionToken: _, expired: __, ...upload }: Upload): Record<string, unknown> {
  return withoutAnnotations(upload);
}

/** How the storage signs the URLs of each operation that returns one, and what it responds to an expired one. */
function storageData(description: Description) {
  return operationsOf(description).flatMap(({ operation: { operationId, "x-upload": upload } }) =>
    upload ? [[operationId, { sessionToken: upload.sessionToken, expired: upload.expired }]] : [],
  );
}

/** Each operation without its responses. One constant each, so that a bundle has only the operations that it uses. */
function operationData(description: Description): Record<string, object> {
  const { securitySchemes } = description.components;
  return Object.fromEntries(
    operationsOf(description).map(({ path, method, operation }) => {
      const { operationId, tags, security, parameters, requestBody, "x-upload": upload } = operation;
      const [scheme = ""] = Object.keys(security[0] ?? {});
      return [
        operationId,
        {
          id: operationId,
          api: tags[0].toLowerCase(),
          method,
          path,
          tokenHeader: securitySchemes[scheme]?.name,
          parameters: parameters.map(parameterData),
          ...(requestBody && { body: bodyData(requestBody) }),
          ...(upload && { upload: uploadData(upload) }),
        },
      ];
    }),
  );
}

/** The documented responses of each operation: status, name and media type of each example, when it is returned, and its body. */
function responseData(description: Description) {
  return operationsOf(description).map(({ operation: { operationId, responses } }) => {
    const examples = Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).flatMap(([mediaType, { examples }]) =>
        Object.entries(examples).map(([example, { "x-when": when, value }]) => ({
          response: { status: Number(status), example, mediaType, ...(when && { when }) },
          body: [`${status} ${example}`, value],
        })),
      ),
    );
    return { operationId, examples };
  });
}

/** The first word of a server's description. */
const environmentOf = ({ description }: Server) => description.replace(/ .*/, "").toLowerCase();

const constant = (name: string, value: unknown) =>
  `export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;

const description = readDescription();
const operations = operationData(description);
const responses = responseData(description);
const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const types = await openapiTS(writtenDescription(), {
  enumValues: true,
  immutable: true,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});

const FILES = {
  "types.ts": astToString(types),
  "operations.ts": [
    ...Object.entries(operations).map(([id, operation]) => constant(id, operation)),
    `export const OPERATIONS = { ${Object.keys(operations).join(", ")} };\n`,
    "/** The documented responses of each operation, with the requests that get them. Their bodies are in examples.ts. */",
    constant(
      "RESPONSES",
      Object.fromEntries(
        responses.map(({ operationId, examples }) => [operationId, examples.map(({ response }) => response)]),
      ),
    ),
    constant("STORAGE", Object.fromEntries(storageData(description))),
    constant("SERVERS", Object.fromEntries(description.servers.map((of) => [environmentOf(of), of.url]))),
  ].join("\n"),
  "examples.ts": constant(
    "EXAMPLES",
    Object.fromEntries(
      responses.map(({ operationId, examples }) => [operationId, Object.fromEntries(examples.map(({ body }) => body))]),
    ),
  ),
  "user-agent.ts": constant("USER_AGENT", `${name}/${version}`),
};
mkdirSync("generated", { recursive: true });
for (const [file, content] of Object.entries(FILES)) {
  const path = `generated/${file}`;
  const text = `// Generated from ${file === "user-agent.ts" ? "package.json" : DESCRIPTION} by \`npm run generate\`. Do not edit.\n\n${content}`;
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${path} is stale: run \`npm run generate\` and commit the result.`);
    process.exitCode = 1;
  }
}
