/** What stands in place of a secret in any text. */
export const REDACTED = "[redacted]";

/** Longest text that is cleaned; more is cut off. Documented failures have less than a hundredth of it. */
const MAX_LENGTH = 16384;

/**
 * Removes secrets from a text that came from outside: the given tokens (raw, percent-encoded, base64),
 * credentials and queries of URLs, and S3's signature parameters. Whatever the server echoes, this is the
 * one way that its text takes into an error.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), btoa(secret).replace(/=+$/, "")]) {
      clean = clean.replaceAll(form, REDACTED);
    }
  }
  // Cut only now, so that no part of a token is left at the end; and at all, for the patterns below may
  // take the square of the length.
  return clean
    .slice(0, MAX_LENGTH)
    .replace(/(https?:\\?\/\\?\/)[^\s"'<>@/?]*(?=@)/gi, `$1${REDACTED}`)
    .replace(/(https?:[^\s"'<>?]*\?)[^\s"'<>]+/gi, `$1${REDACTED}`)
    .replace(/(X-Amz-[\w-]+(?:=|%3D))[^&\s"'<>]+/gi, `$1${REDACTED}`);
}
