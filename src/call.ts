import createClient from "openapi-fetch";
import type { OPERATIONS } from "../generated/operations.js";
import type { operations, paths } from "../generated/types.js";
import { USER_AGENT } from "../generated/user-agent.js";
import { type ApiFailure, apiError, unexpectedResponse } from "./api-error.js";
import { readToken } from "./auth-token.js";
import { type ApiError, errorOfCall, isClearError, type RequestError } from "./errors.js";
import { checkRuntime, fetchError } from "./fetch.js";
import { exchange, type HttpResponse } from "./http.js";
import { type CallOptions, type CheckedOptions, checkCallOptions } from "./options.js";
import { checkParameters } from "./parameters.js";
import type { DocumentedResponse } from "./response.js";
import type { Result } from "./result.js";
import { retrying } from "./retry.js";
import { withTimeout } from "./time.js";
import { checkFieldNames } from "./validate.js";

type OperationId = keyof typeof OPERATIONS;
type GeneratedOperation = (typeof OPERATIONS)[OperationId];

/** A response, and what reading it needs of the request. */
export interface Received extends HttpResponse {
  /** The host of the API. */
  readonly hostname: string;
  /** The parameters of the request, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A documented success: its data, or the reason it cannot be used. Undefined for any other response. */
export type Read<Data> = { readonly data: Data } | { readonly problem: string } | undefined;

/** How the responses to an operation are read. */
export interface Reader<Id extends OperationId, Data, E extends ApiError> {
  readonly operation: (typeof OPERATIONS)[Id];
  readonly read: (response: DocumentedResponse<Id>, received: Received) => Read<Data>;
  /** Recognizes a documented error response. */
  readonly error: (response: DocumentedResponse<Id>) => ApiFailure<E> | undefined;
}

/** What is written by hand for an endpoint. Everything else is in the description. */
export type Endpoint<Id extends OperationId, Input, Data, E extends ApiError> = Reader<Id, Data, E> & {
  /** The fields of the input, with the names of their parameters or, for a body, their paths in it. */
  readonly fields: Readonly<Record<keyof Input & string, string>>;
  /** Maps the input to parameters, which are then checked against the description. */
  readonly parameters: (input: Input) => operations[Id]["parameters"];
} & WithBody<Id, Input>;

/** Maps the input to the request body, for an operation that has one. */
type WithBody<Id extends OperationId, Input> = operations[Id] extends {
  readonly requestBody: { readonly content: { readonly "application/json": infer Body } };
}
  ? { readonly body: (input: Input) => Body }
  : { readonly body?: undefined };

/** A method of openapi-fetch's client, for an operation that is only known at run time. */
type Send = (
  path: string,
  init: {
    readonly params: unknown;
    readonly body: unknown;
    readonly headers: Readonly<Record<string, string>>;
    readonly fetch: (request: Request) => Promise<Response>;
  },
) => Promise<unknown>;

/** Reads a response: returns the data of a success, or throws the error. */
export function read<Id extends OperationId, Data, E extends ApiError>(
  { operation, ...reader }: Reader<Id, Data, E>,
  received: Received,
  token: string,
): Data {
  const { status, body, text, tooLong } = received;
  // Safe for an undocumented status too: it matches no status that an endpoint compares it with.
  const response = { status, body, text } as DocumentedResponse<Id>;
  const success = tooLong ? { problem: "a body of more than 1 MiB" } : reader.read(response, received);
  if (success && "data" in success) return success.data;
  const secrets = { token, fields: "upload" in operation ? operation.upload.url.split("/").slice(-1) : [] };
  const failure = tooLong ? undefined : reader.error(response);
  throw failure
    ? apiError(operation.api, failure, received, secrets)
    : unexpectedResponse(operation.api, received, secrets, success?.problem);
}

/** Creates the function that makes the calls of a client. */
export function createCall(options: CheckedOptions) {
  const { authToken, baseUrl, maxAttempts, onEvent, timeoutMs, totalTimeoutMs } = options;
  const client = createClient<paths>({ baseUrl: baseUrl.href });

  /** Makes one request with openapi-fetch's client, and returns the response. */
  async function send(
    { api: target, method, path }: GeneratedOperation,
    attempt: number,
    init: Omit<Parameters<Send>[1], "fetch">,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    let response: HttpResponse | undefined;
    const fetch = async (request: Request) => {
      const startedAt = performance.now();
      onEvent?.({ type: "request", target, attempt, method, url: request.url });
      response = await exchange(options.fetch, request, signal);
      const durationMs = Math.round(performance.now() - startedAt);
      onEvent?.({ type: "response", target, attempt, status: response.status, durationMs });
      // Tells openapi-fetch only that there was a response: it would lose one that is not JSON.
      return new Response(null, { status: 204 });
    };
    try {
      // Cast because the compiler cannot see that the path and the parameters belong to the same operation.
      await (client[method] as unknown as Send)(path, { ...init, fetch });
    } catch (thrown) {
      // Anything but a `ClearError` was thrown by openapi-fetch, on the way to the request.
      throw isClearError(thrown) ? thrown : fetchError(baseUrl.host, thrown);
    }
    return response as HttpResponse;
  }

  async function attempts<Id extends OperationId, Input extends object, Data, E extends ApiError>(
    endpoint: Endpoint<Id, Input, Data, E>,
    input: Input,
    callOptions: CallOptions,
  ): Promise<Data> {
    const deadline = performance.now() + totalTimeoutMs;
    const { operation, fields } = endpoint;
    const { signal } = checkCallOptions(callOptions);
    checkFieldNames("input", input, Object.keys(fields));
    const params = endpoint.parameters(input);
    const parameters: Record<string, string> = Object.assign({}, ...Object.values(params));
    checkParameters(operation.parameters, parameters, fields);
    checkRuntime();

    const limited = <T>(work: (signal: AbortSignal) => Promise<T>) =>
      withTimeout(Math.max(1, Math.min(timeoutMs, Math.ceil(deadline - performance.now()))), signal, work);
    const token = await readToken(authToken, limited);
    const headers: Record<string, string> = { [operation.tokenHeader]: token };
    // A browser keeps its own user agent: with another one, the API's CORS policy would have to allow the header.
    if (!("document" in globalThis)) headers["user-agent"] = USER_AGENT;
    const init = { params, body: endpoint.body?.(input), headers };

    return await retrying(
      {
        // A request that may change something is sent once.
        maxAttempts: operation.method === "GET" ? maxAttempts : 1,
        // At least a millisecond must be left for the attempt.
        maxWaitMs: () => deadline - performance.now() - 1,
        signal,
        onRetry: (attempt, waitMs, error) =>
          onEvent?.({ type: "retry", target: operation.api, attempt, waitMs, error }),
      },
      async (attempt) => {
        const response = await limited((attemptSignal) => send(operation, attempt, init, attemptSignal));
        return read(endpoint, { ...response, hostname: baseUrl.hostname, parameters }, token);
      },
    );
  }

  /** Makes a call, from its input to its result. Never throws. */
  return async function call<Id extends OperationId, Input extends object, Data, E extends ApiError>(
    endpoint: Endpoint<Id, Input, Data, E>,
    input: Input,
    callOptions: CallOptions = {},
  ): Promise<Result<Data, E | RequestError>> {
    try {
      return { data: await attempts(endpoint, input, callOptions) };
    } catch (thrown) {
      // Cast because API errors come only from the endpoint.
      return { error: errorOfCall(thrown, "input") as E | RequestError };
    }
  };
}
