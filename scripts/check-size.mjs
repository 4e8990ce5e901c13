/**
 * What a user's bundle gains, minified and compressed (gzip -9): fails above the limits, and says what each module
 * costs. Deterministic: bytes, not time.
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Bytes, openapi-fetch inside. */
const LIMITS = { CFC: 4000, GLS: 4000, both: 4600 };
const SOURCES = {
  CFC: 'export { createCfcClient } from "./dist/src/index.js"',
  GLS: 'export { createGlsClient } from "./dist/src/index.js"',
  both: 'export { createCfcClient, createGlsClient } from "./dist/src/index.js"',
};

/** What each module is for. */
const FEATURES = {
  "dist/src/exchange.js": "requests, retries, Retry-After, events, bounded reading",
  "dist/src/input.js": "checks of options and input",
  "dist/src/cfc.js": "CFC: its request and its answers",
  "dist/src/gls.js": "GLS: its request and its answers",
  "dist/src/pre-signed-url.js": "the URL: whether it is secure, its end, hidden in texts",
  "dist/src/wait.js": "limits in time, aborting",
  "dist/src/redact.js": "redaction",
  "dist/src/errors.js": "errors",
  "dist/generated/openapi.js": "enum values",
  "node_modules/openapi-fetch/dist/index.mjs": "openapi-fetch: the URL of a request",
};

/** @param {string} contents */
async function bundled(contents) {
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
  const limit = LIMITS[/** @type {keyof typeof LIMITS} */ (name)];
  console.log(`${name}: ${bytes} bytes of at most ${limit}`);
  if (bytes > limit) process.exitCode = 1;
  if (name !== "both") continue;
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    if (bytesInOutput === 0) continue;
    const feature = FEATURES[/** @type {keyof typeof FEATURES} */ (path)] ?? path;
    console.log(`  about ${Math.round((bytesInOutput / minified) * bytes)}: ${feature}`);
  }
}
