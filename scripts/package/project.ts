/** A user's project: a temporary folder, where packages are installed and programs run. */
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runSample } from "../../test-support/samples.js";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Throws unless this holds. */
export function check(holds: boolean, words: string, shown = ""): void {
  if (!holds) throw new Error(`Failed: ${words}\n${shown}`);
  console.log(`ok ${words}`);
}

/** Creates an empty project of ES modules, and returns its folder. */
export function createProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-package-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  return folder;
}

/** The environment of a user: without what `npm run` passes on, such as this project's .npmrc. */
const userEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));

/** Runs a command in a folder, where it must succeed within ten minutes, and returns its output. */
export async function run(folder: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const options = { cwd: folder, env: { ...userEnv, ...env }, timeout: 600_000 };
  const { code, output } = await runSample(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Installs packages; options of npm may be among them. */
export const install = (folder: string, ...packages: readonly string[]) =>
  run(folder, "npm", ["install", "--no-audit", "--no-fund", ...packages]);

/** Starts a server on a free port of loopback, and returns the port. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Copies files of the demo, such as sales.csv. */
export function copyFiles(folder: string, ...names: readonly string[]): void {
  for (const name of names) cpSync(join(root, "demo/files", name), join(folder, name));
}

/** Copies the programs of these tests. */
export const copyPrograms = (folder: string) =>
  cpSync(join(root, "scripts/package/programs"), folder, { recursive: true });
