/** Uploads files to a sink in another process, with each program in turn. Linux only: reads /proc. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childrenCpuSeconds, run } from "../run.mjs";

const MIB = 1024 ** 2;
/** Larger files are sparse, so that they take no disk space. */
const MAX_WRITTEN_MIB = 1024;
/** The global fetch keeps the whole file in memory. */
const MAX_FETCH_MIB = 1024;

export const PROGRAMS = ["curl", "clear-presign", "undici", "fetch"];

/** @typedef {{ readonly ms: number, readonly cpuSeconds: number, readonly kib: number }} Run */

/**
 * The runs with one file over one protocol: one per program and round.
 *
 * @typedef {{ readonly protocol: string, readonly mib: number, readonly runs: Readonly<Record<string, readonly Run[]>> }} Series
 */

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @param {string} path @param {number} mib */
function writeCsv(path, mib) {
  const file = openSync(path, "w");
  const block = Buffer.from(randomBytes(MIB * 0.75).toString("base64"));
  for (let written = 0; written < (mib > MAX_WRITTEN_MIB ? 1 : mib); written++) writeSync(file, block);
  closeSync(file);
  truncateSync(path, mib * MIB);
}

/** @param {string} key @param {string} cert */
function writeCertificate(key, cert) {
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...files, ...subject], {
    stdio: "ignore",
  });
}

/** @param {string} program @param {string} url @param {string} path @param {string} cert @returns {Promise<Run>} */
async function upload(program, url, path, cert) {
  if (program !== "curl") {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: cert };
    return JSON.parse((await run(process.execPath, [here("upload-once.mjs"), program, url, path], env)).stdout);
  }
  const args = ["-sSf", "-T", path, "-H", "content-type: text/csv", "--cacert", cert, "-w", "%{time_total}", url];
  const cpuSeconds = childrenCpuSeconds();
  const { stdout, kib } = await run("curl", args);
  return { ms: Number(stdout) * 1000, cpuSeconds: childrenCpuSeconds() - cpuSeconds, kib };
}

/**
 * @param {string} protocol @param {string} url @param {string} path @param {number} mib @param {string} cert
 * @param {number} rounds
 * @returns {Promise<Series>}
 */
async function measureSeries(protocol, url, path, mib, cert, rounds) {
  const programs = mib > MAX_FETCH_MIB ? PROGRAMS.filter((program) => program !== "fetch") : PROGRAMS;
  /** @type {Record<string, Run[]>} */
  const runs = Object.fromEntries(programs.map((program) => [program, []]));
  // The first round warms up the sink and the page cache and does not count.
  for (let round = 0; round <= rounds; round++) {
    // In alternating order, so that no program always runs after the same one.
    for (const program of round % 2 ? programs.toReversed() : programs) {
      const one = await upload(program, url, path, cert);
      if (round > 0) runs[program]?.push(one);
      console.error(`${protocol} ${mib} MiB, round ${round} of ${rounds}, ${program}: ${Math.round(one.ms)} ms`);
    }
  }
  return { protocol, mib, runs };
}

/**
 * Measures every size over TLS, and one also over HTTP. Sparse files are measured in one round.
 *
 * @param {{ readonly sizes: readonly number[], readonly httpSize: number, readonly rounds: number }} options - Sizes in MiB.
 */
export async function measureUploads({ sizes, httpSize, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [key, cert, path] = [join(folder, "key.pem"), join(folder, "cert.pem"), join(folder, "file.csv")];
  writeCertificate(key, cert);
  const sink = spawn(process.execPath, [here("sink.mjs"), key, cert], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const [httpPort, tlsPort] = await new Promise((resolve, reject) => {
      sink.on("error", reject);
      sink.on("exit", () => reject(new Error("The sink ended.")));
      sink.stdout.once("data", (ports) => resolve(JSON.parse(String(ports))));
    });
    const all = [];
    for (const mib of sizes) {
      writeCsv(path, mib);
      const sizeRounds = mib > MAX_WRITTEN_MIB ? 1 : rounds;
      if (mib === httpSize) {
        all.push(await measureSeries("HTTP", `http://127.0.0.1:${httpPort}/a`, path, mib, cert, sizeRounds));
      }
      all.push(await measureSeries("TLS", `https://127.0.0.1:${tlsPort}/a`, path, mib, cert, sizeRounds));
    }
    return all;
  } finally {
    sink.kill();
  }
}
