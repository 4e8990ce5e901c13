/**
 * Checks contract-tests/client/types.ts against the packed package with every supported TypeScript version, with
 * library checks on: with the DOM library, as in a browser project, and without it, as in a Node project.
 */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { spawnNpm } from "../npm.js";
import { createProject, install, root } from "./project.js";

/** The oldest 5.x that works, the version that builds this project, and 7. */
const VERSIONS = ["5.0.4", "5.9.3", "7.0.2"];
const [, , tarball = ""] = process.argv;
const folder = createProject();

try {
  await install(folder, tarball, `@types/node@${packageJson.devDependencies["@types/node"]}`);
  cpSync(join(root, "contract-tests/client/types.ts"), join(folder, "types.ts"));
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
      const words = `TypeScript ${version}, ${lib.join(" and ")}`;
      // Elsewhere, because npm would look for the compiler in the package under test.
      const compile = ["exec", "--yes", "--package", `typescript@${version}`, "--", "tsc", "--project", folder];
      const { status, stdout } = spawnNpm(compile, { cwd: tmpdir(), timeout: 180_000 });
      console.log(status === 0 ? `ok ${words}` : `FAILED ${words}\n${stdout}`);
      if (status !== 0) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
