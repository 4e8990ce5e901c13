import { SERVERS } from "../generated/operations.js";
import type { AuthToken } from "./auth-token.js";
import { type Api, type ClearError, errorOfCall, invalidInput } from "./errors.js";
import type { Fetch } from "./fetch.js";
import {
  type Checked,
  checkEnum,
  checkFields,
  checkFunction,
  checkHook,
  checkPositiveInteger,
  checkSignal,
  checkToken,
  optional,
  secureUrl,
  unchecked,
} from "./validate.js";

/** Clear's environments: the servers in the description. For GLS, production is inferred. */
export type Environment = keyof typeof SERVERS;

/** Cast because `Object.keys` returns `string[]`. */
export const ENVIRONMENTS = Object.keys(SERVERS) as readonly Environment[];

/** An event of a call or an upload, for logs and metrics. Contains no secrets. */
export type ClientEvent = {
  /** The API, or the storage that an upload sends the file to. */
  readonly target: Api | "storage";
  /** Starts at 1. */
  readonly attempt: number;
} & (
  | {
      /** An attempt begins. A PUT is repeated within an attempt if the storage rejects its `Expect` header. */
      readonly type: "request";
      readonly method: string;
      /**
       * The URL of a request to the API: it contains the file name but no token, since tokens are sent in headers. Of the
       * storage only the origin, since the rest is secret.
       */
      readonly url: string;
    }
  | {
      /** A response was read completely. */
      readonly type: "response";
      readonly status: number;
      /** Milliseconds since the start of the attempt. */
      readonly durationMs: number;
    }
  | {
      /** The attempt failed and another will follow. */
      readonly type: "retry";
      readonly waitMs: number;
      readonly error: ClearError;
    }
);

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

/** How each option is checked, with its default. */
export const CLIENT_OPTIONS = {
  environment: unchecked,
  baseUrl: unchecked,
  authToken: (field: string, value: unknown) =>
    typeof value === "function" ? (value as () => unknown) : checkToken(field, value),
  timeoutMs: optional(checkPositiveInteger, 30_000),
  totalTimeoutMs: optional(checkPositiveInteger, 90_000),
  maxAttempts: optional(checkPositiveInteger, 3),
  // Looked up at each call, since a test or a tracer may replace the global later.
  fetch: optional<Fetch, Fetch>(checkFunction, (url, init) => globalThis.fetch(url, init)),
  onEvent: optional(checkHook<ClientEvent>),
};

const CALL_OPTIONS = { signal: optional(checkSignal) };

/** The options of a client, checked and with defaults applied. */
export type CheckedOptions = Omit<Checked<typeof CLIENT_OPTIONS>, "environment" | "baseUrl"> & {
  readonly baseUrl: URL;
};

function checkBaseUrl(environment: unknown, baseUrl: unknown): URL {
  if (baseUrl === undefined) {
    return new URL(SERVERS[checkEnum("environment", environment, ENVIRONMENTS, undefined, "baseUrl")]);
  }
  if (environment !== undefined) throw invalidInput("baseUrl", "must not be given with environment");
  const url = typeof baseUrl === "string" ? secureUrl(baseUrl) : undefined;
  if (!url || url.search || url.hash) {
    throw invalidInput("baseUrl", "must be an https URL (http on loopback) without credentials, query or fragment");
  }
  return url;
}

/**
 * Checks the options of a client.
 *
 * @param checks - `CLIENT_OPTIONS`, and those of options that only this client has.
 * @throws {InvalidInputError} Names the option.
 */
export function checkOptions<C extends typeof CLIENT_OPTIONS>(options: ClientOptions, checks: C) {
  try {
    const { environment, baseUrl, ...checked } = checkFields("options", options, checks);
    return { ...checked, baseUrl: checkBaseUrl(environment, baseUrl) };
  } catch (thrown) {
    throw errorOfCall(thrown, "options");
  }
}

/** @throws {InvalidInputError} Names the option. */
export function checkCallOptions(options: CallOptions): Checked<typeof CALL_OPTIONS> {
  return checkFields("call options", options, CALL_OPTIONS);
}
