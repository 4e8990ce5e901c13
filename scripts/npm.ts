import { type SpawnSyncOptions, type SpawnSyncReturns, spawnSync } from "node:child_process";

/** Runs npm and returns its output. On Windows npm is a batch file, which needs a shell, which splits arguments at spaces. */
export function spawnNpm(args: readonly string[], options: SpawnSyncOptions = {}): SpawnSyncReturns<string> {
  const shell = process.platform === "win32";
  const words = shell ? args.map((argument) => `"${argument}"`) : args;
  return spawnSync("npm", words, { ...options, encoding: "utf8", shell });
}
