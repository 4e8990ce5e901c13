/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

/** Longest string that is kept of a response, in characters; the documented ones have less than a hundredth of it. */
const MAX_LENGTH = 16384;
/** Deepest level of a body that is kept; the documented ones have three. */
const MAX_DEPTH = 10;
/** From this length on, a token is found in changed case too: shorter ones may be words of a message. */
const CASE_INSENSITIVE_LENGTH = 12;
/** From this length on, a token is found in base64: shorter ones are there by chance. */
const BASE64_LENGTH = 4;
/** How often escapes are resolved: gateways escape what was escaped. */
const MAX_ESCAPE_LEVELS = 8;

/** Percent-encoding, escapes of JSON and JavaScript, HTML entities: those by number, and those that XML has too. */
const ESCAPES =
  /(?:%|\\x)([\da-f]{2})|\\u([\da-f]{4})|(?:\\u\{|&#x)0*([\da-f]{1,5})[;}]?|&#0*(\d{1,6});?|&(amp|lt|gt|quot|apos);|\\(["'\\/])/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What is between white space, quotes and angle brackets. */
const WORDS = /[^\s"'<>`]+/g;

/** What is secret besides what a URL or a signature gives away. */
export interface Secrets {
  readonly token: string;
  /** Names of JSON fields whose values are secret. */
  readonly fields: readonly string[];
}

/** The string, and what it becomes as its escapes are resolved level by level. */
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

/** Base64, plain or for URLs, of anything that has one of the strings in it: `Basic base64(user:token)` for one. */
function isBase64OfAny(word: string, secrets: readonly string[]): boolean {
  const base64 = word.replaceAll("-", "+").replaceAll("_", "/");
  // The word may begin with something else: groups of four characters are read from each offset.
  return [0, 1, 2, 3].some((offset) => {
    const groups = base64.slice(offset);
    const bytes = atob(groups.length % 4 === 1 ? groups.slice(0, -1) : groups);
    return secrets.some((secret) => secret.length >= BASE64_LENGTH && bytes.includes(secret));
  });
}

/** Redacts what can be seen without resolving escapes. What it returns, it leaves as it is. */
function redactVisible(text: string, secrets: readonly string[]): string {
  return secrets
    .reduce((rest, secret) => rest.replace(secretPattern(secret), REDACTED), text)
    .replace(/[\w+/-]{6,}/g, (word) => (isBase64OfAny(word, secrets) ? REDACTED : word))
    .replace(/\/\/[^\s"'<>`/?#]+@/g, `//${REDACTED}@`)
    .replace(/https?:[^\s"'<>`]+/gi, (url) => url.replace(/\?.+/, `?${REDACTED}`))
    .replace(/(x-amz-[\w-]{1,64}["'\s]{0,3}[=:>][\s"']{0,3})[^&\s"'<>]+/gi, `$1${REDACTED}`);
}

/**
 * Removes secrets from a string that came from outside: the token (in changed case and in base64 too), credentials and
 * queries of URLs, and S3's signature parameters. Where one shows only once escapes are resolved, the whole word is
 * removed, and the whole string where it is spread over several. At most 16,384 characters are kept.
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
 * Removes secrets from every string, number and key of a JSON value, and what is deeper than ten levels, so that the
 * result can be shown and serialized.
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
