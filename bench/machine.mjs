/** The machine and the versions that a benchmark ran with. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** The version of a package of this folder or, as Node resolves it, of the root. @param {string} name */
export function packageVersion(name) {
  const folder = existsSync(new URL(`node_modules/${name}`, import.meta.url)) ? "node_modules" : "../node_modules";
  const url = new URL(`${folder}/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(url, "utf8")).version}`;
}

function curlVersion() {
  try {
    return execFileSync("curl", ["--version"], { encoding: "utf8" }).split(" ").slice(0, 2).join(" ");
  } catch {
    return "no curl";
  }
}

/** Date, processors, memory, system, Node and curl, in one line. The load shows whether the machine was quiet. */
export function machine() {
  return [
    new Date().toISOString().slice(0, 10),
    `${cpus().length} × ${cpus()[0]?.model}`,
    `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    `${type()} ${release()}`,
    `load ${loadavg()[0]?.toFixed(1)} at the start`,
    `Node ${process.version}`,
    curlVersion(),
  ].join(", ");
}
