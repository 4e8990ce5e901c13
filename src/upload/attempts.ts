import type { ClearError } from "../errors.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { backoffMs, retryAfterMs } from "../retry.js";
import { sleep } from "../timeout.js";
import { signedTypeMismatch } from "./content.js";
import type { OpenFile } from "./open-file.js";
import type { CheckedOptions } from "./options.js";
import { put } from "./put.js";
import { storageError } from "./s3-error.js";
import { fileError } from "./source.js";
import { checkTarget } from "./target.js";
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

/**
 * PUTs a file, with retries.
 *
 * @throws {ClearError} The error of the last attempt.
 */
export async function uploadWithRetries(
  { source, fileName = "" }: OpenFile,
  urls: Urls,
  options: CheckedOptions,
  signal: AbortSignal,
): Promise<Upload> {
  const { allowedHosts, checkContent, maxAttempts, onProgress, onEvent, totalTimeoutMs } = options;
  const { label, size: total } = source;
  const deadline = performance.now() + (totalTimeoutMs ?? 0);
  let preSignedUrl = await urls.next(signal);
  for (let attempt = 1; ; attempt++) {
    if (urls.renewable && isNearExpiry(preSignedUrl)) preSignedUrl = await urls.next(signal);
    const url = checkTarget(preSignedUrl, allowedHosts);
    const contentType = preSignedUrl.headers["content-type"];
    const mismatch = checkContent && signedTypeMismatch(fileName, contentType);
    if (mismatch) throw fileError(label, "content-mismatch", mismatch);
    const event = { host: url.host, attempt };
    let error: ClearError;
    let requestedWaitMs = 0;
    try {
      const response = await put({
        ...options,
        url,
        contentType,
        source,
        signal,
        onProgress: (bytes) => onProgress?.({ bytes, total }),
        onRequest() {
          const startedAt = performance.now();
          onEvent?.({ type: "request", ...event });
          return (status) => {
            onEvent?.({ type: "response", ...event, status, durationMs: Math.round(performance.now() - startedAt) });
          };
        },
      });
      if (response.status === 200) {
        onProgress?.({ bytes: total, total });
        return { preSignedUrl, bytes: total };
      }
      error = storageError(response, preSignedUrl);
      const { date = "", "retry-after": retryAfter = "" } = response.headers;
      requestedWaitMs = retryAfterMs(retryAfter, Date.parse(date));
    } catch (cause) {
      error = cause as ClearError;
    }
    const renew = urls.renewable && error.kind === "storage" && error.expired;
    const waitMs = Math.max(Math.min(backoffMs(attempt), MAX_WAIT_MS), requestedWaitMs);
    const limitMs = totalTimeoutMs === undefined ? MAX_WAIT_MS : deadline - performance.now();
    if (attempt >= maxAttempts || !(error.retryable || renew) || waitMs > limitMs) throw error;
    onEvent?.({ type: "retry", ...event, waitMs, error });
    await sleep(waitMs, signal);
    if (renew) preSignedUrl = await urls.next(signal);
  }
}
