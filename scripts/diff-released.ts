/**
 * Compares the description with the one of the last release, and fails where `info.version` does not say what changed: a
 * major version for a breaking change. Takes the tarball of a release, else packs the last one that is published.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { redocly } from "../tools/docs/redocly.js";
import { spawnNpm } from "./npm.js";

const { name } = JSON.parse(readFileSync("package.json", "utf8"));
const folder = mkdtempSync(join(tmpdir(), "clear-presign-released-"));

/** The tarball of the last release; undefined where there is none yet. */
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
    execFileSync("tar", ["-xzf", tarball, "-C", folder, "package/generated/openapi.yaml"]);
    const released = join(folder, "package/generated/openapi.yaml");
    const diff = ["diff", released, "generated/openapi.yaml", "--check-version", "--fail-on=none"];
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
