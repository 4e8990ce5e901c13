/** Parts of the description that must agree with each other. */
import { expect, test } from "vitest";
import { operations, source } from "../../test-support/description.js";

const schemaOf = (id: keyof typeof operations, name: string) =>
  operations[id].parameters.find((parameter) => parameter.name === name)?.schema;

test("each content type of CFC belongs to a value of fileContentType, and each value has one", () => {
  const { upload } = operations.getCfcPreSignedUrl;
  const values = schemaOf("getCfcPreSignedUrl", "fileContentType")?.["enum"] as readonly string[];
  expect(Object.keys(upload?.contentTypes ?? {}).toSorted()).toEqual(values.toSorted());
});

test("each content type of GLS belongs to an extension that the pattern of filename matches, in any case", () => {
  const pattern = new RegExp(schemaOf("getGlsPreSignedUrl", "filename")?.["pattern"] as string, "u");
  const extensions = Object.keys(operations.getGlsPreSignedUrl.upload?.contentTypes ?? {});
  expect(extensions).toHaveLength(4);
  for (const extension of extensions) {
    expect(pattern.test(`a.${extension}`), extension).toBe(true);
    expect(pattern.test(`a.${extension.toUpperCase()}`), extension).toBe(true);
    expect(pattern.test(`a.${extension}x`), extension).toBe(extension === "xls");
  }
});

test("no signature or token in an example could be real", () => {
  const found = [...source.matchAll(/X-Amz-(?:Signature|Security-Token)=([^&"'\s]+)/g)];
  expect(found.length).toBeGreaterThan(2);
  for (const [, value = ""] of found) expect(value.replace(/%[0-9A-F]{2}/g, "")).toMatch(/^((deadbeef)+|[EXAMPL]+)$/);
});
