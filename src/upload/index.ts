import { type ClearError, invalidInput, isClearError } from "../errors.js";
import type { CallOptions } from "../options.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import type { Result } from "../result.js";
import { backoffMs } from "../retry.js";
import { sleep, withTimeout } from "../timeout.js";
import { checkFields, checkFunction, checkPositiveInteger, checkSignal, secureUrl } from "../validate.js";
import { signedTypeMismatch } from "./content.js";
import { fileError, openFile } from "./file.js";
import { put } from "./put.js";
import { storageError } from "./s3-error.js";

/** How long `requestUrl` may take; the clients of this package take 90 seconds unless told otherwise. */
const REQUEST_URL_MS = 120_000;
/** A URL with less life than this left, in milliseconds, is replaced before a PUT where that is possible. */
const NEAR_EXPIRY_MS = 30_000;
/** Where both vendor pages' sample URLs point. That it is the only host is inferred. */
const ALLOWED_HOSTS = ["storage.clear.in"];

export interface Progress {
  /** Bytes handed to the network; all of them only once the storage has answered 200. */
  readonly bytes: number;
  readonly total: number;
}

export interface UploadOptions {
  /** Called as bytes go out, and a last time with all of them when the storage has the file. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the upload; the result is then an error of kind `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Number of PUTs, the first included. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Longest time in milliseconds in which no byte moves. Default 60,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Limit of the whole upload in milliseconds. Default: none. */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * Hosts that may receive the file over https. Default: `storage.clear.in` (inferred from the vendor's
   * samples). http is only for loopback, and loopback http needs no entry.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Whether a file that does not hold what its extension (csv, xls, xlsx, zip) says is refused, and one whose URL is
   * signed for another type. Default true.
   */
  readonly checkContent?: boolean | undefined;
}

export interface Upload {
  /** The URL that the bytes went to. The vendor's next step (trigger, activity) needs it. */
  readonly preSignedUrl: PreSignedUrl;
  readonly bytes: number;
}

/** Gives a fresh URL at each call; hands the signal on to the client where it passes `options`. */
export type RequestUrl = (options: CallOptions) => Promise<Result<PreSignedUrl>>;

