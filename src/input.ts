import { type ClearError, invalidInput } from "./errors.js";
import { secureUrl } from "./pre-signed-url.js";

/**
 * Clear's environments. Sandbox is on both vendor pages; production is on CFC's neighbouring pages and
 * inferred for GLS.
 */
const BASE_URLS = { sandbox: "https://api-sandbox.clear.in", production: "https://api.clear.in" };

export type Environment = keyof typeof BASE_URLS;

export const ENVIRONMENTS = Object.keys(BASE_URLS) as Environment[];

/** A token, or a function that gives one; it is called once for each call of the client. */
export type AuthToken = string | (() => string | Promise<string>);

/** What `fetch` must do for the client: the global one does, and so do those of undici and node-fetch. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What happens in a call, for logs and metrics. Nothing in it is a secret. */
export type ClientEvent =
  | {
      /** An attempt begins. */
      readonly type: "request";
      readonly api: "cfc" | "gls";
      /** From 1. */
      readonly attempt: number;
      /** The URL that is asked, with the file name; the tokens are in headers. */
      readonly url: string;
    }
  | {
      /** An answer was read to its end. */
      readonly type: "response";
      readonly api: "cfc" | "gls";
      readonly attempt: number;
      readonly status: number;
      /** From the start of the attempt. */
      readonly durationMs: number;
    }
  | {
      /** An attempt failed and there will be another one. */
      readonly type: "retry";
      readonly api: "cfc" | "gls";
      /** The one that failed. */
      readonly attempt: number;
      readonly waitMs: number;
      readonly error: ClearError;
    };

interface CommonOptions {
  /** The auth token of the API: for CFC `x-cleartax-auth-token`, for GLS `x-clear-auth-token`. */
  readonly authToken: AuthToken;
  /** Limit of each attempt in milliseconds, reading the body included. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Limit of the whole call in milliseconds, all attempts and waits included. Default 90,000. */
  readonly totalTimeoutMs?: number | undefined;
  /** Number of attempts, the first included. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Told of each request, response and retry. What it throws is ignored. */
  readonly onEvent?: ((event: ClientEvent) => void) | undefined;
}

/** Options of both clients. Exactly one of `environment` and `baseUrl`; there is no default. */
export type ClientOptions = CommonOptions &
  (
    | { readonly environment: Environment; readonly baseUrl?: undefined }
    | {
        /** Another host, such as the sandbox of this package. https, or http on loopback. */
        readonly baseUrl: string;
        readonly environment?: undefined;
      }
  );

/** Options of one call. */
export interface CallOptions {
  /** Ends the call; the result is then an error of kind `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** The options of a client, checked and with their defaults. */
export interface CheckedOptions {
  readonly baseUrl: string;
  readonly authToken: AuthToken;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxAttempts: number;
  readonly fetch: Fetch;
  readonly onEvent: (event: ClientEvent) => void;
}

/** Rejects what is no object, and fields that nobody reads: they are misspelled ones. */
export function checkFields(what: string, value: object, known: readonly string[]): void {
  if (typeof value !== "object" || value === null) throw invalidInput(what, "must be an object");
  for (const field of Object.keys(value)) {
    if (!known.includes(field)) throw invalidInput(field, `is not known; ${what} can have ${known.join(", ")}`);
  }
}

/** A whole number from 1 up; of milliseconds, at most what a timer can hold (24 days). */
export function checkNumber(field: string, number: number): number {
  // The operator makes another number of any that has a fraction or more than 31 bits.
  if ((number | 0) !== number || number < 1) {
    throw invalidInput(field, "must be a whole number from 1 to 2147483647");
  }
  return number;
}

export function checkFunction<T>(field: string, value: T): T {
  if (typeof value !== "function") throw invalidInput(field, "must be a function");
  return value;
}

/** A value of a documented enum. */
export function checkEnum<T extends string>(
  field: string,
  value: unknown,
  allowed: readonly T[],
  rule = "must be one of",
): T {
  if (!allowed.includes(value as T)) throw invalidInput(field, `${rule} ${allowed.join(", ")}`);
  return value as T;
}

/** The name that goes up with the request. It is sent unchanged. */
export function checkFileName(fileName: string, maxLength?: number): string {
  if (typeof fileName !== "string" || !/^[^/\\\p{Cc}\p{Cs}]+$/u.test(fileName)) {
    throw invalidInput(
      "fileName",
      "must be a text, not empty, without path separator, control character or lone surrogate",
    );
  }
  if (maxLength && [...fileName].length > maxLength)
    throw invalidInput("fileName", `must have at most ${maxLength} characters`);
  return fileName;
}

/**
 * The lower-case extension of a file name, without the dot; empty where there is none. ASCII only: "cſv", with a long
 * s, has the upper case "CSV".
 */
export function extension(fileName: string): string {
  return /\.([A-Za-z\d]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
}

/** What can stand in a request header: printable ASCII, without white space around it. */
export function checkToken(field: string, token: unknown): string {
  if (typeof token !== "string" || !/^[!-~]([ -~]*[!-~])?$/.test(token)) {
    throw invalidInput(field, "must be a text, not empty, of printable ASCII without white space around it");
  }
  return token;
}

export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal && typeof signal.addEventListener !== "function") {
    throw invalidInput("signal", "must be an AbortSignal");
  }
  return signal;
}

function checkBaseUrl(environment: Environment | undefined, baseUrl: string | undefined): string {
  if (baseUrl === undefined) {
    return BASE_URLS[checkEnum("environment", environment, ENVIRONMENTS, "(unless baseUrl is given) must be one of")];
  }
  if (environment !== undefined) throw invalidInput("baseUrl", "must not be given with environment");
  const url = secureUrl(baseUrl);
  if (!url || url.search || url.hash) {
    throw invalidInput("baseUrl", "must be an https URL (http on loopback) without credentials, query or fragment");
  }
  return url.href.replace(/\/$/, "");
}

/** @throws {InvalidInputError} naming the option. */
export function checkOptions(options: ClientOptions, ownFields: readonly string[] = []): CheckedOptions {
  checkFields("options", options, [
    "environment",
    "baseUrl",
    "authToken",
    "timeoutMs",
    "totalTimeoutMs",
    "maxAttempts",
    "fetch",
    "onEvent",
    ...ownFields,
  ]);
  const {
    environment,
    baseUrl,
    authToken,
    timeoutMs = 30_000,
    totalTimeoutMs = 90_000,
    maxAttempts = 3,
    fetch = (url, init) => globalThis.fetch(url, init),
    onEvent = () => {},
  } = options;
  checkFunction("onEvent", onEvent);
  return {
    baseUrl: checkBaseUrl(environment, baseUrl),
    authToken: typeof authToken === "function" ? authToken : checkToken("authToken", authToken),
    timeoutMs: checkNumber("timeoutMs", timeoutMs),
    totalTimeoutMs: checkNumber("totalTimeoutMs", totalTimeoutMs),
    maxAttempts: checkNumber("maxAttempts", maxAttempts),
    fetch: checkFunction("fetch", fetch),
    // A hook for logs must not break a call, not even one that is async.
    onEvent: (event) => void (async () => onEvent(event))().catch(() => {}),
  };
}
