/** Measures what a client adds to a user's bundle, minified and compressed. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("./", import.meta.url));

/**
 * The size in bytes of a module with all its imports, minified and compressed by gzip -9.
 *
 * @param {string} contents
 */
export async function bundledBytes(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
