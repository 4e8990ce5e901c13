import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import type { operations as Generated } from "../generated/types.js";
import { resolve } from "../tools/description.js";

interface Example {
  readonly summary: string;
  readonly value: unknown;
}

interface MediaType {
  readonly schema: { readonly $ref: string };
  readonly examples: Record<string, Example>;
}

export interface Response {
  readonly description: string;
  readonly content: Record<string, MediaType>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Record<string, unknown>;
}

export interface TestedOperation {
  readonly operationId: string;
  readonly path: string;
  readonly method: string;
  readonly servers: readonly { readonly url: string; readonly "x-inferred"?: string }[];
  readonly security: readonly Record<string, unknown>[];
  readonly parameters: readonly Parameter[];
  readonly responses: Record<string, Response>;
  /** The upload, for an operation that returns a pre-signed URL. */
  readonly upload?: {
    readonly method: string;
    readonly validForSeconds: number;
    readonly contentTypes: Record<string, string>;
  };
}

export type OperationId = keyof Generated;

export const source = readFileSync(new URL("../spec/openapi.yaml", import.meta.url), "utf8");
// biome-ignore lint/suspicious/noExplicitAny: a document; the parts that tests read are typed below.
export const document: any = parse(source);

/** Resolves a reference within the document; returns any other node unchanged. */
const resolved = <T>(node: T | { $ref: string }): T => resolve(document, node);

function responseOf(reference: { $ref: string }): Response {
  const { description, content } = resolved<Response>(reference);
  const media = Object.entries(content ?? {}).map(([type, { schema, examples }]) => {
    const named = Object.entries(examples).map(([name, example]) => [name, resolved<Example>(example)]);
    return [type, { schema, examples: Object.fromEntries(named) }];
  });
  return { description, content: Object.fromEntries(media) };
}

/** The operations by operationId, with their references resolved. */
export const operations: Record<OperationId, TestedOperation> = Object.fromEntries(
  Object.entries<Record<string, never>>(document.paths).flatMap(([path, { servers, ...methods }]) =>
    // biome-ignore lint/suspicious/noExplicitAny: see document.
    Object.entries<any>(methods).map(([method, operation]) => [
      operation.operationId,
      {
        operationId: operation.operationId,
        path,
        method,
        servers,
        security: operation.security,
        parameters: (operation.parameters ?? []).map((parameter: Parameter) => {
          const { schema, ...rest } = resolved(parameter);
          return { ...rest, schema: resolved(schema) };
        }),
        responses: Object.fromEntries(
          Object.entries<{ $ref: string }>(operation.responses).map(([status, of]) => [status, responseOf(of)]),
        ),
        upload: operation["x-upload"],
      },
    ]),
  ),
) as never;

/** The names of the schemas that a node of the document refers to, at any depth. */
function schemasOf(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== "object" || node === null) return found;
  for (const [key, value] of Object.entries(node)) {
    if (key !== "$ref") schemasOf(value, found);
    else if (!found.has(value)) {
      found.add(value);
      schemasOf(resolved({ $ref: value }), found);
    }
  }
  return found;
}

/** The schemas that only requests use, in parameters and bodies. */
export const requestSchemas: ReadonlySet<string> = (() => {
  // biome-ignore lint/suspicious/noExplicitAny: see document.
  const all = Object.values<any>(document.paths).flatMap(({ servers: _, ...methods }) => Object.values<any>(methods));
  const requests = schemasOf(all.map(({ parameters, requestBody }) => [parameters, requestBody]));
  const responses = schemasOf(all.map(({ responses }) => responses));
  const names = [...requests].filter((ref) => !responses.has(ref)).map((ref) => ref.split("/").at(-1) ?? "");
  return new Set(names);
})();

/** Keywords of OpenAPI and ours that do not constrain values. */
const ANNOTATIONS = ["discriminator", "x-source", "x-inferred", "x-contradiction", "x-enumDescriptions", "x-enumCures"];

/** Ajv validators of these schemas, by name (JSON Schema 2020-12, strict): a second opinion besides Prism. */
export function validators(schemas: object): (schema: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addVocabulary(ANNOTATIONS);
  const definitions = JSON.parse(JSON.stringify(schemas).replaceAll("#/components/schemas/", "description#/$defs/"));
  ajv.addSchema({ $id: "description", $defs: definitions });
  return (schema) => {
    const name = schema.split("/").at(-1);
    const found = ajv.getSchema(`description#/$defs/${name}`);
    if (!found) throw new Error(`no schema ${name}`);
    return found;
  };
}

/** The validator of a schema in the description, by name or reference. */
export const validator = validators(document.components.schemas);
