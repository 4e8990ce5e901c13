import { type Api, type ClearError, invalidInput } from "./errors.js";
import {
  checkEnum,
  checkFields,
  checkFunction,
  checkHook,
  checkPositiveInteger,
  checkToken,
  secureUrl,
} from "./validate.js";

/**
 * Clear's environments. Sandbox is on both vendor pages; production is on CFC's neighbouring pages and
 * inferred for GLS.
 */
const BASE_URLS = { sandbox: "https://api-sandbox.clear.in", production: "https://api.clear.in" };

export type Environment = keyof typeof BASE_URLS;

/** `Object.keys` types the keys of any object as strings. */
export const ENVIRONMENTS = Object.keys(BASE_URLS) as readonly Environment[];

/** A token, or a function that returns one; it is called once for each call of the client. */
export type AuthToken = string | (() => string | Promise<string>);

/**
 * What `fetch` must do for the client: the global one does, and so do those of undici and node-fetch. Bodies that are not
 * web streams, such as node-fetch's, are read whole before their length is checked; its `size` option sets a limit there.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What happens in a call, for logs and metrics. Nothing in it is a secret. */
export type ClientEvent =
  | {
      /** An attempt begins. */
      readonly type: "request";
      readonly api: Api;
      /** From 1. */
      readonly attempt: number;
      /** The URL of the request, with the file name; the tokens are in headers. */
      readonly url: string;
    }
  | {
      /** A response was read to its end. */
      readonly type: "response";
      readonly api: Api;
      readonly attempt: number;
      readonly status: number;
      /** From the start of the attempt. */
      readonly durationMs: number;
    }
  | {
      /** An attempt failed and there will be another one. */
      readonly type: "retry";
      readonly api: Api;
      /** The one that failed. */
      readonly attempt: number;
      readonly waitMs: number;
      readonly error: ClearError;
    };

interface CommonOptions {
  /** The auth token of the API: for CFC `x-cleartax-auth-token`, for GLS `x-clear-auth-token`. */
  readonly authToken: AuthToken;
  /**
   * Limit of each attempt in milliseconds, reading the body included.
   *
   * @default 30_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Limit of the whole call in milliseconds: the token function, all attempts and the delays between them.
   *
   * @default 90_000
   */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * The maximum number of attempts, the first included.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Sends the requests.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: Fetch | undefined;
  /** Called at each request, response and retry. What it throws is ignored. */
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
  readonly baseUrl: URL;
  readonly authToken: AuthToken;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxAttempts: number;
  readonly fetch: Fetch;
  readonly onEvent: ((event: ClientEvent) => void) | undefined;
}

function checkBaseUrl(environment: Environment | undefined, baseUrl: string | undefined): URL {
  if (baseUrl === undefined) {
    const rule = "(unless baseUrl is given) must be one of";
    return new URL(BASE_URLS[checkEnum("environment", environment, ENVIRONMENTS, rule)]);
  }
  if (environment !== undefined) throw invalidInput("baseUrl", "must not be given with environment");
  const url = secureUrl(baseUrl);
  if (!url || url.search || url.hash) {
    throw invalidInput("baseUrl", "must be an https URL (http on loopback) without credentials, query or fragment");
  }
  return url;
}

/**
 * @param extraFields - The options that only one of the clients has.
 * @throws {InvalidInputError} naming the option.
 */
export function checkOptions(options: ClientOptions, extraFields: readonly string[] = []): CheckedOptions {
  checkFields("options", options, [
    "environment",
    "baseUrl",
    "authToken",
    "timeoutMs",
    "totalTimeoutMs",
    "maxAttempts",
    "fetch",
    "onEvent",
    ...extraFields,
  ]);
  const {
    environment,
    baseUrl,
    authToken,
    timeoutMs = 30_000,
    totalTimeoutMs = 90_000,
    maxAttempts = 3,
    // Looked up at each call: a test or a tracer may replace the global one later.
    fetch = (url, init) => globalThis.fetch(url, init),
    onEvent,
  } = options;
  return {
    baseUrl: checkBaseUrl(environment, baseUrl),
    authToken: typeof authToken === "function" ? authToken : checkToken("authToken", authToken),
    timeoutMs: checkPositiveInteger("timeoutMs", timeoutMs),
    totalTimeoutMs: checkPositiveInteger("totalTimeoutMs", totalTimeoutMs),
    maxAttempts: checkPositiveInteger("maxAttempts", maxAttempts),
    fetch: checkFunction("fetch", fetch),
    onEvent: checkHook("onEvent", onEvent),
  };
}
