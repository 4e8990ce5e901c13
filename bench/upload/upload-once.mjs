/**
 * Uploads a file once. Prints the milliseconds and the CPU seconds of the upload, and the peak memory of the process in
 * KiB, as JSON.
 *
 * node bench/upload/upload-once.mjs clear-presign|fetch|undici URL FILE
 */
import { createReadStream, openAsBlob, statSync } from "node:fs";

const [, , program = "", url = "", path = ""] = process.argv;
const headers = { "content-type": "text/csv" };

/**
 * Each imports its client and returns the function that uploads.
 *
 * @type {Record<string, () => Promise<() => Promise<boolean>>>}
 */
const programs = {
  async "clear-presign"() {
    const { upload } = await import("./clear-presign.mjs");
    return () => upload(url, path, headers);
  },
  async fetch() {
    return async () => (await fetch(url, { method: "PUT", headers, body: await openAsBlob(path) })).ok;
  },
  async undici() {
    const { request } = await import("undici");
    return async () => {
      const { statusCode, body } = await request(url, {
        method: "PUT",
        headers: { ...headers, "content-length": String(statSync(path).size) },
        body: createReadStream(path),
      });
      await body.dump();
      return statusCode === 200;
    };
  },
};

const upload = await programs[program]?.();
const cpuAtStart = process.cpuUsage();
const startedAt = performance.now();
if (!(await upload?.())) throw new Error(`${program} failed.`);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuAtStart);
const kib = process.resourceUsage().maxRSS;
console.log(JSON.stringify({ ms, cpuSeconds: (user + system) / 1e6, kib }));
process.exit();
