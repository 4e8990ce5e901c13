/** A wrong upload is a short compiler error that names the property, as a user of the package sees it. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

/** The statement, and what its error names. */
const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ["templateType is missing", `uploadFile(cfc, { path: "a.csv" })`, /Property 'templateType' is missing/],
  [
    "templateType has a wrong value",
    `uploadFile(cfc, { path: "a.csv", templateType: "sale" })`,
    /Did you mean '"sales"'/,
  ],
  [
    "fileName is misspelled",
    `uploadFile(gls, { file: blob, filename: "a.csv" })`,
    /'filename' does not exist.*Did you mean to write 'fileName'/,
  ],
  ["a Blob has no name", `uploadFile(gls, { file: blob })`, /Property 'fileName' is missing/],
  ["a stream has no name", `uploadFile(gls, { stream })`, /Property 'fileName' is missing/],
  [
    "a form's entry may be a string",
    `uploadFile(gls, { file: form.get("file") })`,
    /Type 'FormDataEntryValue \| null'/,
  ],
  ["a path is not a file", `uploadFile(gls, { file: "a.csv" })`, /Type 'string' is not assignable to type '\w+Like/],
  ["a file besides a path", `putFile(url, { path: "a.csv", file: blob })`, /Types of property 'file' are incompatible/],
  [
    "the client has no such input",
    `uploadFile(gls, { path: "a.csv", templateType: "sales" })`,
    /'templateType' does not/,
  ],
  ["options are misspelled", `putFile(url, { path: "a.csv", maxAttempt: 1 })`, /Did you mean to write 'maxAttempts'/],
  ["the file is not in an object", `putFile(url, "a.csv")`, /Type '"a.csv"' has|Argument of type 'string'/],
];

const fileName = fileURLToPath(new URL("wrong.mts", import.meta.url));
const head = `
  import type { CfcClient, GlsClient, PreSignedUrl } from "clear-presign";
  import { putFile, uploadFile } from "clear-presign/upload";
  declare const cfc: CfcClient, gls: GlsClient, url: PreSignedUrl;
  declare const blob: Blob, form: FormData, stream: ReadableStream;`;
const lines = WRONG.map(([, statement]) => `void ${statement};`);
const source = `${head.replaceAll("\n", " ")}\n${lines.join("\n")}\n`;

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
};
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
host.fileExists = (path) => path === fileName || fileExists(path);
host.getSourceFile = (path, ...rest) =>
  path === fileName ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
const program = ts.createProgram([fileName], options, host);
const errors = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => ({
  line: file?.getLineAndCharacterOfPosition(start).line,
  text: ts.flattenDiagnosticMessageText(messageText, "\n"),
}));

test("nothing but the wrong statements is an error", () => {
  expect(errors.filter(({ line }) => line === undefined || line === 0)).toEqual([]);
});

test.each(WRONG.map((wrong, i) => [wrong[0], wrong[2], i + 1] as const))("%s", (_what, expected, line) => {
  const [error, ...others] = errors.filter((one) => one.line === line);
  expect(others).toEqual([]);
  expect(error?.text).toMatch(expected);
  expect(error?.text.split("\n").length).toBeLessThanOrEqual(4);
});
