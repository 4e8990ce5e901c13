/** Every single-point change of the description, each with the link of the chain that must detect it. */
import { requestSchemas } from "../../test-support/description.js";

/** The link of the chain that must kill a mutant. */
export type Link = "mock" | "corpus" | "facts" | "prose";

export interface Mutant {
  /** Where and what, such as `schemas/CfcErrorCode: enum without LICENSE_EXPIRED`. */
  readonly id: string;
  readonly link: Link;
  /** The changed constraint and the direction of the change; absent for other changes. */
  readonly constraint?: string;
  readonly direction?: "widened" | "narrowed";
  // biome-ignore lint/suspicious/noExplicitAny: the description is deliberately wrong.
  readonly description: any;
}

/** Mutants that no test can distinguish from the description, and why. */
export const EQUIVALENT: Readonly<Record<string, string>> = {
  "info/description: that [no → a] vendor": "explains our own marker",
  "info/description: the [PUT → POST] to": "explains our own marker",
  "info/description: a [success → failure]. `x-enumDescriptions`": "explains our own marker",
  "parameters/GlsIntegrationIdHeader: type dropped": "a header is a string for every validator",
  "parameters/CfcFileNameQuery: minLength 0": "the mock treats an empty value as missing",
  "parameters/CfcFileNameQuery: minLength dropped": "the mock treats an empty value as missing",
  "schemas/CfcTemplateType: type dropped": "the enum has only strings",
  "schemas/CfcFileContentType: type dropped": "the enum has only strings",
  "schemas/CfcErrorCode: type dropped": "the enum has only strings",
  "schemas/GlsUnauthorizedText: type dropped": "the enum has only strings",
  "schemas/CfcPreSignedUrlCreated.status: type dropped": "the enum has only strings",
  "schemas/CfcPreSignedUrlFailed.status: type dropped": "the enum has only strings",
  "schemas/GlsPreSignedUrlSuccess.success: type dropped": "the enum has only booleans",
  "schemas/GlsFailure.success: type dropped": "the enum has only booleans",
};

type Node = Record<string, unknown>;

/** A near miss of a value: the same word in the other case, or the other boolean. */
function nearMiss(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (value === null) return "null";
  const text = String(value);
  const other = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
  return other === text ? `${text}0` : other;
}

interface Edit {
  readonly what: string;
  /** The changed constraint, within its schema. */
  readonly constraint: string;
  /** Widened, it accepts what it rejected; narrowed, it rejects what it accepted. */
  readonly direction: "widened" | "narrowed";
  readonly apply: (node: Node) => void;
}

