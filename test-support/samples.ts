/** Runs a sample as a reader would: as it is shown, with only the host replaced, and with the credentials in the environment. */
import { type SpawnOptions, spawn } from "node:child_process";
import type { Sandbox } from "../src/sandbox/index.js";

/** The source of a sample with the sandbox's address in place of Clear's. */
export function onSandbox(source: string, baseUrl: string): string {
  return source
    .replace("https://api-sandbox.clear.in", baseUrl)
    .replace('environment: "sandbox"', `baseUrl: ${JSON.stringify(baseUrl)}`);
}

/** The environment of a sample: its credentials, and from this process only what finding commands needs. */
export function sampleEnv({ cfc, gls }: Sandbox["credentials"]) {
  return {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    CLEAR_CFC_AUTH_TOKEN: cfc.authToken,
    CLEAR_GLS_AUTH_TOKEN: gls.authToken,
    CLEAR_GLS_INTEGRATION_ID: gls.integrationId,
  };
}

export interface Ran {
  readonly code: number | null;
  /** What it wrote to standard output and standard error, in order. */
  readonly output: string;
}

/** Runs a program to completion, or kills it after two minutes. */
export function runSample(command: string, args: readonly string[], options: SpawnOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 120_000,
      killSignal: "SIGKILL",
      // On Windows, npm and the commands that it installs are batch files, which need a shell.
      shell: process.platform === "win32" && command !== process.execPath,
      ...options,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
    child.on("error", reject).on("close", (code) => resolve({ code, output }));
  });
}
