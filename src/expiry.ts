import type { HttpResponse } from "./http.js";

const SIGNED_AT = /[?&]X-Amz-Date=([^&#]*)/;
const SIGNED_SECONDS = /[?&]X-Amz-Expires=(\d+)(?![^&#])/;

/** The S3 time format, such as 20260208T121803Z, in milliseconds since the epoch; NaN if it is not one. */
function s3Time(text: string | undefined): number {
  return Date.parse(text?.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5") ?? "");
}

/**
 * Returns the expiry of a signed URL by the local clock: the documented or the signed lifetime, whichever is shorter,
 * from the start of the request. A response may be older than it looks, so the time since the URL was signed is
 * subtracted: by the server's clock (or, without a Date header, the local one), and at least what a cache's Age says.
 */
export function expiryOf(
  url: string,
  validForSeconds: number,
  { requestedAt, respondedAt, ageSeconds }: Pick<HttpResponse, "requestedAt" | "respondedAt" | "ageSeconds">,
): Date {
  const lifetime = Math.min(Number(SIGNED_SECONDS.exec(url)?.[1] ?? validForSeconds), validForSeconds);
  const signedAt = s3Time(SIGNED_AT.exec(url)?.[1]);
  const age = Math.max(0, ageSeconds, ((respondedAt || requestedAt) - signedAt) / 1000 || 0);
  return new Date(requestedAt + (lifetime - age) * 1000);
}
