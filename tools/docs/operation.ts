/** One operation as Markdown. Each response has its meaning, what to do and what the client returns. */
import { STATUS_CODES } from "node:http";
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
import { code, fence, heading, json, lines, paragraphs, table } from "./markdown.js";
import { shown, statement } from "./markers.js";
import { resultOf } from "./outcomes.js";
import { alternatives, meanings, presence, schemaMarkdown, typeOf } from "./schema.js";

/** A table of what a request has, beside its body. */
const fields = (rows: readonly string[][]) => table(["parameter", "type", "description"], rows);

/** The headers for credentials, which are not parameters of the description. */
const credentials = (description: Description, { security }: Operation) =>
  security
    .flatMap((alternative) => Object.keys(alternative))
    .map((name) => {
      const scheme = description.components.securitySchemes[name];
      if (!scheme) throw new Error(`There is no security scheme ${name}`);
      return [lines(code(scheme.name), `header, ${presence(true)}`), "string", statement(scheme)];
    });

export const authentication = (description: Description, operation: Operation) =>
  fields(credentials(description, operation));

const servers = (of: readonly Server[]) =>
  table(
    ["environment", "URL", ""],
    of.map((server) => [server.description, code(server.url), lines(...shown(server))]),
  );

const parameters = ({ parameters = [] }: Operation) =>
  parameters.map((parameter) => [
    lines(code(parameter.name), `${parameter.in}, ${presence(parameter.required)}`),
    typeOf(parameter.schema),
    lines(
      statement(parameter),
      meanings(parameter.schema),
      ...Object.values(parameter.examples).map(({ value }) => `Example: ${code(String(value))}`),
    ),
  ]);

const requestBody = ({ required, content, ...about }: RequestBody) =>
  paragraphs(
    statement(about),
    ...Object.entries(content).flatMap(([mediaType, { schema, examples }]) => [
      `${code(mediaType)}, ${presence(required)}:`,
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
    ...codeSamples(operationId).map(({ label, highlight, source }) =>
      paragraphs(`<div class="sample" data-language="${label}">`, `**${label}**`, fence(highlight, source), "</div>"),
    ),
    "</div>",
  );

/** A signed URL takes more room than all else together. */
const LONGEST = 300;

const shortened = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, part) =>
      typeof part === "string" && part.length > LONGEST ? `${part.slice(0, LONGEST / 3)}…` : part,
    ),
  );

/** A documented body next to what the client returns for it. */
async function example(
  operationId: string,
  status: string,
  mediaType: string,
  { value, ...about }: Example,
): Promise<string> {
  const short = shortened(value);
  const whole = JSON.stringify(short) === JSON.stringify(value) ? undefined : json(value);
  return paragraphs(
    `**Example: ${about.summary}**`,
    '<div class="pair">',
    "The response body",
    typeof short === "string" ? fence("text", short) : json(short),
    "What the client returns",
    json(await resultOf(operationId, Number(status), mediaType, value)),
    "</div>",
    whole && paragraphs("<details>", "<summary>The whole response body</summary>", whole, "</details>"),
    ...shown(about),
  );
}

const bodyLink = ({ title = "" }: Schema) =>
  `[${title}](#${title
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
  return paragraphs(
    heading(3, `${status} ${STATUS_CODES[status]}`, `status-${status}`),
    about.description,
    whatToDo(about["x-cure"]),
    ...shown(about),
    ...bodies,
  );
}

/** The schema of each response body, once. */
function bodies({ responses }: Operation): string {
  const schemas = Object.values(responses).flatMap(({ content = {} }) =>
    Object.values(content).flatMap(({ schema }) => alternatives(schema)),
  );
  const byTitle = new Map(schemas.map((schema) => [schema.title, schema]));
  return paragraphs(...[...byTitle].map(([title, schema]) => paragraphs(`### ${title}`, schemaMarkdown(schema))));
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
      heading(3, errorCode, `code-${errorCode.toLowerCase()}`),
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
    heading(3, "UNKNOWN", "code-unknown"),
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
    `**${method}** ${code(path)}`,
    operation.description.trim(),
    `Each statement names its source in small print. <b class="inferred">Inferred</b> means that no page of Clear's states it, and says why we assume it; <b class="contradiction">Contradiction</b> means that Clear's pages disagree, and says how we read them. [All of them](contradictions.md).`,
    ...shown(operation),
    "## Request",
    fields([...credentials(description, operation), ...parameters(operation)]),
    servers(description.servers),
    body && paragraphs("### Request body", requestBody(body)),
    `Clear's page: [${operation.externalDocs.description}](${operation.externalDocs.url}). In \`openapi.yaml\`, and in clients generated from it, the \`operationId\` is ${code(operationId)}.`,
    "## Code samples",
    samples(operation),
    put && paragraphs("## The upload", upload(put)),
    "## Responses",
    ...(await Promise.all(
      Object.entries(operation.responses).map(([status, one]) => response(operationId, status, one)),
    )),
    api === "CFC" && put && CfcErrorCode
      ? paragraphs("## Error codes", await errorCodes(operation, CfcErrorCode))
      : undefined,
    "## Response bodies",
    bodies(operation),
  );
}
