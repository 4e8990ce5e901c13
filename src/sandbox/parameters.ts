import { type Parameter, type Rule, violation } from "../parameters.js";
import type { DocumentedOperation, RequiredFields } from "./operations.js";

/** What is wrong with a request. */
export interface Violation {
  /** A parameter, `body`, or the path of a field in the body, such as `files[].name`. */
  readonly parameter: string;
  readonly rule: Rule | "single";
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

/** Reads each value of a documented parameter. Undefined is a parameter that was not sent. */
function valuesOf(
  { path, parameters }: Pick<DocumentedOperation, "path" | "parameters">,
  { pathname, searchParams }: URL,
  headers: Headers,
): [Parameter, (string | undefined)[]][] {
  const inPath = pathParameters(path, pathname);
  return parameters.map((parameter) => {
    const { name, in: place } = parameter;
    // Only header names are case-insensitive.
    if (place === "query") return [parameter, searchParams.getAll(name)];
    return [parameter, [place === "path" ? inPath?.get(name) : (headers.get(name) ?? undefined)]];
  });
}

/** Returns the documented parameters of a request, valid or not. One that was sent twice has its first value. */
export function sentParameters(operation: DocumentedOperation, url: URL, headers: Headers): [string, string][] {
  return valuesOf(operation, url, headers).flatMap(([{ name }, [value]]) =>
    value === undefined ? [] : [[name, value]],
  );
}

/** Reads the documented parameters, by name, up to the first violation in the order of the description. */
export function checkParameters(
  operation: DocumentedOperation,
  request: Request,
): { values: Record<string, string>; violation?: Violation } {
  const values: Record<string, string> = {};
  for (const [parameter, found] of valuesOf(operation, new URL(request.url), request.headers)) {
    const { name } = parameter;
    const [value] = found;
    // An empty one counts as missing, as in Prism.
    const violated = violation(parameter, value);
    if (violated) return { values, violation: { parameter: name, rule: violated.rule } };
    if (found.length > 1) return { values, violation: { parameter: name, rule: "single" } };
    if (value) values[name] = value;
  }
  return { values };
}

/** Finds the first required field that a JSON value lacks. Returns its path, which starts with `at`. */
function missingField(
  value: unknown,
  { required = [], properties = {}, items }: RequiredFields,
  at = "",
): string | undefined {
  const fields: Readonly<Record<string, unknown>> = Object(value);
  const has = (name: string) => Object.hasOwn(fields, name);
  const missing = required.find((name) => !has(name));
  if (missing !== undefined) return at + missing;
  const inFields = Object.entries(properties).map(([name, nested]) =>
    has(name) ? missingField(fields[name], nested, `${at}${name}.`) : undefined,
  );
  const inItems =
    items && Array.isArray(value) ? value.map((item) => missingField(item, items, `${at.slice(0, -1)}[].`)) : [];
  return [...inFields, ...inItems].find((path) => path !== undefined);
}

/** Checks that a request has the documented JSON body, with its required fields. */
export function checkBody({ body }: DocumentedOperation, text: string): Violation | undefined {
  if (!body) return undefined;
  if (text === "" && !body.required) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { parameter: "body", rule: "required" };
  }
  const missing = missingField(value, body.fields);
  return missing === undefined ? undefined : { parameter: missing, rule: "required" };
}
