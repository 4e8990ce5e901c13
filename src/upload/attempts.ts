import type { ClearError } from "../errors.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { retrying } from "../retry.js";
import { checkTarget } from "./allowed-hosts.js";
import { signedTypeMismatch } from "./content.js";
import type { OpenFile } from "./open-file.js";
import type { CheckedOptions } from "./options.js";
import { put } from "./put.js";
import { etagOf, isStored, storageError } from "./s3-error.js";
import { fileError } from "./source.js";
import type { NextUrl } from "./url-source.js";

/** A URL that expires within this time, in milliseconds, is replaced before a PUT, if it can be renewed. */
const NEAR_EXPIRY_MS = 30_000;
/** The maximum delay between two PUTs if the caller sets no limit for the whole upload. */
const MAX_WAIT_MS = 300_000;

/** An uploaded file. */
export interface Upload {
  /** The URL that the file was uploaded to. The vendor's next step (trigger, activity) needs it. */
  readonly preSignedUrl: PreSignedUrl;
  readonly bytes: number;
  /** The storage's ETag, in quotes as received; null if the response has none. */
  readonly etag: string | null;
}

/** The source of an upload's URLs. */
export interface Urls {
  readonly next: NextUrl;
  /** Whether each call of `next` returns a new URL. */
  readonly renewable: boolean;
}

function isNearExpiry({ expiresAt }: PreSignedUrl): boolean {
  return expiresAt.getTime() - Date.now() < NEAR_EXPIRY_MS;
}

/** Makes one PUT, and reports it. */
async function putOnce(
  { source, fileName = "" }: OpenFile,
  preSignedUrl: PreSignedUrl,
  options: CheckedOptions,
  attempt: number,
  signal: AbortSignal,
): Promise<Upload> {
  const { allowedHosts, checkContent, onProgress, onEvent } = options;
  const { label, size: total } = source;
  const url = checkTarget(preSignedUrl, allowedHosts);
  const contentType = preSignedUrl.headers["content-type"];
  const mismatch = checkContent && signedTypeMismatch(fileName, contentType);
  if (mismatch) throw fileError(label, "content-mismatch", mismatch);
  const event = { target: "storage", attempt } as const;
  const response = await put({
    ...options,
    url,
    contentType,
    source,
    signal,
    onProgress: (bytes) => onProgress?.({ bytes, total }),
    onRequest() {
      const startedAt = performance.now();
      onEvent?.({ type: "request", ...event, method: "PUT", url: url.origin });
      return (status) => {
        onEvent?.({ type: "response", ...event, status, durationMs: Math.round(performance.now() - startedAt) });
      };
    },
  });
  if (!isStored(response)) throw storageError(response, preSignedUrl);
  onProgress?.({ bytes: total, total });
  return { preSignedUrl, bytes: total, etag: etagOf(response, preSignedUrl) };
}

function isExpired(error: ClearError): boolean {
  return error.kind === "storage" && error.expired;
}

/**
 * PUTs a file, with retries. A URL that has expired is replaced, if it can be.
 *
 * @throws {ClearError} The error of the last attempt.
 */
export async function uploadWithRetries(
  file: OpenFile,
  urls: Urls,
  options: CheckedOptions,
  signal: AbortSignal,
): Promise<Upload> {
  const { maxAttempts, onEvent, totalTimeoutMs } = options;
  const deadline = performance.now() + (totalTimeoutMs ?? 0);
  let preSignedUrl = await urls.next(signal);
  let expired = false;
  return await retrying(
    {
      maxAttempts,
      maxWaitMs: () => (totalTimeoutMs === undefined ? MAX_WAIT_MS : deadline - performance.now()),
      signal,
      isRetryable: (error) => error.retryable || (urls.renewable && isExpired(error)),
      onRetry(attempt, waitMs, error) {
        onEvent?.({ type: "retry", target: "storage", attempt, waitMs, error });
        expired = isExpired(error);
      },
    },
    async (attempt) => {
      if (urls.renewable && (expired || isNearExpiry(preSignedUrl))) preSignedUrl = await urls.next(signal);
      return await putOnce(file, preSignedUrl, options, attempt, signal);
    },
  );
}
