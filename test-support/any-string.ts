import fc from "fast-check";

/** Any string, with lone surrogates. fast-check's own needs two seconds for the list of all characters. */
export const anyString = fc.string({
  unit: fc.oneof(fc.nat(0xff), fc.nat(0xffff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code)),
});
