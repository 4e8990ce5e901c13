import createClient, { type Client } from "openapi-fetch";
import { type Api, type ClearError, errorForCaller, invalidInput, isClearError, type RequestError } from "./errors.js";
import type { CallOptions, CheckedOptions } from "./options.js";
import type { Decoded, Received } from "./response.js";
import type { Result } from "./result.js";
import { backoffMs } from "./retry.js";
import { sleep, withTimeout } from "./timeout.js";
import { Transport } from "./transport.js";
import { checkFields, checkSignal, checkToken } from "./validate.js";

/** Identifies this package to the server. The version must match package.json. */
const USER_AGENT = "clear-presign/0.1.0";

/** The options of an openapi-fetch call, besides its parameters and body. */
export interface AttemptInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: (request: Request) => Promise<Response>;
}

/** A response as openapi-fetch returns it. */
interface FetchedResponse {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** One call of an operation: what to send, and how to read the response. */
export interface Operation<Documented, Data, ApiError> {
  /** Names of JSON fields in the response whose values are secret. */
  readonly secretFields: readonly string[];
  /** Makes one attempt: one call of openapi-fetch's client, with `init` merged into its options. */
  readonly send: (init: AttemptInit) => Promise<FetchedResponse>;
  readonly decode: (response: Documented, received: Received) => Decoded<Data>;
  /** Returns the error for a documented error response, already redacted. */
  readonly errorOf: (response: Documented) => ApiError | undefined;
}

/** Runs `work` within the time limits and the signal of a call. */
type Limited = <T>(work: (signal: AbortSignal) => Promise<T> | T) => Promise<T>;

/** A client for one API: openapi-fetch's client, with a token, time limits and retries added to each call. */
export class Requester<Paths extends object> {
  /** Sends every request. */
  readonly client: Client<Paths>;
  readonly #api: Api;
  readonly #tokenHeader: string;
  readonly #options: CheckedOptions;

  constructor(api: Api, tokenHeader: string, options: CheckedOptions) {
    this.#api = api;
    this.#tokenHeader = tokenHeader;
    this.#options = options;
    this.client = createClient<Paths>({ baseUrl: options.baseUrl.href });
  }

  /**
   * Runs a call from its input to its result.
   *
   * @param entry - The public function that was called. The stack of an error begins at its caller.
   * @param prepare - Checks the input and builds the operation. Throws if the input is invalid.
   */
  async request<Documented, Data, ApiError extends ClearError>(
    entry: (...args: never) => unknown,
    callOptions: CallOptions,
    prepare: () => Operation<Documented, Data, ApiError>,
  ): Promise<Result<Data, ApiError | RequestError>> {
    const deadline = performance.now() + this.#options.totalTimeoutMs;
    try {
      checkFields("call options", callOptions, ["signal"]);
      return { data: await this.#attempts(prepare(), deadline, checkSignal(callOptions.signal)) };
    } catch (thrown) {
      // API errors come only from the operation's own `errorOf`.
      return { error: errorForCaller(thrown, "input", entry) as ApiError | RequestError };
    }
  }

  async #attempts<Documented, Data, ApiError>(
    operation: Operation<Documented, Data, ApiError>,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<Data> {
    const { timeoutMs, maxAttempts, onEvent } = this.#options;
    const limited: Limited = (work) =>
      withTimeout(Math.max(1, Math.min(timeoutMs, Math.ceil(deadline - performance.now()))), signal, work);
    const token = await this.#readToken(limited);
    const secrets = { token, fields: operation.secretFields };
    for (let attempt = 1; ; attempt++) {
      const transport = new Transport({ api: this.#api, attempt, options: this.#options, secrets });
      try {
        return await this.#attempt(operation, transport, token, limited);
      } catch (cause) {
        const error = transport.failure(cause);
        const waitMs = Math.max(backoffMs(attempt), transport.retryAfterMs);
        const late = performance.now() + waitMs >= deadline;
        if (!error.retryable || attempt >= maxAttempts || late) throw error;
        onEvent?.({ type: "retry", api: this.#api, attempt, waitMs, error });
        await sleep(waitMs, signal);
      }
    }
  }

  async #attempt<Documented, Data, ApiError>(
    operation: Operation<Documented, Data, ApiError>,
    transport: Transport,
    token: string,
    limited: Limited,
  ): Promise<Data> {
    const headers: Record<string, string> = { [this.#tokenHeader]: token };
    // A browser keeps its own user agent: with another one, the API's CORS policy would have to allow the header.
    if (!("document" in globalThis)) headers["user-agent"] = USER_AGENT;
    const { data, error, response } = await limited((signal) =>
      operation.send({ headers, fetch: (request) => transport.fetch(request, signal) }),
    );
    const { status } = response;
    const body: unknown = data ?? error;
    // Safe for an undocumented status too: it matches no status that an operation compares it with.
    const documented = (read: { body: unknown; text: string }) => ({ status, ...read }) as Documented;
    const decoded = operation.decode(documented({ body, text: transport.text }), transport);
    if (decoded && "data" in decoded) return decoded.data;
    throw operation.errorOf(documented(transport.redacted(body))) ?? transport.unexpected(decoded?.problem, body);
  }

  async #readToken(limited: Limited): Promise<string> {
    const { authToken } = this.#options;
    if (typeof authToken === "string") return authToken;
    let token: unknown;
    try {
      token = await limited<unknown>(authToken);
    } catch (cause) {
      const kind = isClearError(cause) && cause.kind;
      if (kind === "aborted") throw cause;
      // The thrown value may contain a secret.
      throw invalidInput("authToken", `is a function that ${kind === "timeout" ? "timed out" : "threw"}`);
    }
    return checkToken("authToken", token);
  }
}
