/**
 * Removes secrets from what a server sent, before it is shown.
 *
 * 1. Only the start of a string or a body is read, so the work is bounded whatever the server sends. A secret that is
 *    cut off there is not recognized, so the end of what was read of a string is dropped: more than a secret needs.
 * 2. A visible secret is replaced: the token, base64 that contains it, and what is recognized by its form, such as the
 *    query of a URL.
 * 3. Escapes are resolved level by level. If that reveals a secret, the whole word is removed, or the whole string if the
 *    secret spans several words. What has too many levels is removed too.
 */

/** Replaces a secret. */
export const REDACTED = "[redacted]";

/** The maximum length of what is shown of a long string, in characters; documented strings are shorter. */
const MAX_SHOWN = 8192;
/** How much more is read of it, at least. */
const MIN_MARGIN = 8192;
/** The margin has room for a token of which each character is an escape of this length, such as `\u0061`. */
const ESCAPE_LENGTH = 6;
/** The maximum depth of a body that is kept; documented ones have three levels. */
const MAX_DEPTH = 10;
/** A string that is escaped this often is removed; gateways may escape one again, but not four times. */
const TOO_MANY_LEVELS = 5;
/** Tokens of at least this length are matched in any case; shorter ones may be ordinary words. */
const CASE_INSENSITIVE_LENGTH = 12;
/** Tokens of at least this length are matched in base64; shorter ones would match by chance. */
const BASE64_LENGTH = 4;

/** Percent-encoding, JSON and JavaScript escapes, and HTML entities: numeric ones, and the five that XML has too. */
const ESCAPES =
  /(?:%|\\x)([\da-f]{2})|\\u([\da-f]{4})|(?:\\u\{|&#x)0*([\da-f]{1,5})[;}]?|&#0*(\d{1,6});?|&(amp|lt|gt|quot|apos);?|\\(["'\\/])/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Words: anything between white space, quotes and angle brackets. */
const WORDS = /[^\s"'<>`]+/g;

/** The secrets to remove, besides those recognized by their form, such as URL queries and signatures. */
export interface Secrets {
  readonly token: string;
  /** Names of JSON fields whose values are secret. */
  readonly fields: readonly string[];
}

export interface Redactor {
  /**
   * Redacts a string. If it has more than 16,384 characters, keeps at most the first 8,192. For a token of more than
   * 1,365 characters both figures are higher.
   */
  text(text: string): string;
  /**
   * Redacts every string, number and key of a JSON value. Drops what is nested deeper than ten levels, and what follows
   * after 16,384 characters. The result is safe to show and serialize.
   */
  value(value: unknown): unknown;
}

/** Returns the text, followed by the result of resolving each level of its escapes. */
function escapeLevels(text: string, maxLevels = TOO_MANY_LEVELS): string[] {
  if (maxLevels === 0) return [text];
  const resolved = text.replace(
    ESCAPES,
    (_, byte, unit, point, decimal, entity, character) =>
      ENTITIES[entity?.toLowerCase()] ??
      character ??
      String.fromCodePoint(Number(decimal ?? `0x${byte ?? unit ?? point}`)),
  );
  return resolved === text ? [text] : [text, ...escapeLevels(resolved, maxLevels - 1)];
}

/** Checks a text and each level of its escapes. Too many levels count as a match. */
function matchesAtAnyLevel(text: string, matches: (level: string) => boolean): boolean {
  const levels = escapeLevels(text);
  return levels.length > TOO_MANY_LEVELS || levels.some(matches);
}

function anyOf(literals: readonly string[], flags: string): RegExp {
  return new RegExp(literals.map((literal) => literal.replace(/\W/g, "\\$&")).join("|"), flags);
}

/** Creates what removes the secrets of one call. Takes about 10 µs, so only for a failed call. */
export function createRedactor({ token, fields }: Secrets): Redactor {
  const margin = Math.max(MIN_MARGIN, token.length * ESCAPE_LENGTH);
  const maxLength = MAX_SHOWN + margin;
  const forms = escapeLevels(token);
  const flags = token.length < CASE_INSENSITIVE_LENGTH ? "g" : "gi";
  // What has been redacted is matched too, and stays.
  const visible = anyOf([REDACTED, ...forms], flags);
  const encodable = forms.filter(({ length }) => length >= BASE64_LENGTH);
  const encoded = anyOf(encodable, flags);

  /** Checks for base64 (standard or URL-safe) of a text that contains the token, such as `Basic base64(user:token)`. */
  function isBase64OfToken(word: string): boolean {
    if (encodable.length === 0) return false;
    const base64 = word.replaceAll("-", "+").replaceAll("_", "/");
    // The word may have a prefix, so groups of four characters are decoded from each offset.
    return [0, 1, 2, 3].some((offset) => {
      const groups = base64.slice(offset);
      const bytes = atob(groups.length % 4 === 1 ? groups.slice(0, -1) : groups);
      return matchesAtAnyLevel(bytes, (level) => level.search(encoded) >= 0);
    });
  }

  /** Redacts what is visible without resolving escapes. */
  function redactVisible(text: string): string {
    return text
      .replace(visible, REDACTED)
      .replace(/[\w+/-]{6,}/g, (word) => (isBase64OfToken(word) ? REDACTED : word))
      .replace(/\/\/[^\s"'<>`/?#]+@/g, `//${REDACTED}@`)
      .replace(/https?:[^\s"'<>`]+/gi, (url) => url.replace(/\?.+/, `?${REDACTED}`))
      .replace(/(x-amz-[\w-]{1,64}["'\s]{0,3}[=:>][\s"']{0,3})[^&\s"'<>]+/gi, `$1${REDACTED}`);
  }

  function hidesSecret(text: string): boolean {
    return /[%\\&]/.test(text) && matchesAtAnyLevel(text, (level) => redactVisible(level) !== level);
  }

  function redactText(text: string): string {
    const start = text.slice(0, maxLength);
    const words = redactVisible(start).replace(WORDS, (word) => (hidesSecret(word) ? REDACTED : word));
    const redacted = words.length > maxLength || hidesSecret(words) ? REDACTED : words;
    return start === text ? redacted : redacted.slice(0, -margin) + REDACTED;
  }

  function redactValue(value: unknown): unknown {
    let left = maxLength;

    function* whileLeft<T>(items: Iterable<T>): Generator<T> {
      for (const item of items) {
        if (left <= 0) return;
        yield item;
      }
    }

    function redactString(text: string): string {
      left -= text.length;
      return redactText(text);
    }

    function redactItem(item: unknown, depth: number): unknown {
      left -= 1;
      if (typeof item !== "object" || item === null) {
        // A number of more than 17 digits is printed with others than were sent.
        if (item === Number(token)) return REDACTED;
        const text = String(item);
        const redacted = redactString(text);
        return redacted === text ? item : redacted;
      }
      if (depth === MAX_DEPTH) return "[too deep]";
      if (Array.isArray(item)) return Array.from(whileLeft(item), (nested) => redactItem(nested, depth + 1));
      const entries = Array.from(whileLeft(Object.keys(item)), (key) => {
        const nested: unknown = item[key as keyof typeof item];
        const isSecret = nested !== null && (/^x-amz-/i.test(key) || fields.includes(key));
        return [redactString(key), isSecret ? REDACTED : redactItem(nested, depth + 1)];
      });
      return Object.fromEntries(entries);
    }

    return redactItem(value, 0);
  }

  return { text: redactText, value: redactValue };
}