/** Every change to the constraints of one schema node. */
function* schemaEdits(schema: Node): Generator<Edit> {
  const { required, enum: values, type, properties, oneOf, items } = schema;
  const set = (name: string, value: unknown) => (node: Node) => {
    node[name] = value;
  };
  const drop = (name: string) => (node: Node) => {
    delete node[name];
  };
  const edit = (what: string, constraint: string, direction: Edit["direction"], apply: Edit["apply"]): Edit => ({
    what,
    constraint,
    direction,
    apply,
  });
  const names: unknown[] = Array.isArray(required) ? required : [];
  for (const name of names) {
    const others = names.filter((one) => one !== name);
    yield edit(`required without ${name}`, `required ${name}`, "widened", set("required", others));
  }
  if ("const" in schema) {
    // A const and the enum next to it are one constraint.
    const other = nearMiss(schema["const"]);
    yield edit(`const ${other}`, "const", "narrowed", (node) => Object.assign(node, { const: other, enum: [other] }));
    yield edit("const dropped", "const", "widened", (node) => {
      delete node["const"];
      delete node["enum"];
    });
  } else if (Array.isArray(values)) {
    const more = [...values, nearMiss(values[0])];
    yield edit(`enum with ${nearMiss(values[0])}`, "enum", "widened", set("enum", more));
    for (const value of values) {
      // An enum must not be empty.
      const others = values.length > 1 ? values.filter((one) => one !== value) : [nearMiss(value)];
      yield edit(`enum without ${value}`, "enum", "narrowed", set("enum", others));
    }
  }
  for (const [limit, inward] of [
    ["minLength", 1],
    ["maxLength", -1],
  ] as const) {
    const at = schema[limit];
    if (typeof at !== "number") continue;
    yield edit(`${limit} ${at + inward}`, limit, "narrowed", set(limit, at + inward));
    yield edit(`${limit} ${at - inward}`, limit, "widened", set(limit, at - inward));
  }
  for (const keyword of ["minLength", "maxLength", "pattern", "format"]) {
    if (keyword in schema) yield edit(`${keyword} dropped`, keyword, "widened", drop(keyword));
  }
  if (type !== undefined) {
    yield edit("type dropped", "type", "widened", drop("type"));
    const types: unknown[] = Array.isArray(type) ? type : [];
    for (const one of types) {
      const others = types.filter((other) => other !== one);
      yield edit(`type without ${one}`, "type", "narrowed", set("type", others));
    }
  }
  for (const name of Object.keys((properties as Node | undefined) ?? {})) {
    yield edit(`property ${name} renamed`, `property ${name}`, "widened", (node) => {
      const { [name]: moved, ...others } = node["properties"] as Node;
      node["properties"] = { ...others, [`${name}Renamed`]: moved };
    });
  }
  const alternatives: unknown[] = Array.isArray(oneOf) ? oneOf : [];
  for (const [i, alternative] of alternatives.entries()) {
    const others = alternatives.filter((other) => other !== alternative);
    yield edit(`oneOf without its alternative ${i + 1}`, "oneOf", "narrowed", set("oneOf", others));
  }
  if (oneOf !== undefined) yield edit("oneOf dropped", "oneOf", "widened", drop("oneOf"));
  if (items !== undefined) yield edit("items dropped", "items", "widened", drop("items"));
}

/** A schema node and all those below it, with their place. */
function* nodes(schema: Node, place: string, path: readonly string[]): Generator<[string, readonly string[], Node]> {
  yield [place, path, schema];
  for (const [name, property] of Object.entries((schema["properties"] as Record<string, Node>) ?? {})) {
    yield* nodes(property, `${place}.${name}`, [...path, "properties", name]);
  }
  if (schema["items"]) yield* nodes(schema["items"] as Node, `${place}[]`, [...path, "items"]);
}

/** The paths and values of all leaves in a body. */
function* leaves(value: unknown, path: readonly string[]): Generator<[readonly string[], unknown]> {
  if (typeof value !== "object" || value === null) yield [path, value];
  else for (const [key, child] of Object.entries(value)) yield* leaves(child, [...path, key]);
}

const isProse = (path: readonly string[]) =>
  !path.includes("value") &&
  (["description", "summary", "x-source", "x-inferred", "x-contradiction"].includes(path.at(-1) ?? "") ||
    path.at(-2) === "x-enumDescriptions");

/** What a careless edit of prose would put in place of a word. */
const SLIPS: Readonly<Record<string, string>> = {
  second: "minute",
  seconds: "minutes",
  minutes: "hours",
  hour: "day",
  characters: "bytes",
  authenticated: "authorized",
  authorized: "authenticated",
  authentication: "authorization",
  expired: "started",
  expires: "starts",
  expire: "start",
  quota: "license",
  license: "quota",
  permission: "license",
  admin: "user",
  support: "sales",
  exceeded: "missing",
  forbidden: "not found",
  mandatory: "optional",
  required: "optional",
  missing: "invalid",
  lacks: "has",
  empty: "long",
  valid: "invalid",
  invalid: "valid",
  allowed: "required",
  null: "empty",
  true: "false",
  false: "true",
  not: "",
  no: "a",
  never: "always",
  always: "never",
  only: "at least",
  should: "must",
  must: "may",
  may: "must",
  cannot: "can",
  without: "with",
  success: "failure",
  successfully: "partly",
  successful: "sent",
  failed: "succeeded",
  failure: "success",
  generated: "requested",
  processed: "received",
  exception: "timeout",
  array: "object",
  string: "number",
  plain: "formatted",
  secret: "constant",
  put: "POST",
  uploaded: "downloaded",
  sales: "purchase",
  purchase: "sales",
  csv: "txt",
  server: "client",
  inferred: "documented",
};

