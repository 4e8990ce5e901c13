/**
 * documentation ↔ description: every fact of the vendor's pages as a statement about the description, with its place
 * in it, whether it holds there, and the tests that prove that it is so in the mock and the client.
 */
import { cfc, type Documentation, type Field, gls, type Parameter } from "./documentation.js";
import { beyond } from "./inferred.js";

export interface DescribedStatement {
  /** The fact, such as `cfc parameters.header.fileContentType.enum`. */
  readonly id: string;
  readonly says: string;
  /** Where the description says it. */
  readonly place: string;
  /** What is wrong; undefined where the description says the same. */
  readonly difference: string | undefined;
  /** The full names of the tests that prove it. */
  readonly provedBy: RegExp;
}

// biome-ignore lint/suspicious/noExplicitAny: a description that may be wrong at any point.
type Node = any;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const sorted = (values: Iterable<unknown>) => [...values].map(String).sort();
/** A body with its keys in order, for comparison. */
function ordered(value: Node): Node {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}

/** Reads a description; what is missing is undefined, never an exception. */
function reader(description: Node) {
  const at = (...path: readonly (string | number)[]): Node => path.reduce((node, key) => node?.[key], description);
  const resolve = (node: Node): Node => (node?.$ref ? resolve(at(...String(node.$ref).slice(2).split("/"))) : node);
  return { at, resolve };
}

/** The schemas that a table of the page describes: all must have its fields. */
const SCHEMAS = {
  cfc: { response: ["CfcPreSignedUrlCreated", "CfcPreSignedUrlFailed", "CfcErrorResponse"] },
  gls: { response: ["GlsPreSignedUrlSuccess", "GlsFailure"], result: ["GlsResult"], error: ["GlsError"] },
} as const;
/** Which of these are for a success, and which for an error. */
const OUTCOME: Readonly<Record<string, "success" | "error">> = {
  CfcPreSignedUrlCreated: "success",
  CfcPreSignedUrlFailed: "error",
  CfcErrorResponse: "error",
  GlsPreSignedUrlSuccess: "success",
  GlsFailure: "error",
};
/** Types as the page names them, where the description's differ in more than that: what we read them as. */
const READ_AS: Readonly<Record<string, string>> = { list: "array" };

