/**
 * Packs the package once and tests the tarball that users would install: `npm run test:package`. With the names of parts
 * (`-- types readme`), it runs only those.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnNpm } from "./npm.js";

const script = (name: string) => [fileURLToPath(new URL(`package/${name}.ts`, import.meta.url))];
const bin = (path: string) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

/** The commands that test the tarball; its path is appended. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  publint: [bin("publint/src/cli.js"), "--strict"],
  attw: [bin("@arethetypeswrong/cli/dist/index.js"), "--profile=esm-only", "--exclude-entrypoints=./openapi.yaml"],
  types: script("types"),
  readme: script("readme"),
  examples: script("examples"),
  runtimes: script("runtimes"),
};

const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = named.filter((name) => !(name in PARTS));
if (unknown.length > 0)
  throw new Error(`Unknown: ${unknown.join(", ")}. The parts are ${Object.keys(PARTS).join(", ")}.`);

const folder = mkdtempSync(join(tmpdir(), "clear-presign-package-"));
try {
  const packed = spawnNpm(["pack", "--json", "--pack-destination", folder]);
  if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.stderr}`);
  // Skips the output of the build.
  const [{ filename, files, size }] = JSON.parse(packed.stdout.replace(/^[^[]*/, ""));
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  const needed = /^((dist|src|generated|docs|examples)\/|spec\/openapi\.yaml$|[A-Z]+(\.md)?$|package\.json$)/;
  const unneeded = paths.filter(
    (path) => !needed.test(path) || /\.test\.ts$|node_modules/.test(path.replace(/^examples\/sandbox-tests\/.*/, "")),
  );
  if (unneeded.length > 0) throw new Error(`The tarball has files that no user needs: ${unneeded.join(", ")}`);
  console.log(`ok the tarball of ${size} bytes has ${paths.length} files, all of which users need`);

  for (const [name, command] of Object.entries(PARTS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    console.log(`# ${name}`);
    const [file = "", ...args] = command;
    const extra = name === "runtimes" ? options : [];
    const { status } = spawnSync(
      process.execPath,
      [...process.execArgv, file, ...args, join(folder, filename), ...extra],
      {
        stdio: "inherit",
      },
    );
    if (status === 0) continue;
    console.error(`${name} failed`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
