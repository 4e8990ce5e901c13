/**
 * facts ↔ description: every fact of the vendor's pages as statements about the description, each with its place there and
 * whether it is true. A test that proves a fact names its id: `proves("cfc.fileContentType.enum")`.
 */
import { document } from "../../test-support/description.js";
import { type Documentation, type Field, type PageName, type Parameter, pages } from "./documentation.js";
import { type Beyond, beyond } from "./inferred.js";

export interface Statement {
  /** The fact, such as `cfc.fileContentType.enum`. A fact may have several statements. */
  readonly fact: string;
  readonly says: string;
  /** The place in the description. */
  readonly place: string;
  /** What is wrong; undefined if the description agrees. */
  readonly difference: string | undefined;
  /** Only about the description, such as a link, so that no server or client can prove it. */
  readonly descriptionOnly: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: the description may be wrong at any point.
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

const text = (body: Node) => JSON.stringify(ordered(body));

/** The page's names of types that JSON Schema calls otherwise. */
const READ_AS: Readonly<Record<string, string>> = { list: "array" };

/** The statements of one page. A missing part of the description is undefined, never an exception. */
class PageStatements {
  readonly all: Statement[] = [];
  readonly #name: PageName;
  readonly #facts: Documentation;
  readonly #more: Beyond;
  readonly #description: Node;
  readonly #operation: Node;
  /** The place of the operation. */
  readonly #of: string;

  constructor(name: PageName, description: Node) {
    this.#name = name;
    this.#facts = pages[name];
    this.#more = beyond[name];
    this.#description = description;
    const method = this.#facts.method.toLowerCase();
    this.#operation = this.#at("paths", this.#facts.path, method);
    this.#of = `paths/${this.#facts.path}/${method}`;
    this.#operationStatements(method);
    this.#requestBody();
    this.#parameters();
    this.#responses();
    this.#fields();
    this.#upload();
    this.#contradictions();
  }

  #at(...path: readonly (string | number)[]): Node {
    return path.reduce((node, key) => node?.[key], this.#description);
  }

  #resolve(node: Node): Node {
    return node?.$ref ? this.#resolve(this.#at(...String(node.$ref).slice(2).split("/"))) : node;
  }