interface Checked {
  readonly onProgress: (bytes: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
  readonly maxAttempts: number;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number | undefined;
  readonly allowedHosts: readonly string[];
  readonly checkContent: boolean;
}

function checkOptions(options: UploadOptions): Checked {
  checkFields("options", options, [
    "onProgress",
    "signal",
    "maxAttempts",
    "idleTimeoutMs",
    "totalTimeoutMs",
    "allowedHosts",
    "checkContent",
  ]);
  const {
    onProgress = () => {},
    signal,
    maxAttempts = 3,
    idleTimeoutMs = 60_000,
    totalTimeoutMs,
    allowedHosts = ALLOWED_HOSTS,
    checkContent = true,
  } = options;
  checkFunction("onProgress", onProgress);
  if (!Array.isArray(allowedHosts) || !allowedHosts.every((host) => typeof host === "string")) {
    throw invalidInput("allowedHosts", "must be an array of host names");
  }
  if (typeof checkContent !== "boolean") throw invalidInput("checkContent", "must be true or false");
  return {
    onProgress: (bytes, total) => {
      try {
        onProgress({ bytes, total });
      } catch {
        // A hook for display must not end an upload.
      }
    },
    signal: checkSignal(signal),
    maxAttempts: checkPositiveInteger("maxAttempts", maxAttempts),
    idleTimeoutMs: checkPositiveInteger("idleTimeoutMs", idleTimeoutMs),
    totalTimeoutMs: totalTimeoutMs === undefined ? undefined : checkPositiveInteger("totalTimeoutMs", totalTimeoutMs),
    allowedHosts,
    checkContent,
  };
}

/** The URL to send to, once it is sure that the file may go there and that the signed headers can be sent. */
function checkTarget(preSignedUrl: PreSignedUrl, allowedHosts: readonly string[]): URL {
  const { url: text, headers } = preSignedUrl ?? {};
  if (typeof text !== "string" || typeof headers?.["content-type"] !== "string") {
    throw invalidInput("preSignedUrl", "must have a url and headers with a content-type, as the data of a result has");
  }
  const url = secureUrl(text);
  if (!url) throw invalidInput("preSignedUrl", "must be https (http on loopback), without credentials");
  const local = url.protocol === "http:";
  if (!local && !allowedHosts.includes(url.hostname)) {
    throw invalidInput("allowedHosts", `does not have ${url.hostname}, where the pre-signed URL points`);
  }
  const signed = (url.searchParams.get("X-Amz-SignedHeaders") ?? "").toLowerCase().split(";");
  for (const name of signed) {
    if (!["", "host", "content-type", "content-length"].includes(name)) {
      throw invalidInput("preSignedUrl", `is signed with the header ${name}, for which there is no value`);
    }
  }
  return url;
}

/** Gives a URL for the next PUT. */
type NextUrl = (signal: AbortSignal) => Promise<Result<PreSignedUrl>>;

const isNearExpiry = ({ expiresAt }: PreSignedUrl) => new Date(expiresAt).getTime() - Date.now() < NEAR_EXPIRY_MS;

async function upload(
  nextUrl: NextUrl,
  renewable: boolean,
  path: string,
  options: Checked,
  signal: AbortSignal,
): Promise<Result<Upload>> {
  const file = await openFile(path, options.checkContent);
  try {
    let target = await nextUrl(signal);
    for (let attempt = 1; ; attempt++) {
      if (renewable && target.data && isNearExpiry(target.data)) target = await nextUrl(signal);
      if (target.error) return target;
      const { data: preSignedUrl } = target;
      const url = checkTarget(preSignedUrl, options.allowedHosts);
      const contentType = preSignedUrl.headers["content-type"];
      const mismatch = options.checkContent && signedTypeMismatch(path, contentType);
      if (mismatch) return { error: fileError(path, "content-mismatch", mismatch) };
      const outcome = await put(url, contentType, file, { ...options, signal });
      let error: ClearError;
      if (isClearError(outcome)) {
        error = outcome;
      } else if (outcome.status === 200) {
        options.onProgress(file.size, file.size);
        return { data: { preSignedUrl, bytes: file.size } };
      } else {
        error = storageError(outcome.status, outcome.text, preSignedUrl);
      }
      const expired = error.kind === "storage" && error.expired;
      if (attempt >= options.maxAttempts || !(error.retryable || (expired && renewable))) return { error };
      await sleep(backoffMs(attempt), signal);
      if (expired) target = await nextUrl(signal);
    }
  } finally {
    await file.handle.close();
  }
}

async function settle(
  options: UploadOptions,
  work: (checked: Checked, signal: AbortSignal) => Promise<Result<Upload>>,
): Promise<Result<Upload>> {
  try {
    const checked = checkOptions(options);
    const never = new AbortController().signal;
    if (checked.totalTimeoutMs === undefined) return await work(checked, checked.signal ?? never);
    return await withTimeout(checked.totalTimeoutMs, checked.signal, (signal) => work(checked, signal));
  } catch (error) {
    // What is not ours was thrown while reading the caller's objects, by a getter or a proxy.
    return { error: isClearError(error) ? error : invalidInput("options", "could not be read") };
  }
}

/**
 * PUTs a file to a pre-signed URL, streaming, with a Content-Length.
 *
 * @param preSignedUrl - As `getPreSignedUrl` returned it.
 * @param path - A regular file of 1 byte to 5 GiB that holds what its extension says.
 * @returns how much went where, or an error of kind `invalid-input`, `file`, `storage`, `network`, `timeout`
 * or `aborted`. It never throws. An expired URL is an error; `uploadFile` replaces it.
 */
export function putFile(
  preSignedUrl: PreSignedUrl,
  path: string,
  options: UploadOptions = {},
): Promise<Result<Upload>> {
  return settle(options, (checked, signal) =>
    upload(async () => ({ data: preSignedUrl }), false, path, checked, signal),
  );
}

/**
 * Asks for a URL and PUTs a file to it. The file is looked at before the URL is asked for, and a URL that
 * the storage calls expired, or with less than 30 seconds to live, is replaced by a new one.
 *
 * @param requestUrl - For example `(options) => cfc.getPreSignedUrl(input, options)`. It may take 2 minutes.
 * @returns as `putFile`, or the error that `requestUrl` returned.
 */
export function uploadFile(requestUrl: RequestUrl, path: string, options: UploadOptions = {}): Promise<Result<Upload>> {
  const nextUrl: NextUrl = async (signal) => {
    checkFunction("requestUrl", requestUrl);
    let outcome: unknown;
    try {
      outcome = await withTimeout<unknown>(REQUEST_URL_MS, signal, (inner) => requestUrl({ signal: inner }));
    } catch (cause) {
      if (isClearError(cause)) throw cause;
      throw invalidInput("requestUrl", "must be a function that returns a result; it threw");
    }
    const { data, error } = Object(outcome);
    if (isClearError(error)) return { error };
    if (!data) throw invalidInput("requestUrl", "must return a result, as getPreSignedUrl does");
    return { data };
  };
  return settle(options, (checked, signal) => upload(nextUrl, true, path, checked, signal));
}