function* apiStatements(api: "cfc" | "gls", facts: Documentation, description: Node): Generator<DescribedStatement> {
  const { at, resolve } = reader(description);
  const API = api.toUpperCase();
  const more = beyond[api];
  const method = facts.method.toLowerCase();
  const operation = at("paths", facts.path, method);
  const of = `paths/${facts.path}/${method}`;
  const statement = (id: string, says: string, place: string, holds: boolean, found: unknown, provedBy: RegExp) => ({
    id: `${api} ${id}`,
    says,
    place,
    difference: holds
      ? undefined
      : `${api} ${id}: documented ${says}; ${place} has ${JSON.stringify(found) ?? "nothing"}`,
    provedBy,
  });

  yield statement(
    "path",
    `${facts.method} ${facts.path}`,
    of,
    Boolean(operation),
    Object.keys(at("paths") ?? {}),
    new RegExp(`over the wire ${API} .*percent-encoded`),
  );
  const others = Object.keys(at("paths", facts.path) ?? {}).filter((key) => key !== "servers");
  yield statement(
    "method",
    `${facts.method} and no other`,
    `paths/${facts.path}`,
    same(others, [method]),
    others,
    new RegExp(`${API}: (POST|PUT|PATCH|DELETE) instead`),
  );
  yield statement(
    "page",
    facts.page,
    `${of}/externalDocs`,
    operation?.externalDocs?.url === facts.page,
    operation?.externalDocs,
    /description as it is breaks no rule/,
  );

  // Hosts: those of the samples that are asked, and those beyond the page.
  const asked = Object.values(facts.samples).flatMap(({ request }) => (request ? [new URL(request.url).origin] : []));
  const servers = sorted(new Set([...asked, ...more.servers]));
  const described = sorted((at("paths", facts.path, "servers") ?? []).map(({ url }: { url: string }) => url));
  yield statement(
    "hosts",
    servers.join(", "),
    `paths/${facts.path}/servers`,
    same(described, servers),
    described,
    /hosts of (sandbox|production)/,
  );

  // Parameters: tokens are security schemes, the rest is parameters.
  const parameters: Node[] = (operation?.parameters ?? []).map(resolve);
  const schemes = (operation?.security ?? []).map((one: object) =>
    at("components", "securitySchemes", Object.keys(one)[0] ?? ""),
  );
  const documented = Object.entries(facts.parameters).flatMap(([where, all]) =>
    Object.entries(all).map(([name, parameter]) => ({ where, name, parameter })),
  );
  for (const { where, name, parameter } of documented) {
    const id = `parameters.${where}.${name}`;
    if (name.endsWith("-auth-token")) {
      const [scheme, ...rest] = schemes;
      const holds = scheme?.type === "apiKey" && scheme.in === where && scheme.name === name && rest.length === 0;
      yield statement(
        id,
        `the token, a mandatory ${where}`,
        `${of}/security`,
        holds,
        schemes,
        new RegExp(`${API}: (no|an empty|an unknown) token|other API's header|exactly the documented headers`),
      );
      continue;
    }
    yield* parameterStatements(id, where, name, parameter, parameters, API, statement, facts, resolve);
  }
  const names = sorted(parameters.map((one) => `${one?.in} ${one?.name}`));
  const expected = sorted(
    documented.filter(({ name }) => !name.endsWith("-auth-token")).map(({ where, name }) => `${where} ${name}`),
  );
  yield statement(
    "parameters",
    expected.join(", "),
    `${of}/parameters`,
    same(names, expected),
    names,
    new RegExp(`${API}: a parameter that nobody|${API}: .*file`),
  );

  // Statuses and bodies.
  const statuses = sorted(Object.keys(operation?.responses ?? {}));
  yield statement(
    "statuses",
    sorted(Object.keys(facts.statuses)).join(", "),
    `${of}/responses`,
    same(statuses, sorted(Object.keys(facts.statuses))),
    statuses,
    /^replayed to bad requests/,
  );
  for (const status of Object.keys(facts.statuses)) {
    const response = resolve(operation?.responses?.[status]);
    const place = `${of}/responses/${status}`;
    const mine = Object.values(facts.samples).filter((sample) => String(sample.status) === status);
    // The page does not tell the media type of bare text; text/plain is inferred, as is JSON where there is no sample.
    const mediaType = mine[0]?.mediaType === "text" ? "text/plain" : "application/json";
    const types = Object.keys(response?.content ?? {});
    const proof = new RegExp(
      `(replayed to bad requests|with its status, code, message and body).*${operation?.operationId} ${status} |→ ${status}$`,
    );
    yield statement(
      `statuses.${status}`,
      facts.statuses[status]?.says ?? "",
      place,
      same(types, [mediaType]),
      types,
      proof,
    );

    const inferred = more.examples[status] ?? {};
    const examples = Object.entries(response?.content?.[mediaType]?.examples ?? {}).map(
      ([name, example]) => [name, resolve(example)] as [string, Node],
    );
    for (const sample of mine) {
      const found = examples.filter(([name]) => !(name in inferred)).map(([, { value } = {}]) => value);
      const holds = found.length === 1 && same(ordered(found[0]), ordered(sample.body));
      yield statement(
        `samples.${status}`,
        `the sample of a ${status}`,
        `${place}/content/${mediaType}/examples`,
        holds,
        "another body",
        proof,
      );
    }
    for (const [name, body] of Object.entries(inferred)) {
      const found = examples.find(([key]) => key === name)?.[1];
      const holds = same(ordered(found?.value), ordered(body)) && Boolean(found?.["x-inferred"]);
      yield statement(
        `inferred.${status}.${name}`,
        `${name} (inferred)`,
        `${place}/content/${mediaType}/examples/${name}`,
        holds,
        found?.value,
        proof,
      );
    }
    const count = mine.length + Object.keys(inferred).length;
    yield statement(
      `samples.${status}.count`,
      `${count} bodies`,
      `${place}/content/${mediaType}/examples`,
      examples.length === count,
      examples.map(([name]) => name),
      proof,
    );
  }

  // Fields.
  for (const [table, fields] of Object.entries(facts.fields)) {
    const schemas: readonly string[] = (SCHEMAS[api] as Record<string, readonly string[]>)[table] ?? [];
    const own = Object.keys(fields);
    for (const schema of schemas) {
      const properties = at("components", "schemas", schema, "properties") ?? {};
      yield statement(
        `fields.${table}`,
        own.join(", "),
        `components/schemas/${schema}`,
        same(sorted(Object.keys(properties)), sorted(own)),
        Object.keys(properties),
        new RegExp(`^${schema} `),
      );
    }
    for (const [name, field] of Object.entries(fields)) {
      yield* fieldStatements(`fields.${table}.${name}`, name, field, schemas, at, resolve, statement);
    }
  }
  for (const [schema, names_] of Object.entries(more.fields)) {
    const sample = facts.samples["error 500"]?.body as object[] | undefined;
    const properties = Object.keys(at("components", "schemas", schema, "properties") ?? {});
    const keys = Object.keys(sample?.[0] ?? {});
    const holds = same(sorted(properties), sorted(keys)) && names_.every((one) => keys.includes(one));
    yield statement(
      `fields beyond the tables`,
      keys.join(", "),
      `components/schemas/${schema}`,
      holds,
      properties,
      new RegExp(`^${schema} `),
    );
  }

  // The URL's life and upload.
  const upload = operation?.["x-upload"];
  const life = upload?.validForSeconds;
  yield statement(
    "validForSeconds",
    String(facts.validForSeconds),
    `${of}/x-upload`,
    life === facts.validForSeconds,
    life,
    new RegExp(`${API}'s .* for the documented life`),
  );
  const same_ = same(ordered({ method: upload?.method, contentTypes: upload?.contentTypes }), ordered(more.upload));
  yield statement(
    "upload",
    "method and content types (neighbouring page)",
    `${of}/x-upload`,
    same_,
    upload,
    new RegExp(`${API}, .*is signed for the content type`),
  );

  // Contradictions are told where they matter.
  for (const { about, reading } of facts.contradictions) {
    const path = more.contradictions[about] ?? [];
    const marker = path.length > 0 ? at(...path) : undefined;
    yield statement(
      `contradiction: ${about}`,
      reading,
      path.join("/"),
      typeof marker === "string" && marker !== "",
      marker,
      /description as it is breaks no rule/,
    );
  }
}

