/** Uploads a file once, in one of three ways. Prints the time in milliseconds and the peak of its memory in KiB. */
import { createReadStream, openAsBlob, readFileSync, statSync } from "node:fs";
import { putFile } from "clear-presign/upload";
import { request } from "undici";

const [, , way = "", url = "", path = ""] = process.argv;
const headers = { "content-type": "text/csv" };

/** @type {Record<string, () => Promise<unknown>>} */
const ways = {
  async "clear-presign"() {
    const expiresAt = new Date(Date.now() + 600_000);
    const target = /** @type {const} */ ({ url, method: "PUT", headers, expiresAt });
    const { data } = await putFile(target, path, { allowedHosts: ["127.0.0.1"], maxAttempts: 1 });
    return data;
  },
  async fetch() {
    const { ok } = await fetch(url, { method: "PUT", headers, body: await openAsBlob(path) });
    return ok;
  },
  async undici() {
    const length = statSync(path).size;
    const { statusCode, body } = await request(url, {
      method: "PUT",
      headers: { ...headers, "content-length": String(length) },
      body: createReadStream(path),
    });
    await body.dump();
    return statusCode === 200;
  },
};

const startedAt = performance.now();
if (!(await ways[way]?.())) throw new Error(`${way} failed.`);
const ms = performance.now() - startedAt;
const [, kib = ""] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
console.log(JSON.stringify({ ms, kib: Number(kib) }));
process.exit();
