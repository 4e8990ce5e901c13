import { type SpawnSyncOptions, type SpawnSyncReturns, spawnSync } from "node:child_process";

/** Runs npm, and returns what it printed. On Windows npm is a batch file, which only a shell can start. */
export function spawnNpm(args: readonly string[], options: SpawnSyncOptions = {}): SpawnSyncReturns<string> {
  return spawnSync("npm", args, { ...options, encoding: "utf8", shell: process.platform === "win32" });
}
