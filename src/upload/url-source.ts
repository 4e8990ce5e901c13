import { type ClearError, callbackError, invalidInput, isClearError } from "../errors.js";
import type { CallOptions } from "../options.js";
import { checkPreSignedUrl, type PlainPreSignedUrl, type PreSignedUrl } from "../pre-signed-url.js";
import { type Result, unwrap } from "../result.js";
import { withTimeout } from "../time.js";

/** The time limit for any client. Those of this package have a shorter one, unless it was raised. */
const REQUEST_URL_MS = 600_000;

/**
 * Returns a new URL for each call, within 10 minutes: a client of this package, or an object of your own, such as one
 * that asks your server.
 */
export interface UrlClient<
  Input extends { readonly fileName: string } = { readonly fileName: string },
  E extends ClearError = ClearError,
> {
  getPreSignedUrl(input: Input, options: CallOptions): Promise<Result<PlainPreSignedUrl, E>>;
}

/** Returns the URL for the next PUT, or throws the result's error. */
export type NextUrl = (signal: AbortSignal) => Promise<PreSignedUrl>;

/** Checks a result that a client returned. */
function read(result: unknown): Result<PreSignedUrl> {
  const { data, error } = Object(result);
  if (isClearError(error)) return { error };
  if (!data) throw invalidInput("the result", "must have data or an error");
  return { data: checkPreSignedUrl(data) };
}

/**
 * Requests a URL. A `ClearError` that the client throws is taken for its result's error.
 *
 * @throws {ClearError} The result's error, or a `CallbackError`.
 */
async function requestFrom(request: () => Promise<unknown>): Promise<PreSignedUrl> {
  let result: unknown;
  try {
    result = await request();
  } catch (cause) {
    if (isClearError(cause)) throw cause;
    throw callbackError("getPreSignedUrl", "must return a result; it threw", { thrown: { cause } });
  }
  let checked: Result<PreSignedUrl>;
  try {
    checked = read(result);
  } catch (thrown) {
    const message = isClearError(thrown) ? thrown.message : "it cannot be read";
    throw callbackError("getPreSignedUrl", `must return a result with a URL: ${message}`);
  }
  return unwrap(checked);
}

/** Requests the URLs from a client, which checks the input. */
export function clientUrls(client: UrlClient, input: { readonly fileName: string }): NextUrl {
  return (signal) =>
    requestFrom(() =>
      withTimeout<unknown>(REQUEST_URL_MS, signal, (inner) => client.getPreSignedUrl(input, { signal: inner })),
    );
}
