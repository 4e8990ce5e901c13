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
  expect({ ...openapi }).toEqual({
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
  expect(Object.keys(metafile.inputs)).toEqual(["generated/openapi.ts", "src/openapi/index.ts"]);
  expect(outputFiles[0]?.text.match(/"[^"]+"/g)).toHaveLength(Object.values(openapi).flat().length);
});

test("the diagram of modules in docs/architecture.md shows each import that is not implied by a longer path", async () => {
  const name = (file: string) => file.replace(/\.ts$/, "");
  const sources = files.map((file) => {
    const generated = imports(file).some((from) => from.includes("/generated/"));
    return [name(file), [...new Set([...local(file).map(name), ...(generated ? ["generated"] : [])])]] as const;
  });
  const to = new Map<string, readonly string[]>(sources);
  const reaches = (from: string, target: string): boolean =>
    (to.get(from) ?? []).some((next) => next === target || reaches(next, target));
  const edges = sources.flatMap(([from, nexts]) =>
    nexts.filter((next) => !nexts.some((other) => reaches(other, next))).map((next) => `  ${from} --> ${next}`),
  );
  const path = fileURLToPath(new URL("../docs/architecture.md", import.meta.url));
  const page = readFileSync(path, "utf8");
  const arrows = /(?<=^flowchart TD\n)[\s\S]*?(?=^```$)/m;
  expect(page).toMatch(arrows);
  await expect(
    page.replace(arrows, () =>
      edges
        .sort()
        .map((edge) => `${edge}\n`)
        .join(""),
    ),
  ).toMatchFileSnapshot(path);
});
