import { type StdioOptions, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../node_modules/@redocly/cli/bin/cli.js", import.meta.url));

/** Runs this project's `redocly`, and returns its exit code. */
export function redocly(args: readonly string[], stdio: StdioOptions): number {
  const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  return spawnSync(process.execPath, [CLI, ...args], { stdio, env }).status ?? 1;
}
