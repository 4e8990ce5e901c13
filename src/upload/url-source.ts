import type { CfcInput } from "../cfc.js";
import { type ClearError, invalidInput, isClearError } from "../errors.js";
import type { CallOptions } from "../options.js";
import type { PlainPreSignedUrl, PreSignedUrl } from "../pre-signed-url.js";
import type { Result } from "../result.js";
import { withTimeout } from "../timeout.js";
import { checkPreSignedUrl } from "./target.js";

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

/** @throws {ClearError} The result's error. */
async function requestFrom(field: string, request: () => Promise<unknown>): Promise<PreSignedUrl> {
  let result: unknown;
  try {
    result = await request();
  } catch (cause) {
    if (isClearError(cause)) throw cause;
    // The thrown value may contain a secret.
    throw invalidInput(field, "must return a result, as getPreSignedUrl does; it threw");
  }
  const { data, error } = Object(result);
  if (isClearError(error)) throw error;
  if (!data) throw invalidInput(field, "must return a result, as getPreSignedUrl does");
  return checkPreSignedUrl(data);
}

export function clientUrls(client: UrlClient, input: ClientInput, fileName: string | undefined): NextUrl {
  if (fileName === undefined) throw invalidInput("fileName", "must be given for a file without a name");
  return (signal) => requestFrom("client", () => client.getPreSignedUrl({ ...input, fileName }, { signal }));
}

export function functionUrls(requestUrl: RequestUrl): NextUrl {
  return (signal) =>
    requestFrom("requestUrl", () =>
      withTimeout<unknown>(REQUEST_URL_MS, signal, (inner) => requestUrl({ signal: inner })),
    );
}
