/** Redocly's command, without its banners. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const manifest = require.resolve("@redocly/cli/package.json");
const BIN = join(dirname(manifest), require(manifest).bin.redocly);

/** Runs `redocly` and returns its stdout. */
export function redocly(args: readonly string[], cwd = "."): string {
  return execFileSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: "utf8",
    // If it fails, execFileSync throws an error with its stderr.
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", REDOCLY_TELEMETRY: "off" },
  });
}
