/**
 * Uploads 1 GiB to a sink in another process, over HTTP and TLS, by turns with curl, this package, the global fetch and
 * undici, and 5 GiB with this package. Prints a Markdown table. Linux only: memory is read from /proc.
 *
 * npm run bench:upload [rounds, 5 by default]
 */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const GIB = 1024 ** 3;
const RUN_MS = 300_000;
const rounds = Number(process.argv[2] ?? 5);
/** @param {string} name */
const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

/** @typedef {{ ms: number, kib: number }} Run */

/**
 * Runs a program to its end; gives its output and the peak of its memory, as far as it was seen.
 *
 * @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ stdout: string, kib: number }>}
 */
function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"], timeout: RUN_MS });
    let stdout = "";
    let kib = 0;
    child.stdout.on("data", (chunk) => (stdout += chunk));
    const look = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
        kib = Math.max(kib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      } catch {
        // It has ended.
      }
    }, 20);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(look);
      if (code === 0) resolve({ stdout, kib });
      else reject(new Error(`${command} ended with ${code}.`));
    });
  });
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? Number(sorted[half]) : (Number(sorted[half - 1]) + Number(sorted[half])) / 2;
}

const folder = mkdtempSync(join(tmpdir(), "clear-presign-bench-"));
const [key, cert, file, large] = ["key.pem", "cert.pem", "1gib.csv", "5gib.bin"].map((name) => join(folder, name));
if (!key || !cert || !file || !large) throw new Error("unreachable");
const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
execFileSync(
  "openssl",
  ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject],
  { stdio: "ignore" },
);
const descriptor = openSync(file, "w");
const block = Buffer.from(randomBytes(786_432).toString("base64"));
for (let i = 0; i < 1024; i++) writeSync(descriptor, block);
closeSync(descriptor);
closeSync(openSync(large, "w"));
// Sparse: it takes no room on the disk.
truncateSync(large, 5 * GIB);

const sink = spawn(process.execPath, [beside("sink.mjs"), key, cert], { stdio: ["pipe", "pipe", "inherit"] });
try {
  const ports = await new Promise((resolve, reject) => {
    sink.on("error", reject);
    sink.stdout.once("data", (text) => resolve(JSON.parse(String(text))));
  });
  const urls = { HTTP: `http://127.0.0.1:${ports[0]}/a`, TLS: `https://127.0.0.1:${ports[1]}/a` };
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: cert };

  /** @param {string} way @param {string} url @param {string} path @returns {Promise<Run>} */
  const upload = async (way, url, path) => {
    if (way !== "curl")
      return JSON.parse((await run(process.execPath, [beside("client.mjs"), way, url, path], env)).stdout);
    const args = ["-sSf", "-T", path, "-H", "content-type: text/csv", "--cacert", cert, "-w", "%{time_total}", url];
    const { stdout, kib } = await run("curl", args);
    return { ms: Number(stdout) * 1000, kib };
  };

  const WAYS = ["curl", "clear-presign", "undici", "fetch"];
  const rows = [];
  for (const [protocol, url] of Object.entries(urls)) {
    /** @type {Record<string, Run[]>} */
    const runs = Object.fromEntries(WAYS.map((way) => [way, []]));
    // The first round warms up the sink and the page cache, and does not count.
    for (let round = 0; round <= rounds; round++) {
      // By turns forwards and backwards, so that none always comes after the same other.
      for (const way of round % 2 ? WAYS.toReversed() : WAYS) {
        const one = await upload(way, url, file);
        if (round > 0) runs[way]?.push(one);
        console.error(
          `${protocol} ${round}/${rounds} ${way} ${Math.round(one.ms)} ms ${Math.round(one.kib / 1024)} MiB`,
        );
      }
    }
    for (const way of WAYS) {
      const own = runs[way] ?? [];
      const speed = median(own.map(({ ms }) => GIB / 1e6 / (ms / 1000)));
      const ratio = median(own.map(({ ms }, i) => Number(runs["curl"]?.[i]?.ms) / ms));
      const memory = Math.max(...own.map(({ kib }) => kib)) / 1024;
      rows.push([`${protocol}, 1 GiB`, way, speed.toFixed(0), ratio.toFixed(2), memory.toFixed(0)]);
    }
    const { ms, kib } = await upload("clear-presign", url, large);
    rows.push([`${protocol}, 5 GiB`, "clear-presign", ((5 * GIB) / 1e3 / ms).toFixed(0), "", (kib / 1024).toFixed(0)]);
  }
  const [curl = ""] = (await run("curl", ["--version"])).stdout.split("\n");
  const { version } = JSON.parse(readFileSync(beside("../node_modules/undici/package.json"), "utf8"));
  console.log(`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / GIB)} GiB, Linux ${release()}`);
  console.log(`Node ${process.version}, undici ${version}, ${curl.split(" ").slice(0, 2).join(" ")}`);
  console.log(`Medians of ${rounds} rounds; the ratio is that of the time of curl in the same round.\n`);
  console.log("| upload | with | MB/s | speed, curl = 1 | peak memory, MiB |");
  console.log("| ------ | ---- | ---: | --------------: | ---------------: |");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
} finally {
  sink.kill();
  rmSync(folder, { recursive: true });
}