type Make = (
  id: string,
  says: string,
  place: string,
  holds: boolean,
  found: unknown,
  provedBy: RegExp,
) => DescribedStatement;

function* parameterStatements(
  id: string,
  where: string,
  name: string,
  { says, type, mandatory, enum: values, maxLength, length, format, extensions }: Parameter,
  parameters: readonly Node[],
  API: string,
  statement: Make,
  facts: Documentation,
  resolve: (node: Node) => Node,
): Generator<DescribedStatement> {
  const place = `paths/${facts.path}/${facts.method.toLowerCase()}/parameters/${name}`;
  const parameter = parameters.find((one) => one?.name === name && one?.in === where);
  const schema = resolve(parameter?.schema);
  const proof = new RegExp(
    `${API}: .*${{ "x-integration-id": "integration id", filename: "(filename|extension|name)", templateType: "(template type|sales as|purchase as)" }[name] ?? name}`,
  );
  yield statement(
    id,
    says,
    place,
    Boolean(parameter),
    parameters.map((one) => one?.name),
    proof,
  );
  yield statement(`${id}.type`, type, place, schema?.type === type, schema?.type, proof);
  // Mandatory, or read so for the reason that is given with the contradiction.
  const read = facts.contradictions.some(({ about, reading }) => about === name && reading.startsWith("required"));
  yield statement(
    `${id}.mandatory`,
    mandatory ? "mandatory" : "read as mandatory",
    place,
    parameter?.required === (mandatory || read),
    parameter?.required,
    proof,
  );
  if (values)
    yield statement(
      `${id}.enum`,
      values.join(", "),
      place,
      same(sorted(schema?.enum ?? []), sorted(values)),
      schema?.enum,
      proof,
    );
  if (format) yield statement(`${id}.format`, format, place, schema?.format === format, schema?.format, proof);
  // "Not empty" is a validation of both pages.
  const least =
    length ?? (where === "query" && facts.validations.some((one) => one.says.includes("not empty")) ? 1 : undefined);
  const limits = [schema?.minLength, schema?.maxLength];
  yield statement(
    `${id}.length`,
    `${least ?? 0} to ${length ?? maxLength ?? "any"}`,
    place,
    same(limits, [least, length ?? maxLength]),
    limits,
    proof,
  );
  if (extensions) {
    const takes = (extension: string) => new RegExp(schema?.pattern ?? "$^", "u").test(`a.${extension}`);
    const holds = extensions.every(takes) && !["pdf", "txt", "csvx", "xl", ""].some(takes);
    yield statement(`${id}.extensions`, extensions.join(", "), place, holds, schema?.pattern, proof);
  }
}

