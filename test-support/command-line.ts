/** Runs the command: in this process, or built and in another. */
import { spawn } from "node:child_process";
import { type Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { main } from "../src/cli/main.js";
import { SANDBOX_CREDENTIALS } from "../src/sandbox/index.js";

export const BIN = fileURLToPath(new URL("../dist/src/cli/bin.js", import.meta.url));

/** The environment with the sandbox's credentials. */
export const ENV = {
  CLEAR_CFC_AUTH_TOKEN: SANDBOX_CREDENTIALS.cfc.authToken,
  CLEAR_GLS_AUTH_TOKEN: SANDBOX_CREDENTIALS.gls.authToken,
  CLEAR_GLS_INTEGRATION_ID: SANDBOX_CREDENTIALS.gls.integrationId,
};

/** A stream that stores what is written to it, and emits each write as `text`. */
export class Captured extends Writable {
  text = "";
  isTTY = false;
  columns: number | undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void) {
    this.text += chunk;
    this.emit("text", String(chunk));
    done();
  }
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly stdin?: () => Readable;
}

/** For commands that must not read it. */
export const noStdin = (): Readable => {
  throw new Error("stdin must not be read");
};

/** Runs the command in this process, so that its coverage is measured. */
export async function run(
  args: readonly string[],
  { env = ENV, isTTY = false, columns, stdin = noStdin, signal }: RunOptions = {},
) {
  const stdout = new Captured();
  const stderr = Object.assign(new Captured(), { isTTY, columns });
  const code = await main(args, { env, stdin, stdout, stderr, signal: signal ?? new AbortController().signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Starts a shell script with the built command as `$CLI`. It is killed when the test ends. */
export function shell(script: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const child = spawn("bash", ["-c", script, "bash", ...args], {
    env: { PATH: process.env["PATH"], CLI: `${process.execPath} ${BIN}`, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A new process group, so that no descendant outlives the test.
    detached: true,
  });
  const end = () => {
    try {
      process.kill(-(child.pid as number), "SIGKILL");
    } catch {
      // It has already exited.
    }
  };
  onTestFinished(end);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].on("data", (chunk) => (output[name] += chunk));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, ...output })),
  );
  return { child, ended };
}
