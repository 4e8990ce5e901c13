/** Imports have one direction, and the client does not depend on Node. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { document } from "../test-support/description.js";
import * as openapi from "./openapi/index.js";

const SRC = new URL("./", import.meta.url);
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

/** The import specifiers of a file, types included. */
const imports = (file: string) =>
  [...readFileSync(new URL(file, SRC), "utf8").matchAll(/from "([^"]+)"|import\("([^"]+)"\)/g)].map(
    ([, from, dynamic]) => from ?? dynamic ?? "",
  );

const local = (file: string) =>
  imports(file)
    .filter((from) => from.startsWith("."))
    .map((from) => posix.join(dirname(file), from).replace(/\.js$/, ".ts"))
    .filter((path) => !path.startsWith("../"));

function reached(file: string, seen = new Set<string>()): Set<string> {
  if (!seen.has(file)) {
    seen.add(file);
    for (const next of local(file)) reached(next, seen);
  }
  return seen;
}

test("there are no import cycles", () => {
  for (const file of files) {
    for (const next of local(file)) expect([...reached(next)], `${file} → ${next}`).not.toContain(file);
  }
});

test.each([
  ["index.ts", "openapi-fetch"],
  ["sandbox/fetch.ts", "aws4fetch"],
])("%s imports, directly or not, only %s from outside, and no Node module", (entry, name) => {
  const outside = [...reached(entry)].flatMap(imports).filter((from) => !from.startsWith("."));
  expect([...new Set(outside)]).toEqual([name]);
});

test("clear-presign/openapi exports the values of the description's enums, and bundles no other code", async () => {
  const { CfcErrorCode, CfcFileContentType, CfcTemplateType } = document.components.schemas;
  expect(openapi).toMatchObject({
    cfcErrorCodeValues: CfcErrorCode.enum,
    cfcFileContentTypeValues: CfcFileContentType.enum,
    cfcTemplateTypeValues: CfcTemplateType.enum,
  });
  const entry = fileURLToPath(new URL("openapi/index.ts", SRC));
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs)).toEqual(["generated/types.ts", "src/openapi/index.ts"]);
  expect(outputFiles[0]?.text.match(/"[^"]+"/g)).toHaveLength(Object.values(openapi).flat().length);
});

/** The box of a module in the diagram: its folder, or `index` or `core` for the files of `src/`. */
function boxOf(path: string): string {
  if (path.startsWith("../generated/")) return "generated";
  if (path === "index.ts") return "index";
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "core";
}

test("the diagram in docs/architecture.md has each import between two of its boxes, and no other", () => {
  const page = readFileSync(new URL("../docs/architecture.md", import.meta.url), "utf8");
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${from} --> ${to}`);
  const imported = files.flatMap((file) =>
    imports(file)
      .filter((from) => from.startsWith("."))
      .map((from) => [boxOf(file), boxOf(posix.join(dirname(file), from))] as const)
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => `${from} --> ${to}`),
  );
  expect(drawn.toSorted()).toEqual([...new Set(imported)].toSorted());
});
