/** The maximum delay before the second attempt, in milliseconds. It doubles with each further attempt. */
const FIRST_DELAY_MS = 500;

/** Returns the delay after an attempt, in milliseconds. Full jitter keeps many clients from retrying at once. */
export function backoffMs(attempt: number): number {
  return Math.random() * FIRST_DELAY_MS * 2 ** (attempt - 1);
}

/**
 * Parses a Retry-After header to milliseconds. Returns 0 if it is missing or not valid in HTTP.
 *
 * @param respondedAt - The server's time of the response, which a date is compared with. NaN if unknown.
 */
export function retryAfterMs(header: string, respondedAt: number): number {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  // Date.parse accepts far more than an HTTP date.
  if (!/ GMT$/.test(header)) return 0;
  return Math.max(0, Date.parse(header) - (respondedAt || Date.now()) || 0);
}
