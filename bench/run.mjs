/** Runs measured programs, each in a process with a time limit. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const RUN_MS = 300_000;

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has exited.
    return "";
  }
}

/**
 * Runs a program to completion. `kib` is its peak memory, as far as polling saw it.
 *
 * @param {string} command @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ stdout: string, kib: number }>}
 */
export function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"], timeout: RUN_MS });
    let stdout = "";
    let kib = 0;
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    const poll = setInterval(() => {
      const [, peak = "0"] = /VmHWM:\s+(\d+)/.exec(read(`/proc/${child.pid}/status`)) ?? [];
      kib = Math.max(kib, Number(peak));
    }, 20);
    child.on("error", (error) => {
      clearInterval(poll);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearInterval(poll);
      if (code === 0) resolve({ stdout, kib });
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code ?? signal}.`));
    });
  });
}

/** The CPU seconds of this process's completed children, to a hundredth. Linux only. */
export function childrenCpuSeconds() {
  const [, fields = ""] = read("/proc/self/stat").split(") ");
  const [user, system] = fields.split(" ").slice(13, 15);
  return (Number(user) + Number(system)) / 100;
}
