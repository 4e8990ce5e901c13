/** What can drive a terminal, forge a line or hide in one: controls, formatting (bidi, zero-width) and line separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** A string as one harmless line: `\x1b` for an escape character, `\u{202e}` for one above U+00FF. */
export function escapeLine(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) as number;
    return code <= 0xff ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`;
  });
}

/** A value as one harmless line of JSON, with JSON's own escapes. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) =>
    character
      .split("")
      .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
      .join(""),
  );
}
