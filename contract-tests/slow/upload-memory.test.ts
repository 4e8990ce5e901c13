/** An upload of 1 GiB uses less than 120 MB of memory, from a path, a Blob of a file and a stream. Linux only: reads /proc. */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";

const GIB = 1024 ** 3;
const directory = mkdtempSync(join(tmpdir(), "clear-presign-memory-"));
const file = join(directory, "1gib.bin");

beforeAll(() => {
  closeSync(openSync(file, "w"));
  // Sparse: it takes no disk space.
  truncateSync(file, GIB);
});
afterAll(() => rmSync(directory, { recursive: true }));

const SCRIPT = `
  import { createReadStream, openAsBlob, readFileSync } from "node:fs";
  import { putFile } from "clear-presign/upload";
  const { FILE, TARGET, KIND } = process.env;
  const sources = {
    path: () => ({ path: FILE }),
    blob: async () => ({ file: await openAsBlob(FILE) }),
    stream: () => ({ stream: createReadStream(FILE) }),
  };
  const { data, error } = await putFile(JSON.parse(TARGET), { ...(await sources[KIND]()), maxAttempts: 1 });
  const [, kib] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  console.log(JSON.stringify({ bytes: data?.bytes, error: error?.message, kib: Number(kib) }));`;

test.skipIf(process.platform !== "linux").each([
  ["a path", "path"],
  ["a Blob of a file", "blob"],
  ["a stream", "stream"],
])("from %s (Linux only: reads /proc)", async (what, kind) => {
  const { origin } = await loopbackServer((request, response) => request.resume().on("end", () => response.end()));
  const headers = { "content-type": "application/octet-stream" };
  const target = { url: `${origin}/a`, headers, expiresAt: new Date(Date.now() + 600_000) };
  const child = spawn(process.execPath, ["--input-type=module", "--eval", SCRIPT], {
    cwd: fileURLToPath(new URL("../", import.meta.url)),
    env: { ...process.env, FILE: file, TARGET: JSON.stringify(target), KIND: kind },
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 250_000,
  });
  let stdout = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  await new Promise((resolve) => child.on("close", resolve));
  const { kib, ...result } = JSON.parse(stdout);
  console.log(`${what}: ${Math.round((kib * 1024) / 1e6)} MB`);
  expect(result).toEqual({ bytes: GIB });
  expect(kib * 1024).toBeLessThan(120e6);
});
