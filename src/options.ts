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
 * Clear's environments. Both vendor pages document sandbox. Production is from CFC's neighbouring pages, and
 * inferred for GLS.
 */
const BASE_URLS = { sandbox: "https://api-sandbox.clear.in", production: "https://api.clear.in" };

export type Environment = keyof typeof BASE_URLS;

/** Cast because `Object.keys` returns `string[]`. */
export const ENVIRONMENTS = Object.keys(BASE_URLS) as readonly Environment[];

/** An auth token, or a function that returns one. The function is called once per call of the client. */
export type AuthToken = string | (() => string | Promise<string>);

/**
 * The `fetch` function that the client needs. The global one, undici's and node-fetch's all fit. A body that is not a
 * web stream, such as node-fetch's, is read whole before its length is checked; its `size` option can limit it.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An event of a call, for logs and metrics. Contains no secrets. */
export type ClientEvent =
  | {
      /** An attempt begins. */
      readonly type: "request";
      readonly api: Api;
      /** Starts at 1. */
      readonly attempt: number;
      /** The URL of the request. It contains the file name but no token: tokens are sent in headers. */
      readonly url: string;
    }
  | {
      /** A response was read completely. */
      readonly type: "response";
      readonly api: Api;
      readonly attempt: number;
      readonly status: number;
      /** Milliseconds since the start of the attempt. */
      readonly durationMs: number;
    }
  | {
      /** An attempt failed and another will follow. */
      readonly type: "retry";
      readonly api: Api;
      /** The attempt that failed. */
      readonly attempt: number;
      readonly waitMs: number;
      readonly error: ClearError;
    };

interface CommonOptions {
  /** The auth token for the API. Sent as `x-cleartax-auth-token` to CFC and as `x-clear-auth-token` to GLS. */
  readonly authToken: AuthToken;
  /**
   * Time limit for each attempt in milliseconds, including reading the body.
   *
   * @default 30_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Time limit for the whole call in milliseconds: the token function, all attempts and the delays between them.
   *
   * @default 90_000
   */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * The maximum number of attempts, including the first.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The function that sends the requests.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: Fetch | undefined;
  /** Called for each request, response and retry. Anything it throws is ignored. */
  readonly onEvent?: ((event: ClientEvent) => void) | undefined;
}

/** Options of both clients. Exactly one of `environment` and `baseUrl` is required; there is no default. */
export type ClientOptions = CommonOptions &
  (
    | { readonly environment: Environment; readonly baseUrl?: undefined }
    | {
        /** The URL of another host, such as this package's sandbox: https, or http on loopback. */
        readonly baseUrl: string;
        readonly environment?: undefined;
      }
  );

/** Options of one call. */
export interface CallOptions {
  /** Aborts the call. The result is then an error of kind `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** The options of a client, checked and with defaults applied. */
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
 * @param extraFields - Options that only this client has.
 * @throws {InvalidInputError} Names the option.
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
    // Looked up at each call, since a test or a tracer may replace the global later.
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
