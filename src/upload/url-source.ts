import type { CfcInput } from "../endpoints/cfc.js";
import { type ClearError, callbackError, invalidInput, isClearError } from "../errors.js";
import type { CallOptions } from "../options.js";
import { checkPreSignedUrl, type PlainPreSignedUrl, type PreSignedUrl } from "../pre-signed-url.js";
import { type Result, unwrap } from "../result.js";
import { withTimeout } from "../time.js";

/** The time limit for the caller's function. A client has its own limit, `totalTimeoutMs`. */
const REQUEST_URL_MS = 120_000;

/** Returns a new URL for each call, such as from your own server, within 2 minutes. */
export type RequestUrl<E extends ClearError = ClearError> = (
  options: CallOptions,
) => Promise<Result<PlainPreSignedUrl, E>>;

/** The part of both clients that an upload uses. */
export interface UrlClient {
  getPreSignedUrl(input: object, options?: CallOptions): Promise<Result<PreSignedUrl>>;
}

/** Returns the URL for the next PUT, or throws the result's error. */
export type NextUrl = (signal: AbortSignal) => Promise<PreSignedUrl>;

/** The input of a client, without the file name. */
export type ClientInput = Partial<Omit<CfcInput, "fileName">>;

/** Checks a result that a caller's function returned. */
function read(result: unknown): Result<PreSignedUrl> {
  const { data, error } = Object(result);
  if (isClearError(error)) return { error };
  if (!data) throw invalidInput("the result", "must have data or an error");
  return { data: checkPreSignedUrl(data) };
}

/**
 * Calls a caller's function for a URL. A `ClearError` that it throws is taken for its result's error.
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

export function clientUrls(client: UrlClient, input: ClientInput, fileName: string | undefined): NextUrl {
  if (fileName === undefined) throw invalidInput("fileName", "must be given for a file without a name");
  return (signal) => requestFrom(async () => client.getPreSignedUrl({ ...input, fileName }, { signal }));
}

export function functionUrls(requestUrl: RequestUrl): NextUrl {
  return (signal) =>
    requestFrom(() => withTimeout<unknown>(REQUEST_URL_MS, signal, (inner) => requestUrl({ signal: inner })));
}
