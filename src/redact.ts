/** Replaces a secret. */
export const REDACTED = "[redacted]";

/** The maximum length of a string kept from a response, in characters; documented ones are below 1 % of it. */
const MAX_LENGTH = 16384;
/** The maximum depth of a body that is kept; documented ones have three levels. */
const MAX_DEPTH = 10;
/** Tokens of at least this length are matched in any case; shorter ones may be ordinary words. */
const CASE_INSENSITIVE_LENGTH = 12;
/** Tokens of at least this length are matched in base64; shorter ones would match by chance. */
const BASE64_LENGTH = 4;
/** How many levels of escapes are resolved, since gateways may escape a string again. */
const MAX_ESCAPE_LEVELS = 8;

/** Percent-encoding, JSON and JavaScript escapes, and HTML entities: numeric ones, and the five that XML has too. */
const ESCAPES =
  /(?:%|\\x)([\da-f]{2})|\\u([\da-f]{4})|(?:\\u\{|&#x)0*([\da-f]{1,5})[;}]?|&#0*(\d{1,6});?|&(amp|lt|gt|quot|apos);|\\(["'\\/])/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Words: anything between white space, quotes and angle brackets. */
const WORDS = /[^\s"'<>`]+/g;

/** The secrets to remove, besides those recognized by their form, such as URL queries and signatures. */
export interface Secrets {
  readonly token: string;
  /** Names of JSON fields whose values are secret. */
  readonly fields: readonly string[];
}

/** Returns the string, followed by the result of resolving each level of its escapes. */
function escapeLevels(text: string, maxLevels = MAX_ESCAPE_LEVELS): string[] {
  const resolved = text.replace(
    ESCAPES,
    (_, byte, unit, point, decimal, entity, character) =>
      ENTITIES[entity?.toLowerCase()] ??
      character ??
      String.fromCodePoint(Number(decimal ?? `0x${byte ?? unit ?? point}`)),
  );
  return resolved === text || maxLevels === 1 ? [text] : [text, ...escapeLevels(resolved, maxLevels - 1)];
}

function secretPattern(secret: string): RegExp {
  return new RegExp(secret.replace(/\W/g, "\\$&"), secret.length < CASE_INSENSITIVE_LENGTH ? "g" : "gi");
}

/** Checks for base64 (standard or URL-safe) of text that contains a secret, such as `Basic base64(user:token)`. */
function isBase64OfAny(word: string, secrets: readonly string[]): boolean {
  const base64 = word.replaceAll("-", "+").replaceAll("_", "/");
  // The word may have a prefix, so groups of four characters are decoded from each offset.
  return [0, 1, 2, 3].some((offset) => {
    const groups = base64.slice(offset);
    const bytes = atob(groups.length % 4 === 1 ? groups.slice(0, -1) : groups);
    return secrets.some((secret) => secret.length >= BASE64_LENGTH && bytes.includes(secret));
  });
}

/** Redacts secrets that are visible without resolving escapes. Idempotent. */
function redactVisible(text: string, secrets: readonly string[]): string {
  return secrets
    .reduce((rest, secret) => rest.replace(secretPattern(secret), REDACTED), text)
    .replace(/[\w+/-]{6,}/g, (word) => (isBase64OfAny(word, secrets) ? REDACTED : word))
    .replace(/\/\/[^\s"'<>`/?#]+@/g, `//${REDACTED}@`)
    .replace(/https?:[^\s"'<>`]+/gi, (url) => url.replace(/\?.+/, `?${REDACTED}`))
    .replace(/(x-amz-[\w-]{1,64}["'\s]{0,3}[=:>][\s"']{0,3})[^&\s"'<>]+/gi, `$1${REDACTED}`);
}

/**
 * Removes secrets from an untrusted string: the token (also in other cases and in base64), credentials and queries of
 * URLs, and S3's signature parameters. If a secret appears only after resolving escapes, the whole word is removed, or
 * the whole string if the secret spans several words. At most 16,384 characters are kept.
 */
export function redact(text: string, token: string): string {
  const forms = escapeLevels(token);
  const hidesSecret = (part: string) =>
    escapeLevels(part)
      .slice(1)
      .some((level) => redactVisible(level, forms) !== level);
  const redacted = redactVisible(text, forms).replace(WORDS, (word) => (hidesSecret(word) ? REDACTED : word));
  return hidesSecret(redacted) ? REDACTED : redacted.slice(0, MAX_LENGTH);
}

/**
 * Removes secrets from every string, number and key of a JSON value, and anything deeper than ten levels. The result is
 * safe to show and serialize.
 */
export function redactValue(value: unknown, secrets: Secrets, depth = 0): unknown {
  if (typeof value !== "object" || value === null) {
    const text = String(value);
    const redacted = redact(text, secrets.token);
    return redacted === text ? value : redacted;
  }
  if (depth === MAX_DEPTH) return "[too deep]";
  if (Array.isArray(value)) return value.map((item) => redactValue(item, secrets, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      redact(key, secrets.token),
      item !== null && (/^x-amz-/i.test(key) || secrets.fields.includes(key))
        ? REDACTED
        : redactValue(item, secrets, depth + 1),
    ]),
  );
}
