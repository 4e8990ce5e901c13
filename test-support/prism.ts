/** Runs `prism mock` as a process, without any code of this package. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";

const PRISM = createRequire(import.meta.url).resolve("@stoplight/prism-cli");
const START_MS = 120_000;

export interface Mock {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Starts `prism mock` on a free port of 127.0.0.1. The process ends on `close`, with this process, or if it does not start,
 * in which case the error has its output.
 */
export async function startPrism(description: string): Promise<Mock> {
  const args = ["mock", description, "--host", "127.0.0.1", "--port", "0", "--multiprocess", "false"];
  const child = spawn(process.execPath, [PRISM, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  const kill = () => child.kill();
  process.once("exit", kill);
  const close = async () => {
    kill();
    await ended;
    process.off("exit", kill);
  };

  let printed = "";
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        printed += chunk;
        const origin = /listening on (http:\/\/[\d.]+:\d+)\s/.exec(printed)?.[1];
        if (origin) resolve(origin);
      });
    }
  });
  const origin = await Promise.race([listening, ended, pause(START_MS, undefined, { ref: false })]);
  if (typeof origin === "string") return { origin, close };
  await close();
  throw new Error(`prism mock did not start: ${printed}`);
}
