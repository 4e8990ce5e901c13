/** What a user's bundle gains, minified and compressed. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("./", import.meta.url));

/**
 * Bytes of a module with all it imports, minified, compressed by gzip -9.
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
