/**
 * Compares the description with that of the last release, and fails if `info.version` does not match the changes: a
 * breaking change requires a major version. Takes the tarball of a release; by default, packs the last published one.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { redocly } from "../tools/docs/redocly.js";
import { spawnNpm } from "./npm.js";

const { name } = JSON.parse(readFileSync("package.json", "utf8"));
const folder = mkdtempSync(join(tmpdir(), "clear-presign-released-"));

/** The tarball of the last release; undefined if there is none yet. */
function lastRelease(): string | undefined {
  const { status, stdout, stderr } = spawnNpm(["pack", name, "--silent", "--json", "--pack-destination", folder]);
  if (status === 0) return join(folder, JSON.parse(stdout)[0].filename);
  if (/E404/.test(stdout + stderr)) return undefined;
  throw new Error(`npm pack ${name} failed: ${stderr}`);
}

try {
  const tarball = process.argv[2] ? resolve(process.argv[2]) : lastRelease();
  if (tarball === undefined) {
    console.log(`No release of ${name} yet: nothing to compare with.`);
  } else {
    execFileSync("tar", ["-xzf", tarball, "-C", folder, "package/spec/openapi.yaml"]);
    const released = join(folder, "package/spec/openapi.yaml");
    const diff = ["diff", released, "spec/openapi.yaml", "--check-version", "--fail-on=none"];
    try {
      console.log(redocly(diff));
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      console.error(`${stdout ?? ""}${stderr ?? error}`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
