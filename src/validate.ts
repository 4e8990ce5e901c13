import { invalidInput } from "./errors.js";
import { MAX_TIMER_MS } from "./time.js";

/** Returns the value of an option or a field, checked. Throws an `InvalidInputError` that names the field. */
export type Check<T> = (field: string, value: unknown) => T;

type Checks = Readonly<Record<string, Check<unknown>>>;
export type Checked<C extends Checks> = { readonly [Field in keyof C]: ReturnType<C[Field]> };

/** Rejects anything but an object, and unknown fields, which are likely misspelled. */
export function checkFieldNames(
  what: string,
  value: unknown,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw invalidInput(what, "must be an object");
  for (const field of Object.keys(value)) {
    if (known.includes(field)) continue;
    throw invalidInput(field, `is not a known field of ${what}; expected one of ${known.join(", ")}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * Checks each field of an object, and applies defaults.
 *
 * @param prefix - Starts the names of the fields in messages, for an object within another.
 */
export function checkFields<C extends Checks>(what: string, value: unknown, checks: C, prefix = ""): Checked<C> {
  const given = checkFieldNames(what, value, Object.keys(checks));
  const entries = Object.entries(checks).map(([field, check]) => [field, check(prefix + field, given[field])]);
  // Cast because `Object.fromEntries` forgets which field has which type.
  return Object.fromEntries(entries) as Checked<C>;
}

/** Applies a default to a field that is not given. */
export function optional<T, Default = undefined>(check: Check<T>, fallback?: Default): Check<T | Default> {
  return (field, value) => (value === undefined ? (fallback as Default) : check(field, value));
}

/** Accepts anything. For a field that something else checks. */
export const unchecked: Check<unknown> = (_field, value) => value;

export function checkInteger(min: number, max: number): Check<number> {
  return (field, value) => {
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
      throw invalidInput(field, `must be an integer from ${min} to ${max}`);
    }
    return Number(value);
  };
}

/** Checks a positive integer, up to the longest delay of a timer in milliseconds. */
export const checkPositiveInteger = checkInteger(1, MAX_TIMER_MS);

export const checkBoolean: Check<boolean> = (field, value) => {
  if (typeof value !== "boolean") throw invalidInput(field, "must be true or false");
  return value;
};

export const checkString: Check<string> = (field, value) => {
  if (typeof value !== "string") throw invalidInput(field, "must be a string");
  return value;
};

export function checkFunction<T extends (...args: never) => unknown>(field: string, value: unknown): T {
  if (typeof value !== "function") throw invalidInput(field, "must be a function");
  return value as T;
}

/** Checks a callback for logs or display. Whatever it throws, or rejects with if async, is ignored. */
export function checkHook<T>(field: string, value: unknown): (event: T) => void {
  const hook = checkFunction<(event: T) => unknown>(field, value);
  return (event) => void (async () => hook(event))().catch(() => {});
}

/**
 * Checks one of several strings.
 *
 * @param unless - The field that makes up for this one.
 */
export function checkEnum<T extends string>(
  field: string,
  value: unknown,
  allowed: readonly T[],
  rule = "must be one of",
  unless?: string,
): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw invalidInput(field, `${rule} ${allowed.join(", ")}`, unless);
  return found;
}

/** Checks the file name of a request. It is sent unchanged. */
export const checkFileName = (field: string, value: unknown): string => {
  if (typeof value !== "string" || !/^[^/\\\p{Cc}\p{Cs}]+$/u.test(value)) {
    throw invalidInput(field, "must be a non-empty string without slashes, control characters or lone surrogates");
  }
  return value;
};

/** Servers reject headers that are longer. */
const MAX_TOKEN_LENGTH = 8192;

/** Checks for a token that can be sent in a header: printable ASCII, without surrounding white space. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_TOKEN_LENGTH && /^[!-~]([ -~]*[!-~])?$/.test(value);
}

export const TOKEN_RULE = `must be a non-empty string of printable ASCII, trimmed, of at most ${MAX_TOKEN_LENGTH} characters`;

export const checkToken: Check<string> = (field, value) => {
  if (!isToken(value)) throw invalidInput(field, TOKEN_RULE);
  return value;
};

export const checkSignal: Check<AbortSignal> = (field, value) => {
  if (typeof Object(value).addEventListener !== "function") throw invalidInput(field, "must be an AbortSignal");
  return value as AbortSignal;
};

/** Checks for a loopback host, to which http is safe. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * Parses a URL that secrets may be sent to: https, or http on loopback, without credentials. Returns undefined for any
 * other URL, and for one that a URL parser would have to repair first (spaces, control characters, backslashes).
 */
export function secureUrl(text: string, httpOnLoopback = true): URL | undefined {
  if (!/^https?:\/\/[^\\\p{C}\p{Z}]+$/iu.test(text)) return undefined;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const secure = url.protocol === "https:" || (httpOnLoopback && isLoopback(url.hostname));
  return secure && !url.username && !url.password ? url : undefined;
}
