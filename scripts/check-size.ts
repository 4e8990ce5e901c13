/**
 * Measures what the client adds to a user's bundle, minified and compressed (gzip -9). Fails above the limits, and prints
 * the size of each module.
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));

/** In bytes, including openapi-fetch. Far from what is needed: they stop accidents, such as examples in the bundle. */
const LIMITS = { CFC: 9000, GLS: 9000, both: 10_000 };
const SOURCES = {
  CFC: 'export { createCfcClient } from "./dist/src/index.js"',
  GLS: 'export { createGlsClient } from "./dist/src/index.js"',
  both: 'export { createCfcClient, createGlsClient } from "./dist/src/index.js"',
};

async function bundled(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const minified = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: minified.length, bytes: gzipSync(minified, { level: 9 }).length, inputs: output?.inputs ?? {} };
}

for (const [name, source] of Object.entries(SOURCES)) {
  const { minified, bytes, inputs } = await bundled(source);
  const limit = LIMITS[name as keyof typeof LIMITS];
  console.log(`${name}: ${bytes} bytes of at most ${limit}`);
  if (bytes > limit) process.exitCode = 1;
  if (name !== "both") continue;
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    if (bytesInOutput === 0) continue;
    console.log(`  about ${Math.round((bytesInOutput / minified) * bytes)}: ${path}`);
  }
}
