import { type CallbackError, callbackError, clearError, type NetworkError, networkError } from "./errors.js";

/**
 * The `fetch` function that the client needs. The global one, undici's and node-fetch's all fit. It must resolve to a
 * response for every status. A body that is not a web stream, such as node-fetch's, is read whole before its length is
 * checked; its `size` option can limit it.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const RULE = "it must resolve to a Response for every status, like the global fetch (with ky: throwHttpErrors: false)";

/** The globals of the Fetch standard that openapi-fetch and this package use besides fetch. */
const GLOBALS = ["Request", "Response", "Headers"] as const;

/** @throws {CallbackError} Names the global that the runtime does not have. */
export function checkRuntime(): void {
  for (const name of GLOBALS) {
    if (typeof globalThis[name] !== "function") {
      throw callbackError("fetch", `needs the global ${name}, which this runtime does not have`);
    }
  }
}

/** @throws {CallbackError} If a `fetch` returned something else than a response. */
export function checkResponse(returned: Partial<Response> | null | undefined): Response {
  const isResponse =
    typeof returned?.status === "number" &&
    typeof returned.headers?.get === "function" &&
    typeof returned.text === "function";
  if (!isResponse) throw callbackError("fetch", `returned something that is no response; ${RULE}`);
  return returned as Response;
}

/**
 * Builds the error for what a `fetch` threw. Nothing of it is kept but a code: the errors of HTTP clients contain the
 * headers of the request.
 */
export function fetchError(host: string, thrown: unknown): CallbackError | NetworkError {
  try {
    const { response, cause } = Object(thrown);
    // As on the errors of ky, axios, ofetch and got for a status.
    if (typeof response === "object" && response !== null) {
      return callbackError("fetch", `threw an error for a response; ${RULE}`);
    }
    // Undici's words for a port that the Fetch standard blocks.
    if (Object(cause).message === "bad port") {
      return clearError<NetworkError>(`fetch blocks the port of ${host}; use another.`, {
        kind: "network",
        code: null,
      });
    }
    return networkError(host, thrown);
  } catch {
    // A proxy can throw from any operation.
    return networkError(host, undefined);
  }
}
