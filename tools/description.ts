/** Reads spec/openapi.yaml. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** The text and the markers of a part of the description. */
export interface Marked {
  readonly description?: string;
  readonly "x-source"?: string;
  readonly "x-inferred"?: string;
  readonly "x-contradiction"?: string;
}

export interface Schema extends Marked {
  readonly title?: string;
  readonly required?: readonly string[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly "x-enumDescriptions"?: Readonly<Record<string, string>>;
  readonly "x-enumCures"?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

/** Which requests get an example: valid or invalid ones, ones without a valid token, or ones with this invalid parameter. */
export type When =
  | { readonly request: "valid" | "invalid" }
  | { readonly token: "invalid" }
  | { readonly parameter: string; readonly violates: string };

export interface Example extends Marked {
  readonly summary: string;
  readonly "x-when"?: When;
  readonly value: unknown;
}

export interface Parameter extends Marked {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
  readonly examples: Readonly<Record<string, Example>>;
}

type Content = Readonly<
  Record<string, { readonly schema: Schema; readonly examples: Readonly<Record<string, Example>> }>
>;

export interface RequestBody extends Marked {
  readonly required?: boolean;
  readonly content: Content;
}

export interface Response extends Marked {
  /** What to do about the error. */
  readonly "x-cure"?: string;
  readonly content?: Content;
}

export interface Upload extends Marked {
  readonly method: string;
  /** The JSON pointer to the URL in the body of a success. */
  readonly url: string;
  readonly validForSeconds: number;
  /** The parameter whose value, or whose value's extension, is a key of `contentTypes`. */
  readonly contentTypeBy: string;
  readonly contentTypes: Readonly<Record<string, string>>;
  /** Whether the URL is signed with a session token. */
  readonly sessionToken: boolean;
  /** The storage's response to an expired URL. */
  readonly expired: { readonly status: number; readonly code: string; readonly message: string };
}

export interface Operation extends Marked {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly [string];
  readonly externalDocs: { readonly description: string; readonly url: string };
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, Response>>;
  /** The PUT to the URL, for an operation that returns one. */
  readonly "x-upload"?: Upload;
}

export interface Server extends Marked {
  readonly url: string;
  readonly description: string;
}

export interface Description {
  readonly info: Marked & { readonly title: string; readonly summary: string; readonly description: string };
  readonly servers: readonly Server[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** The operations of each path by method, and the parameters that they share. */
  readonly paths: Readonly<
    Record<string, { readonly parameters?: readonly Parameter[] } & Readonly<Record<string, unknown>>>
  >;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, Marked & { readonly name: string }>>;
  };
}

export const DESCRIPTION = "spec/openapi.yaml";

/** The description as written, with its `$ref`s. */
export const writtenDescription = () => parse(readFileSync(DESCRIPTION, "utf8"));

// biome-ignore lint/suspicious/noExplicitAny: any node of the description
type Node = any;

/** Returns the node that a `$ref` of a document refers to, and any other node unchanged. */
export function resolve(document: Node, node: Node): Node {
  if (typeof node?.$ref !== "string") return node;
  const keys = node.$ref.slice("#/".length).split("/");
  return resolve(
    document,
    keys.reduce((parent: Node, key: string) => parent[key.replaceAll("~1", "/")], document),
  );
}

/** The description with each `$ref` replaced by its target. */
export function readDescription(): Description {
  const document = writtenDescription();
  const inlined = (node: Node): Node => {
    if (Array.isArray(node)) return node.map(inlined);
    if (typeof node !== "object" || node === null) return node;
    if ("$ref" in node) return inlined(resolve(document, node));
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, inlined(child)]));
  };
  return inlined(document);
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Every operation with its path and method, in the order of the description. */
export function operationsOf({ paths }: Description) {
  return Object.entries(paths).flatMap(([path, { parameters: shared = [], ...item }]) =>
    Object.entries(item)
      .filter(([key]) => METHODS.includes(key))
      .map(([method, node]) => {
        const operation = node as Operation;
        const parameters = [...shared, ...(operation.parameters ?? [])];
        return { path, method: method.toUpperCase(), operation: { ...operation, parameters } };
      }),
  );
}

/** Whether valid, or invalid, requests get an example. */
export function selects({ "x-when": when }: Example, request: "valid" | "invalid"): boolean {
  return when !== undefined && "request" in when && when.request === request;
}

/** The first of some named examples. */
export const firstExample = (examples: Readonly<Record<string, Example>>) => Object.values(examples)[0]?.value;

/** The name of an operation's page: for one that returns a URL its API, for any other its id. */
export function pageOf({ operationId, tags: [api], "x-upload": upload }: Operation): string {
  return upload ? api.toLowerCase() : operationId;
}
