/**
 * Checks contract-tests/client/types.ts against the built package with every TypeScript line that is supported, with library
 * checks on: with the DOM library, as in a browser project, and without it, as in a Node project.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The oldest 5.x that works, the line this project is built with, and 7. */
const VERSIONS = ["5.0.4", "5.9.3", "7.0.2"];
const root = new URL("../", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "clear-presign-types-"));

try {
  // A user's project: the package where npm would put it, and Node's types.
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "clear-presign"), { recursive: true });
  for (const part of ["dist", "package.json"])
    cpSync(join(root, part), join(modules, "clear-presign", part), { recursive: true });
  for (const name of ["@types", "undici-types", "openapi-fetch", "openapi-typescript-helpers"]) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  cpSync(join(root, "contract-tests/client/types.ts"), join(folder, "types.ts"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const version of VERSIONS) {
    for (const lib of [["ES2022"], ["ES2022", "DOM"]]) {
      const compilerOptions = {
        module: "NodeNext",
        target: "ES2022",
        lib,
        types: ["node"],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
      try {
        execFileSync("npx", ["--yes", "--package", `typescript@${version}`, "tsc", "--project", folder], {
          // Elsewhere: npx would look for the compiler in the package under test.
          cwd: tmpdir(),
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
          timeout: 180_000,
        });
        console.log(`ok TypeScript ${version}, ${lib.join(" and ")}`);
      } catch (error) {
        console.log(
          `NOT TypeScript ${version}, ${lib.join(" and ")}\n${/** @type {{ stdout?: string }} */ (error).stdout}`,
        );
        process.exitCode = 1;
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