function* fieldStatements(
  id: string,
  name: string,
  { says, type, enum: values, maxLength, nullWhen, returned }: Field,
  schemas: readonly string[],
  at: (...path: readonly string[]) => Node,
  resolve: (node: Node) => Node,
  statement: Make,
): Generator<DescribedStatement> {
  const nullIn = (schema: string) => nullWhen === "always" || (nullWhen !== undefined && nullWhen === OUTCOME[schema]);
  const proof = new RegExp(`^(${schemas.join("|")}) `);
  const found: unknown[] = [];
  for (const schema of schemas) {
    const place = `components/schemas/${schema}/properties/${name}`;
    const property = resolve(at("components", "schemas", schema, "properties", name));
    if (values) found.push(...(property?.enum ?? []));
    const isNull = property?.type === "null";
    if (nullIn(schema)) yield statement(`${id} in ${schema}`, "null", place, isNull, property, proof);
    // A null where the page does not say so is read off a sample: CFC's 401 and the URL of a failure.
    else if (isNull)
      yield statement(
        `${id} in ${schema}`,
        `${says} (null, by the sample)`,
        place,
        OUTCOME[schema] === "error",
        property,
        proof,
      );
    else
      yield statement(
        `${id} in ${schema}`,
        `${says}: ${type}`,
        place,
        property?.type === (READ_AS[type] ?? type),
        property,
        proof,
      );
    if (maxLength !== undefined && property?.type === "string") {
      yield statement(
        `${id}.maxLength in ${schema}`,
        String(maxLength),
        place,
        property?.maxLength === maxLength,
        property?.maxLength,
        proof,
      );
    }
    const required = at("components", "schemas", schema, "required") ?? [];
    const when = returned === undefined ? "in every sample" : returned;
    yield statement(`${id} returned in ${schema}`, when, place, required.includes(name), required, proof);
  }
  if (values) {
    const place = schemas.map((schema) => `components/schemas/${schema}/properties/${name}`).join(", ");
    yield statement(`${id}.enum`, values.join(", "), place, same(sorted(new Set(found)), sorted(values)), found, proof);
  }
}

/** Every statement of both pages about a description. */
export function statements(description: Node): DescribedStatement[] {
  const all = [...apiStatements("cfc", cfc, description), ...apiStatements("gls", gls, description)];
  const paths = sorted(Object.keys(description.paths ?? {}));
  const documented = sorted([cfc.path, gls.path]);
  all.push({
    id: "both paths",
    says: documented.join(", "),
    place: "paths",
    difference: same(paths, documented)
      ? undefined
      : `documented ${documented.join(", ")}; paths has ${paths.join(", ")}`,
    provedBy: /over the wire/,
  });
  return all;
}

/** What a description says otherwise than the pages. */
export function differences(description: Node): string[] {
  return statements(description).flatMap(({ difference }) => difference ?? []);
}
