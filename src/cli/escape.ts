/** Characters that can drive a terminal, or forge or hide a line: control, format (bidi, zero-width), separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** Escapes a string to one safe line: `\x1b` for an escape character, `\u{202e}` for one above U+00FF. */
export function escapeLine(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) as number;
    return code <= 0xff ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`;
  });
}

/** Serializes a value to one safe line of JSON, with JSON's own escapes. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) =>
    character
      .split("")
      .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
      .join(""),
  );
}
