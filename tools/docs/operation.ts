/** One operation as Markdown. Each response has its meaning, what to do and what the client returns. */
import { codeSamples } from "./code-samples.js";
import { cureOf, cures } from "./cures.js";
import type { Description, Example, Operation, Response, Schema, Server } from "./description.js";
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

const parameters = ({ parameters }: Operation) =>
  table(
    ["name", "in", "type", "description"],
    parameters.map((parameter) => [
      code(parameter.name),
      parameter.in,
      typeOf(parameter.schema),
      lines(
        statement(parameter),
        meanings(parameter.schema),
        ...Object.values(parameter.examples).map(({ value }) => `Example: ${code(String(value))}`),
      ),
    ]),
  );

/** The PUT to the URL. */
export const upload = ({ "x-upload": { method, validForSeconds, contentTypes, ...markers } }: Operation) =>
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
async function example(api: string, status: string, mediaType: string, { value, ...about }: Example): Promise<string> {
  // A signed URL needs the full width.
  const long = JSON.stringify(value).length > 1000;
  return paragraphs(
    `**Example: ${about.summary}**`,
    long ? "<div>" : '<div class="pair">',
    "The response body",
    typeof value === "string" ? fence("text", value) : json(value),
    "What the client returns",
    json(await resultOf(api, Number(status), mediaType, value)),
    "</div>",
    ...shown(about),
  );
}

const bodyLink = ({ title = "" }: Schema) =>
  `[${title}](#body-${title
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-")})`;

async function response(api: string, status: string, { content, ...about }: Response): Promise<string> {
  const bodies = await Promise.all(
    Object.entries(content).map(async ([mediaType, { schema, examples }]) =>
      paragraphs(
        `**Body.** ${code(mediaType)}: ${alternatives(schema).map(bodyLink).join(" or ")}.`,
        ...shown(schema.oneOf ? schema : {}),
        ...(await Promise.all(Object.values(examples).map((one) => example(api, status, mediaType, one)))),
      ),
    ),
  );
  const cure = cureOf(cures[api as "CFC" | "GLS"].statuses, status);
  return paragraphs(`## Status ${status}`, about.description, `**What to do.** ${cure}`, ...shown(about), ...bodies);
}

/** The schema of each response body, once. */
function bodies({ responses }: Operation): string {
  const schemas = Object.values(responses).flatMap(({ content }) =>
    Object.values(content).flatMap(({ schema }) => alternatives(schema)),
  );
  const byTitle = new Map(schemas.map((schema) => [schema.title, schema]));
  return paragraphs(...[...byTitle].map(([title, schema]) => paragraphs(`## Body: ${title}`, schemaMarkdown(schema))));
}

/** The examples that have this `errorCode`, each with its status. */
const examplesOf = ({ responses }: Operation, errorCode: string) =>
  Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content)
      .flatMap(({ examples }) => Object.values(examples))
      .filter(({ value }) => JSON.stringify(value).includes(`"errorCode":"${errorCode}"`))
      .map((example) => ({ status, example })),
  );

/** A section for each documented error code of CFC, and one for undocumented codes. */
async function errorCodes(operation: Operation, { enum: codes, "x-enumDescriptions": meaning }: Schema) {
  const sections = (codes ?? []).map(async (errorCode) => {
    const found = examplesOf(operation, errorCode);
    const statuses = [...new Set(found.map(({ status }) => `[${status}](#status-${status})`))];
    return paragraphs(
      `## Code ${errorCode}`,
      meaning?.[errorCode],
      `**What to do.** ${cureOf(cures.CFC.codes, errorCode)}`,
      `There are examples with status ${statuses.join(" and ")}.`,
      found[0] && (await example("CFC", found[0].status, "application/json", found[0].example)),
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
    "**What to do.** Read the message, then ask Clear's support.",
    await example("CFC", "403", "application/json", undocumented),
  );
}

export async function operationMarkdown(description: Description, path: string): Promise<string> {
  const { get: operation, servers: hosts } = description.paths[path] as Description["paths"][string];
  const [api] = operation.tags;
  const { CfcErrorCode } = description.components.schemas;
  return paragraphs(
    `# ${operation.summary}`,
    fence("http", `GET ${hosts[0]?.url}${path}`),
    operation.description.trim(),
    `[${operation.externalDocs.description}](${operation.externalDocs.url}). \`operationId\`: ${code(operation.operationId)}`,
    "## Servers",
    servers(hosts),
    "## Authentication",
    authentication(description, operation),
    "## Parameters",
    parameters(operation),
    "## Code samples",
    samples(operation),
    "## The upload",
    upload(operation),
    ...(await Promise.all(Object.entries(operation.responses).map(([status, one]) => response(api, status, one)))),
    bodies(operation),
    api === "CFC" && CfcErrorCode ? await errorCodes(operation, CfcErrorCode) : undefined,
  );
}
