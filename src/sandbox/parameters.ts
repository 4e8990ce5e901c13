import type { OPERATIONS } from "../../generated/operations.js";

export type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS];
type Parameter = Operation["parameters"][number];
type KeysOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K extends PropertyKey> = T extends { readonly [P in K]: infer V } ? V : never;
type Keyword = KeysOf<Parameter["schema"]>;

const FORMATS: Record<ValueOf<Parameter["schema"], "format">, RegExp> = {
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

/** A keyword, format or type that is added to the description does not compile until it is checked here. */
const CHECKS: { [K in Keyword]: (value: string, limit: ValueOf<Parameter["schema"], K>) => boolean } = {
  type: (value, type) => typeof value === type,
  enum: (value, allowed: readonly string[]) => allowed.includes(value),
  minLength: (value, min) => [...value].length >= min,
  maxLength: (value, max) => [...value].length <= max,
  pattern: (value, pattern) => new RegExp(pattern, "u").test(value),
  format: (value, format) => FORMATS[format].test(value),
};

/** The rule of the description that a request violates. */
export interface Violation {
  readonly parameter: Parameter["name"];
  readonly rule: Keyword | "required" | "single";
}

/** Decodes a path segment. Returns it unchanged if its percent-encoding is invalid. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Reads the parameters in a path, by name. Returns undefined if the path does not match the template. */
export function pathParameters(template: string, path: string): Map<string, string> | undefined {
  const names = template.split("/");
  const segments = path.split("/");
  if (names.length !== segments.length) return undefined;
  const parameters = new Map<string, string>();
  for (const [i, segment] of segments.entries()) {
    const [, name] = /^{(.+)}$/.exec(names[i] as string) ?? [];
    if (name) parameters.set(name, decoded(segment));
    else if (segment !== names[i]) return undefined;
  }
  return parameters;
}

/** Reads the documented parameters, by name, up to the first violation in the order of the description. */
export function checkParameters(
  { path, parameters }: Operation,
  request: Request,
): { values: Map<string, string>; violation?: Violation } {
  const { pathname, searchParams } = new URL(request.url);
  const inPath = pathParameters(path, pathname);
  const values = new Map<string, string>();
  for (const { name, in: place, schema } of parameters) {
    // Only header names are case-insensitive.
    const found =
      place === "query"
        ? searchParams.getAll(name)
        : [place === "path" ? inPath?.get(name) : request.headers.get(name)];
    const [value] = found;
    // Every documented parameter is required. An empty one counts as missing, as in Prism.
    if (!value) return { values, violation: { parameter: name, rule: "required" } };
    if (found.length > 1) return { values, violation: { parameter: name, rule: "single" } };
    for (const [rule, limit] of Object.entries(schema) as [Keyword, never][]) {
      if (!CHECKS[rule](value, limit)) return { values, violation: { parameter: name, rule } };
    }
    values.set(name, value);
  }
  return { values };
}
