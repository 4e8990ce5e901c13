import { invalidInput } from "./errors.js";

/** Rejects anything but an object, and unknown fields, which are likely misspelled. */
export function checkFields(what: string, value: object, known: readonly string[]): void {
  if (typeof value !== "object" || value === null) throw invalidInput(what, "must be an object");
  for (const field of Object.keys(value)) {
    if (!known.includes(field)) {
      throw invalidInput(field, `is not a known field of ${what}; expected one of ${known.join(", ")}`);
    }
  }
}

/** Checks a positive integer. The maximum is the longest delay of a timer in milliseconds (24 days). */
export function checkPositiveInteger(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 2147483647) {
    throw invalidInput(field, "must be an integer from 1 to 2147483647");
  }
  return value;
}

export function checkFunction<T>(field: string, value: T): T {
  if (typeof value !== "function") throw invalidInput(field, "must be a function");
  return value;
}

/** Checks a callback for logs or display. Whatever it throws, or rejects with if async, is ignored. */
export function checkHook<T>(field: string, hook: ((event: T) => void) | undefined): ((event: T) => void) | undefined {
  if (hook === undefined) return undefined;
  checkFunction(field, hook);
  return (event) => void (async () => hook(event))().catch(() => {});
}

/** Checks a value of a documented enum. */
export function checkEnum<T extends string>(
  field: string,
  value: unknown,
  allowed: readonly T[],
  rule = "must be one of",
): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw invalidInput(field, `${rule} ${allowed.join(", ")}`);
  return found;
}

/** Checks the file name of a request. It is sent unchanged. */
export function checkFileName(fileName: string): string {
  if (typeof fileName !== "string" || !/^[^/\\\p{Cc}\p{Cs}]+$/u.test(fileName)) {
    throw invalidInput("fileName", "must be a non-empty string without slashes, control characters or lone surrogates");
  }
  return fileName;
}

/** Checks that a token can be sent in a header: printable ASCII, without surrounding white space. */
export function checkToken(field: string, token: unknown): string {
  if (typeof token !== "string" || !/^[!-~]([ -~]*[!-~])?$/.test(token)) {
    throw invalidInput(field, "must be a non-empty string of printable ASCII, trimmed");
  }
  return token;
}

export function checkUuid(field: string, value: unknown): string {
  if (typeof value !== "string" || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) {
    throw invalidInput(field, "must be a UUID of 36 characters");
  }
  return value;
}

export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal && typeof signal.addEventListener !== "function") {
    throw invalidInput("signal", "must be an AbortSignal");
  }
  return signal;
}

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
