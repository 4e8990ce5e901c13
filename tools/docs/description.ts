/** generated/openapi.yaml with each `$ref` replaced by its target. */
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
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly "x-enumDescriptions"?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

export interface Example extends Marked {
  readonly summary: string;
  readonly value: unknown;
}

export interface Parameter extends Marked {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
  readonly examples: Readonly<Record<string, Example>>;
}

export interface Response extends Marked {
  readonly content: Readonly<
    Record<string, { readonly schema: Schema; readonly examples: Readonly<Record<string, Example>> }>
  >;
}

export interface Upload extends Marked {
  readonly method: string;
  readonly validForSeconds: number;
  readonly contentTypes: Readonly<Record<string, string>>;
}

export interface Operation extends Marked {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly [string];
  readonly externalDocs: { readonly description: string; readonly url: string };
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, Response>>;
  readonly "x-upload": Upload;
}

export interface Server extends Marked {
  readonly url: string;
  readonly description: string;
}

export interface Description {
  readonly info: { readonly title: string; readonly summary: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, { readonly servers: readonly Server[]; readonly get: Operation }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, Marked & { readonly name: string }>>;
  };
}

export const DESCRIPTION = "generated/openapi.yaml";

/** The published description, with its `$ref`s. */
export const publishedDescription = () => parse(readFileSync(DESCRIPTION, "utf8"));

export function readDescription(): Description {
  const document = publishedDescription();
  const inlined = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(inlined);
    if (typeof node !== "object" || node === null) return node;
    if ("$ref" in node) {
      const path = String(node.$ref).slice("#/".length).split("/");
      return inlined(path.reduce((parent, key) => parent[key], document));
    }
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, inlined(child)]));
  };
  return inlined(document) as Description;
}
