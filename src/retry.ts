import type { ClearError } from "./errors.js";
import { sleep } from "./time.js";

/** Statuses of the API and of the storage after which the same request may succeed later. */
export const RETRYABLE_STATUSES: readonly number[] = [408, 425, 429, 502, 503, 504];

/** The maximum delay before the second attempt, in milliseconds. It doubles with each further attempt. */
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 300_000;

/** Returns the delay after an attempt, in milliseconds. Full jitter keeps many clients from retrying at once. */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), MAX_DELAY_MS);
}

/**
 * Parses a Retry-After header to milliseconds. Returns null if it is missing or not valid in HTTP.
 *
 * @param respondedAt - The server's time of the response, which a date is compared with. NaN if unknown.
 */
export function retryAfterMs(header: string, respondedAt: number): number | null {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  // Date.parse accepts far more than an HTTP date.
  const date = / GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - (respondedAt || Date.now()));
}

export interface RetryOptions {
  /** Including the first. */
  readonly maxAttempts: number;
  /** Returns the longest delay before the next attempt, in milliseconds. A longer one ends the call. */
  readonly maxWaitMs: () => number;
  readonly signal: AbortSignal | undefined;
  /** Called before each delay. */
  readonly onRetry: (attempt: number, waitMs: number, error: ClearError) => void;
  /** @default the error's `retryable` */
  readonly isRetryable?: (error: ClearError) => boolean;
}

/**
 * Makes attempts until one succeeds. Waits between them, at least as long as the server requested.
 *
 * @param attempt - Makes the attempt with this number, from 1. Must throw nothing but a `ClearError`.
 * @throws {ClearError} The error of the last attempt, or an `AbortedError`.
 */
export async function retrying<T>(options: RetryOptions, attempt: (number: number) => Promise<T>): Promise<T> {
  const { maxAttempts, maxWaitMs, signal, onRetry, isRetryable = ({ retryable }) => retryable } = options;
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (thrown) {
      const error = thrown as ClearError;
      const requestedMs = "retryAfterMs" in error ? (error.retryAfterMs ?? 0) : 0;
      const waitMs = Math.max(backoffMs(number), requestedMs);
      if (number >= maxAttempts || !isRetryable(error) || waitMs > maxWaitMs()) throw error;
      onRetry(number, waitMs, error);
      await sleep(waitMs, signal);
    }
  }
}
