import { callbackError, isClearError } from "./errors.js";
import { isToken, TOKEN_RULE } from "./validate.js";

/** An auth token, or a function that returns one. The function is called once per call of the client. */
export type AuthToken = string | (() => string | Promise<string>);

/** Whether a thrown value says of itself that the same call may succeed later, as the errors of this package do. */
function isRetryable(thrown: unknown): boolean {
  try {
    return Object(thrown).retryable === true;
  } catch {
    // A proxy can throw from any operation.
    return false;
  }
}

/**
 * Returns the token, or calls the function for it.
 *
 * @param limited - Runs the function within the time limits of the call.
 * @throws {CallbackError | AbortedError} The function threw, timed out or returned no token.
 */
export async function readToken(
  authToken: string | (() => unknown),
  limited: (work: () => Promise<unknown>) => Promise<unknown>,
): Promise<string> {
  if (typeof authToken === "string") return authToken;
  /** What the function threw, if it did. */
  let thrown: { readonly cause: unknown } | undefined;
  const token = await limited(async () => {
    try {
      return await authToken();
    } catch (cause) {
      thrown = { cause };
      return undefined;
    }
  }).catch((error) => {
    if (!isClearError(error) || error.kind !== "timeout") throw error;
    throw callbackError("authToken", `timed out after ${error.timeoutMs} ms`, { retryable: true });
  });
  if (thrown) throw callbackError("authToken", "threw", { thrown, retryable: isRetryable(thrown.cause) });
  if (!isToken(token)) throw callbackError("authToken", `returned no token; it ${TOKEN_RULE}`);
  return token;
}