  #state(id: string, says: string, place: string, holds: boolean, found: unknown, descriptionOnly = false): void {
    const fact = `${this.#name}.${id}`;
    const difference = `${fact}: documented ${says}; ${place} has ${JSON.stringify(found) ?? "nothing"}`;
    this.all.push({ fact, says, place, difference: holds ? undefined : difference, descriptionOnly });
  }

  #operationStatements(method: string): void {
    const { path, page, samples } = this.#facts;
    this.#state(
      "path",
      `${this.#facts.method} ${path}`,
      this.#of,
      Boolean(this.#operation),
      Object.keys(this.#at("paths") ?? {}),
    );
    const others = Object.keys(this.#at("paths", path) ?? {}).filter((key) => key !== "servers");
    const one = `${this.#facts.method} and no other`;
    this.#state("method", one, `paths/${path}`, same(others, [method]), others);
    const docs = this.#operation?.externalDocs;
    this.#state("page", page, `${this.#of}/externalDocs`, docs?.url === page, docs, true);

    // The hosts in the samples' requests, and those beyond the page.
    const origins = Object.values(samples).flatMap(({ request }) => (request ? [new URL(request.url).origin] : []));
    const servers = sorted(new Set([...origins, ...this.#more.servers]));
    const described = sorted((this.#at("paths", path, "servers") ?? []).map(({ url }: { url: string }) => url));
    this.#state("hosts", servers.join(", "), `paths/${path}/servers`, same(described, servers), described);
  }

  /** The examples of the request body are those in the samples. */
  #requestBody(): void {
    const bodies = Object.values(this.#facts.samples).flatMap(({ request }) => request?.body ?? []);
    const place = `${this.#of}/requestBody/content/application/json/examples`;
    const { examples } = this.#resolve(this.#operation?.requestBody)?.content?.["application/json"] ?? {};
    const found = Object.values(examples ?? {}).map((example) => this.#resolve(example)?.value);
    if (bodies.length + found.length === 0) return;
    const holds = same(sorted(bodies.map(text)), sorted(found.map(text)));
    this.#state("request.sample", "the bodies of the samples' requests", place, holds, found);
  }

  /** Tokens are security schemes; all others are parameters. */
  #parameters(): void {
    const parameters: Node[] = (this.#operation?.parameters ?? []).map((one: Node) => this.#resolve(one));
    const schemes = (this.#operation?.security ?? []).map((one: object) =>
      this.#at("components", "securitySchemes", Object.keys(one)[0] ?? ""),
    );
    const documented = Object.entries(this.#facts.parameters).flatMap(([where, all]) =>
      Object.entries(all).map(([name, parameter]) => ({ where, name, parameter })),
    );
    const isToken = (name: string) => name.endsWith("-auth-token");
    for (const { where, name, parameter } of documented) {
      if (isToken(name)) {
        const [scheme, ...rest] = schemes;
        const holds = scheme?.type === "apiKey" && scheme.in === where && scheme.name === name && rest.length === 0;
        this.#state(name, `the token, a mandatory ${where}`, `${this.#of}/security`, holds, schemes);
      } else {
        this.#parameter(where, name, parameter, parameters);
      }
    }
    const names = sorted(parameters.map((one) => `${one?.in} ${one?.name}`));
    const expected = sorted(
      documented.filter(({ name }) => !isToken(name)).map(({ where, name }) => `${where} ${name}`),
    );
    this.#state("parameters", expected.join(", "), `${this.#of}/parameters`, same(names, expected), names);
  }

  #parameter(
    where: string,
    name: string,
    { says, type, mandatory, enum: values, maxLength, length, format, extensions }: Parameter,
    parameters: readonly Node[],
  ): void {
    const place = `${this.#of}/parameters/${name}`;
    const parameter = parameters.find((one) => one?.name === name && one?.in === where);
    const schema = this.#resolve(parameter?.schema);
    const names = parameters.map((one) => one?.name);
    this.#state(name, `${says}: ${type}`, place, schema?.type === type, schema?.type ?? names);
    // Mandatory, or read as mandatory for the reason in the contradiction.
    const { contradictions, validations } = this.#facts;
    const read = contradictions.some(({ about, reading }) => about === name && reading.startsWith("required"));
    const required = parameter?.required;
    const words = mandatory ? "mandatory" : "read as mandatory";
    this.#state(`${name}.mandatory`, words, place, required === (mandatory || read), required);
    if (values) {
      const found = schema?.enum;
      this.#state(`${name}.enum`, values.join(", "), place, same(sorted(found ?? []), sorted(values)), found);
    }
    if (format) this.#state(`${name}.format`, format, place, schema?.format === format, schema?.format);
    // "Not empty" is a validation on both pages.
    const least =
      length ?? (where === "query" && validations.some((one) => one.says.includes("not empty")) ? 1 : undefined);
    const most = length ?? maxLength;
    const limits = [schema?.minLength, schema?.maxLength];
    const limited = least !== undefined || most !== undefined;
    const range = limited ? `${least ?? 0} to ${most ?? "any"} characters` : "any length";
    this.#state(limited ? `${name}.length` : name, range, place, same(limits, [least, most]), limits);
    if (extensions) {
      const accepts = (extension: string) => new RegExp(schema?.pattern ?? "$^", "u").test(`a.${extension}`);
      const holds = extensions.every(accepts) && !["pdf", "txt", "csvx", "xl", ""].some(accepts);
      this.#state(`${name}.extensions`, extensions.join(", "), place, holds, schema?.pattern);
    }
  }

  #responses(): void {
    const { statuses, samples } = this.#facts;
    const described = sorted(Object.keys(this.#operation?.responses ?? {}));
    const documented = sorted(Object.keys(statuses));
    this.#state(
      "statuses",
      documented.join(", "),
      `${this.#of}/responses`,
      same(described, documented),
      described,
      true,
    );
    for (const [status, { says }] of Object.entries(statuses)) {
      const response = this.#resolve(this.#operation?.responses?.[status]);
      const place = `${this.#of}/responses/${status}`;
      const matching = Object.values(samples).filter((sample) => String(sample.status) === status);
      // The page does not state the media type of plain text; text/plain is inferred, as is JSON without a sample.
      const mediaType = matching[0]?.mediaType === "text" ? "text/plain" : "application/json";
      const types = Object.keys(response?.content ?? {});
      this.#state(status, says, place, same(types, [mediaType]), types);

      const bodies = `${place}/content/${mediaType}/examples`;
      const inferred = this.#more.examples[status] ?? {};
      const examples = Object.entries(response?.content?.[mediaType]?.examples ?? {}).map(
        ([name, example]) => [name, this.#resolve(example)] as [string, Node],
      );
      for (const sample of matching) {
        const found = examples.filter(([name]) => !(name in inferred)).map(([, { value } = {}]) => value);
        const holds = found.length === 1 && same(ordered(found[0]), ordered(sample.body));
        this.#state(`${status}.sample`, `the sample of a ${status}`, bodies, holds, "another body");
      }
      for (const [name, body] of Object.entries(inferred)) {
        const found = examples.find(([key]) => key === name)?.[1];
        const holds = same(ordered(found?.value), ordered(body)) && Boolean(found?.["x-inferred"]);
        this.#state(`${status}.${name}`, `${name} (inferred)`, `${bodies}/${name}`, holds, found?.value);
      }
      const count = matching.length + Object.keys(inferred).length;
      const names = examples.map(([name]) => name);
      this.#state(status, `bodies: ${count}`, bodies, names.length === count, names);
    }
  }

  #fields(): void {
    for (const [table, fields] of Object.entries(this.#facts.fields)) {
      const schemas = this.#more.schemas[table] ?? {};
      const documented = sorted(Object.keys(fields));
      for (const schema of Object.keys(schemas)) {
        const properties = Object.keys(this.#at("components", "schemas", schema, "properties") ?? {});
        const place = `components/schemas/${schema}`;
        this.#state(table, documented.join(", "), place, same(sorted(properties), documented), properties);
      }
      for (const [name, field] of Object.entries(fields)) this.#field(`${table}.${name}`, name, field, schemas);
    }
    for (const [status, { schema, fields }] of Object.entries(this.#more.fields)) {
      const sample = Object.values(this.#facts.samples).find((one) => String(one.status) === status);
      const properties = Object.keys(this.#at("components", "schemas", schema, "properties") ?? {});
      const keys = Object.keys([sample?.body].flat()[0] ?? {});
      const holds = same(sorted(properties), sorted(keys)) && fields.every((one) => keys.includes(one));
      this.#state(`${status}.fields`, keys.join(", "), `components/schemas/${schema}`, holds, properties);
    }
  }

  #field(
    id: string,
    name: string,
    { says, type, enum: values, maxLength, mandatory, nullWhen, returned }: Field,
    schemas: Beyond["schemas"][string],
  ): void {
    const found: unknown[] = [];
    for (const [schema, outcome] of Object.entries(schemas)) {
      const place = `components/schemas/${schema}/properties/${name}`;
      const property = this.#resolve(this.#at("components", "schemas", schema, "properties", name));
      found.push(...(property?.enum ?? []));
      const isNull = property?.type === "null";
      if (nullWhen === "always" || (nullWhen !== undefined && nullWhen === outcome)) {
        this.#state(id, `null in ${schema}`, place, isNull, property);
      } else if (isNull) {
        // The page shows these nulls only in samples: CFC's 401 and the URL of a failure.
        this.#state(id, `${says}, null in ${schema} by the sample`, place, outcome === "error", property);
      } else {
        this.#state(id, `${says}: ${type}`, place, property?.type === (READ_AS[type] ?? type), property);
      }
      if (maxLength !== undefined && property?.type === "string") {
        const longest = property.maxLength;
        this.#state(`${id}.maxLength`, `${maxLength} characters`, place, longest === maxLength, longest);
      }
      const required: unknown[] = this.#at("components", "schemas", schema, "required") ?? [];
      const isRequired = outcome === "request" ? (mandatory ?? false) : true;
      const when =
        outcome === "request" ? (isRequired ? "mandatory" : "optional") : `returned ${returned ?? "in samples"}`;
      this.#state(id, when, place, required.includes(name) === isRequired, required);
    }
    if (values) {
      const place = Object.keys(schemas).map((schema) => `components/schemas/${schema}/properties/${name}`);
      const holds = same(sorted(new Set(found)), sorted(values));
      this.#state(`${id}.enum`, values.join(", "), place.join(", "), holds, found);
    }
  }

  #upload(): void {
    const upload = this.#operation?.["x-upload"];
    const place = `${this.#of}/x-upload`;
    const { validForSeconds } = this.#facts;
    if (validForSeconds !== undefined) {
      const found = upload?.validForSeconds;
      this.#state("validForSeconds", String(validForSeconds), place, found === validForSeconds, found);
    }
    const described = upload && { method: upload.method, contentTypes: upload.contentTypes };
    const holds = same(ordered(described), ordered(this.#more.upload));
    if (this.#more.upload || upload) {
      this.#state("upload", "method and content types (neighbouring page)", place, holds, upload);
    }
  }

  /** Contradictions are marked where they matter. */
  #contradictions(): void {
    for (const { about, reading } of this.#facts.contradictions) {
      const path = this.#more.contradictions[about] ?? [];
      const marker = path.length > 0 ? this.#at(...path) : undefined;
      const holds = typeof marker === "string" && marker !== "";
      this.#state(`contradictions.${about}`, reading, path.join("/"), holds, marker, true);
    }
  }
}

/** Every statement of all pages about a description. */
export function statements(description: Node): Statement[] {
  const names = Object.keys(pages) as PageName[];
  const all = names.flatMap((name) => new PageStatements(name, description).all);
  const described = sorted(Object.keys(description.paths ?? {}));
  const documented = sorted(Object.values(pages).map(({ path }) => path));
  const difference = `documented ${documented.join(", ")}; paths has ${described.join(", ")}`;
  all.push({
    fact: "paths",
    says: documented.join(", "),
    place: "paths",
    difference: same(described, documented) ? undefined : difference,
    descriptionOnly: true,
  });
  return all;
}

/** Where a description differs from the pages. */
export function differences(description: Node): string[] {
  return statements(description).flatMap(({ difference }) => difference ?? []);
}

/** The ids of all facts. */
export const factIds: ReadonlySet<string> = new Set(statements(document).map(({ fact }) => fact));
