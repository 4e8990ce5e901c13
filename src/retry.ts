/** The longest delay before the second attempt, in milliseconds; it doubles with each one after. */
const FIRST_DELAY_MS = 500;

/** The delay after an attempt, in milliseconds: full jitter, so that many clients do not come back together. */
export function backoffMs(attempt: number): number {
  return Math.random() * FIRST_DELAY_MS * 2 ** (attempt - 1);
}

/**
 * A Retry-After header in milliseconds; 0 where it has none that HTTP allows.
 *
 * @param respondedAt - The server's own time of the response, which a date is compared with. NaN where it has none.
 */
export function retryAfterMs(header: string, respondedAt: number): number {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  // Date.parse accepts far more than an HTTP date.
  if (!/ GMT$/.test(header)) return 0;
  return Math.max(0, Date.parse(header) - (respondedAt || Date.now()) || 0);
}
