/** One operation as Markdown. Each response has its meaning, what to do and what the client returns. */

import {
  type Description,
  type Example,
  type Operation,
  operationsOf,
  type RequestBody,
  type Response,
  type Schema,
  type Server,
  type Upload,
} from "../description.js";
import { codeSamples } from "./code-samples.js";
import { whatToDo } from "./cures.js";
import { code, fence, json, lines, paragraphs, table } from "./markdown.js";
import { shown, statement } from "./markers.js";
import { resultOf } from "./outcomes.js";
import { alternatives, meanings, schemaMarkdown, typeOf } from "./schema.js";

/** The headers for credentials, which are not parameters. */
export function authentication(description: Description, { security }: Operation): string {
  const schemes = security.flatMap((alternative) => Object.keys(alternative));
  return table(
    ["header", "description"],
    schemes.map((name) => {
      const scheme = description.components.securitySchemes[name];
      if (!scheme) throw new Error(`There is no security scheme ${name}`);
      return [code(scheme.name), statement(scheme)];
    }),
  );
}

const servers = (of: readonly Server[]) =>
  table(
    ["environment", "URL", ""],
    of.map((server) => [server.description, code(server.url), lines(...shown(server))]),
  );

const parameters = ({ parameters = [] }: Operation) =>
  table(
    ["name", "in", "required", "type", "description"],
    parameters.map((parameter) => [
      code(parameter.name),
      parameter.in,
      parameter.required ? "required" : "optional",
      typeOf(parameter.schema),
      lines(
        statement(parameter),
        meanings(parameter.schema),
        ...Object.values(parameter.examples).map(({ value }) => `Example: ${code(String(value))}`),
      ),
    ]),
  );

const requestBody = ({ required, content, ...about }: RequestBody) =>
  paragraphs(
    statement(about),
    ...Object.entries(content).flatMap(([mediaType, { schema, examples }]) => [
      `${code(mediaType)}, ${required ? "required" : "optional"}:`,
      schemaMarkdown(schema),
      ...Object.values(examples).flatMap((one) => [`**Example: ${one.summary}**`, json(one.value), ...shown(one)]),
    ]),
  );

/** The PUT to the URL. */
export const upload = ({ method, validForSeconds, contentTypes, ...markers }: Upload) =>
  paragraphs(
    `\`${method}\` the file to the URL within ${validForSeconds / 60} minutes, with the signed \`content-type\`:`,
    table(
      ["file", "content-type"],
      Object.entries(contentTypes).map(([file, type]) => [file, code(type)]),
    ),
    ...shown(markers),
  );

const samples = ({ operationId }: Operation) =>
  paragraphs(
    '<div class="samples">',
    ...codeSamples(operationId).flatMap(({ label, highlight, source }) => [`### ${label}`, fence(highlight, source)]),
    "</div>",
  );

/** A documented body next to what the client returns for it. */
async function example(
  operationId: string,
  status: string,
  mediaType: string,
  { value, ...about }: Example,
): Promise<string> {
  // A signed URL needs the full width.
  const long = JSON.stringify(value).length > 1000;
  return paragraphs(
    `**Example: ${about.summary}**`,
    long ? "<div>" : '<div class="pair">',
    "The response body",
    typeof value === "string" ? fence("text", value) : json(value),
    "What the client returns",
    json(await resultOf(operationId, Number(status), mediaType, value)),
    "</div>",
    ...shown(about),
  );
}

const bodyLink = ({ title = "" }: Schema) =>
  `[${title}](#body-${title
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-")})`;

async function response(operationId: string, status: string, { content = {}, ...about }: Response): Promise<string> {
  const bodies = await Promise.all(
    Object.entries(content).map(async ([mediaType, { schema, examples }]) =>
      paragraphs(
        `**Body.** ${code(mediaType)}: ${alternatives(schema).map(bodyLink).join(" or ")}.`,
        ...shown(schema.oneOf ? schema : {}),
        ...(await Promise.all(Object.values(examples).map((one) => example(operationId, status, mediaType, one)))),
      ),
    ),
  );
  return paragraphs(`## Status ${status}`, about.description, whatToDo(about["x-cure"]), ...shown(about), ...bodies);
}

/** The schema of each response body, once. */
function bodies({ responses }: Operation): string {
  const schemas = Object.values(responses).flatMap(({ content = {} }) =>
    Object.values(content).flatMap(({ schema }) => alternatives(schema)),
  );
  const byTitle = new Map(schemas.map((schema) => [schema.title, schema]));
  return paragraphs(...[...byTitle].map(([title, schema]) => paragraphs(`## Body: ${title}`, schemaMarkdown(schema))));
}

/** The examples that have this `errorCode`, each with its status. */
const examplesOf = ({ responses }: Operation, errorCode: string) =>
  Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.values(content)
      .flatMap(({ examples }) => Object.values(examples))
      .filter(({ value }) => JSON.stringify(value).includes(`"errorCode":"${errorCode}"`))
      .map((example) => ({ status, example })),
  );

/** A section for each documented error code of CFC, and one for undocumented codes. */
async function errorCodes(
  operation: Operation,
  { enum: codes, "x-enumDescriptions": meaning, "x-enumCures": cures }: Schema,
) {
  const { operationId } = operation;
  const sections = (codes ?? []).map(String).map(async (errorCode) => {
    const found = examplesOf(operation, errorCode);
    const statuses = [...new Set(found.map(({ status }) => `[${status}](#status-${status})`))];
    return paragraphs(
      `## Code ${errorCode}`,
      meaning?.[errorCode],
      whatToDo(cures?.[errorCode]),
      `There are examples with status ${statuses.join(" and ")}.`,
      found[0] && (await example(operationId, found[0].status, "application/json", found[0].example)),
    );
  });
  const undocumented = {
    summary: "An undocumented code",
    value: { status: null, preSignedS3Url: null, errorCode: "ACCOUNT_CLOSED", errorMessage: "The account is closed" },
  };
  return paragraphs(
    ...(await Promise.all(sections)),
    "## Code UNKNOWN",
    "An undocumented or missing code. The client returns `UNKNOWN` for it; `rawCode` is the received code.",
    whatToDo("Read the message, then ask Clear's support."),
    await example(operationId, "403", "application/json", undocumented),
  );
}

export async function operationMarkdown(description: Description, operationId: string): Promise<string> {
  const found = operationsOf(description).find(({ operation }) => operation.operationId === operationId);
  if (!found) throw new Error(`There is no operation ${operationId}`);
  const { operation, method, path } = found;
  const [api] = operation.tags;
  const { CfcErrorCode } = description.components.schemas;
  const { requestBody: body, "x-upload": put } = operation;
  return paragraphs(
    `# ${operation.summary}`,
    fence("http", `${method} ${description.servers[0]?.url}${path}`),
    operation.description.trim(),
    ...shown(operation),
    `[${operation.externalDocs.description}](${operation.externalDocs.url}). \`operationId\`: ${code(operation.operationId)}`,
    "## Servers",
    servers(description.servers),
    "## Authentication",
    authentication(description, operation),
    "## Parameters",
    parameters(operation),
    body && paragraphs("## Request body", requestBody(body)),
    "## Code samples",
    samples(operation),
    put && paragraphs("## The upload", upload(put)),
    ...(await Promise.all(
      Object.entries(operation.responses).map(([status, one]) => response(operationId, status, one)),
    )),
    bodies(operation),
    api === "CFC" && put && CfcErrorCode ? await errorCodes(operation, CfcErrorCode) : undefined,
  );
}
