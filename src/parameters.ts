import { invalidInput } from "./errors.js";
import type { Check } from "./validate.js";

/** The constraints of a parameter: JSON Schema keywords, as in the description. */
export interface ParameterSchema {
  readonly type?: "string";
  readonly format?: "uuid";
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** A parameter of an operation in the description. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: ParameterSchema;
}

type Keyword = keyof ParameterSchema;

/** The rule of the description that a value violates. */
export type Rule = Keyword | "required";

interface KeywordRule<Limit> {
  readonly accepts: (value: string, limit: Limit) => boolean;
  /** Completes the sentence "<field> …". */
  readonly message: (limit: Limit) => string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** How each keyword is checked. The generator rejects a description with any other. */
export const PARAMETER_RULES: { readonly [K in Keyword]-?: KeywordRule<NonNullable<ParameterSchema[K]>> } = {
  type: { accepts: (value, type) => typeof value === type, message: (type) => `must be a ${type}` },
  enum: {
    accepts: (value, allowed) => allowed.includes(value),
    message: (allowed) => `must be one of ${allowed.join(", ")}`,
  },
  minLength: {
    accepts: (value, min) => [...value].length >= min,
    message: (min) => `must have at least ${min} characters`,
  },
  maxLength: {
    accepts: (value, max) => [...value].length <= max,
    message: (max) => `must have at most ${max} characters`,
  },
  pattern: {
    accepts: (value, pattern) => new RegExp(pattern, "u").test(value),
    message: (pattern) => `must match ${pattern}`,
  },
  format: { accepts: (value) => UUID.test(value), message: () => "must be a UUID of 36 characters" },
};

/** Returns the first rule that a value violates, with a message; undefined if it violates none. */
export function violation(
  { required, schema }: Parameter,
  value: unknown,
): { readonly rule: Rule; readonly message: string } | undefined {
  if (value === undefined || value === null || value === "") {
    return required ? { rule: "required", message: "must be given" } : undefined;
  }
  for (const [keyword, limit] of Object.entries(schema) as [Keyword, never][]) {
    const { accepts, message } = PARAMETER_RULES[keyword];
    if (!accepts(value as string, limit)) return { rule: keyword, message: message(limit) };
  }
  return undefined;
}

/** Checks an option that is sent as this parameter. */
export function parameterCheck(parameter: Parameter): Check<string> {
  return (field, value) => {
    const found = violation(parameter, value);
    if (found) throw invalidInput(field, found.message);
    return String(value);
  };
}

/**
 * Checks the parameters of a request, by name.
 *
 * @param fields - The fields of the caller's input, with the names of their parameters.
 * @throws {InvalidInputError} Names the field, or else the parameter.
 */
export function checkParameters(
  parameters: readonly Parameter[],
  values: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, string>>,
): void {
  for (const parameter of parameters) {
    const found = violation(parameter, values[parameter.name]);
    if (!found) continue;
    const [field] = Object.keys(fields).filter((one) => fields[one] === parameter.name);
    throw invalidInput(field ?? parameter.name, found.message);
  }
}