/** Each number plus one, each quoted or constant name misspelled, each word replaced: what, by what, and where. */
function* proseEdits(text: string): Generator<[from: string, to: string, at: number]> {
  for (const { 0: quoted, 1: mark = "", 2: name = "", index } of text.matchAll(/([`"])([^`"]+)\1/g)) {
    yield [quoted, `${mark}${name}s${mark}`, index];
  }
  for (const { 0: number, index } of text.matchAll(/(?<![\w.-])\d+(?!\w)/g))
    yield [number, `${Number(number) + 1}`, index];
  for (const { 0: constant, index } of text.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g))
    yield [constant, `${constant}S`, index];
  for (const { 0: word, index } of text.matchAll(/\b\p{L}+\b/gu)) {
    const slip = SLIPS[word.toLowerCase()];
    if (slip !== undefined) yield [word, slip, index];
  }
}

/** All mutants of a description. */
export function* mutants(original: Node): Generator<Mutant> {
  // biome-ignore lint/suspicious/noExplicitAny: see Mutant.
  const changed = (id: string, link: Link, edit: (copy: any) => void): Mutant => {
    const description = structuredClone(original);
    edit(description);
    return { id, link, description };
  };
  // biome-ignore lint/suspicious/noExplicitAny: a document.
  const at = (root: any, path: readonly string[]) => path.reduce((node, key) => node[key], root);
  // biome-ignore lint/suspicious/noExplicitAny: a document.
  const { servers, paths, components } = original as any;

  for (const [i, { url }] of servers.entries()) {
    yield changed(`servers: ${url} dropped`, "facts", (copy) => {
      copy.servers.splice(i, 1);
    });
    yield changed(`servers: ${url} changed`, "facts", (copy) => {
      copy.servers[i].url = `${url}.example`;
    });
  }

  // The mock detects changed constraints of requests, the corpus those of responses.
  const schemas: [string, readonly string[], Node, Link][] = [];
  for (const [name, schema] of Object.entries<Node>(components.schemas)) {
    const link = requestSchemas.has(name) ? "mock" : "corpus";
    for (const [place, path, node] of nodes(schema, `schemas/${name}`, ["components", "schemas", name])) {
      schemas.push([place, path, node, link]);
    }
  }
  for (const [name, parameter] of Object.entries<{ schema: Node }>(components.parameters)) {
    schemas.push([`parameters/${name}`, ["components", "parameters", name, "schema"], parameter.schema, "mock"]);
  }
  for (const [place, path, node, link] of schemas) {
    for (const { what, constraint, direction, apply } of schemaEdits(node)) {
      const mutant = changed(`${place}: ${what}`, link, (copy) => apply(at(copy, path)));
      yield { ...mutant, constraint: `${place}: ${constraint}`, direction };
    }
  }

  for (const name of Object.keys(components.parameters)) {
    const parameter = ["components", "parameters", name];
    if (components.parameters[name].in !== "path") {
      const mutant = changed(`parameters/${name}: optional`, "mock", (copy) => {
        at(copy, parameter).required = false;
      });
      yield { ...mutant, constraint: `parameters/${name}: required`, direction: "widened" };
    }
    yield changed(`parameters/${name}: renamed`, "facts", (copy) => {
      at(copy, parameter).name += "-renamed";
    });
    yield changed(`parameters/${name}: in a cookie`, "facts", (copy) => {
      at(copy, parameter).in = "cookie";
    });
  }
  for (const name of Object.keys(components.securitySchemes)) {
    yield changed(`securitySchemes/${name}: header renamed`, "facts", (copy) => {
      copy.components.securitySchemes[name].name += "-renamed";
    });
    yield changed(`securitySchemes/${name}: in the query`, "facts", (copy) => {
      copy.components.securitySchemes[name].in = "query";
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a document.
  const operations = Object.entries<any>(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => [path, method, item[method]] as const),
  );
  for (const [path, method, operation] of operations) {
    // One that the path does not have.
    const other = ["get", "post", "put"].find((name) => !(name in paths[path])) ?? "";
    const prefix = `paths/${operation.operationId}`;
    yield changed(`${prefix}: path renamed`, "facts", (copy) => {
      copy.paths[`${path}/renamed`] = copy.paths[path];
      delete copy.paths[path];
    });
    yield changed(`${prefix}: ${other} instead of ${method}`, "facts", (copy) => {
      copy.paths[path][other] = copy.paths[path][method];
      delete copy.paths[path][method];
    });
    yield changed(`${prefix}: security dropped`, "mock", (copy) => {
      delete copy.paths[path][method].security;
    });
    yield changed(`${prefix}: security optional`, "mock", (copy) => {
      copy.paths[path][method].security.push({});
    });
    for (const [i, { $ref }] of (operation.parameters ?? []).entries()) {
      yield changed(`${prefix}: without ${$ref.split("/").at(-1)}`, "facts", (copy) => {
        copy.paths[path][method].parameters.splice(i, 1);
      });
    }
    for (const [leaf, value] of leaves(operation["x-upload"] ?? {}, [])) {
      if (leaf[0]?.startsWith("x-")) continue;
      yield changed(`${prefix}: x-upload ${leaf.join(".")} changed`, "facts", (copy) => {
        at(copy.paths[path][method]["x-upload"], leaf.slice(0, -1))[leaf.at(-1) ?? ""] = nearMiss(value);
      });
    }
    for (const status of Object.keys(operation.responses)) {
      yield changed(`${prefix}: ${status} dropped`, "facts", (copy) => {
        delete copy.paths[path][method].responses[status];
      });
      yield changed(`${prefix}: ${status} moved`, "facts", (copy) => {
        const { responses } = copy.paths[path][method];
        responses[Number(status) + 20] = responses[status];
        delete responses[status];
      });
    }
  }

  for (const [name, { content }] of Object.entries<{ content: Record<string, Node> }>(components.responses)) {
    for (const [mediaType, { examples }] of Object.entries(content)) {
      const prefix = `responses/${name}`;
      yield changed(`${prefix}: ${mediaType} dropped`, "facts", (copy) => {
        delete copy.components.responses[name].content[mediaType];
      });
      yield changed(`${prefix}: ${mediaType} renamed`, "facts", (copy) => {
        const { content: renamed } = copy.components.responses[name];
        renamed["application/xml"] = renamed[mediaType];
        delete renamed[mediaType];
      });
      for (const example of Object.keys(examples as Node)) {
        yield changed(`${prefix}: example ${example} dropped`, "facts", (copy) => {
          delete copy.components.responses[name].content[mediaType].examples[example];
        });
      }
    }
  }
  for (const [name, { value, "x-when": when }] of Object.entries<Node>(components.examples)) {
    for (const [path, leaf] of [...leaves(value, ["value"]), ...leaves(when ?? [], ["x-when"])]) {
      yield changed(`examples/${name}: ${path.join(".")} changed`, "facts", (copy) => {
        at(copy.components.examples[name], path.slice(0, -1))[path.at(-1) ?? ""] = nearMiss(leaf);
      });
    }
  }
  for (const [path, text] of leaves(original, [])) {
    if (typeof text !== "string" || !isProse(path)) continue;
    for (const [from, to, start] of proseEdits(text)) {
      const end = start + from.length;
      const before = /\S*\s*$/.exec(text.slice(0, start))?.[0];
      const after = /^\S*\s*\S*/.exec(text.slice(end))?.[0];
      yield changed(`${path.join("/")}: ${before}[${from} → ${to}]${after}`, "prose", (copy) => {
        at(copy, path.slice(0, -1))[path.at(-1) ?? ""] = text.slice(0, start) + to + text.slice(end);
      });
    }
    // A dropped source is a matter of lint.
    if (/^x-(inferred|contradiction)$/.test(path.at(-1) ?? "")) {
      yield changed(`${path.join("/")}: dropped`, "prose", (copy) => {
        delete at(copy, path.slice(0, -1))[path.at(-1) ?? ""];
      });
    }
  }
}
