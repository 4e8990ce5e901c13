/** The sandbox's storage passes the same table as a real one. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, vi } from "vitest";
import type { Api } from "../../src/index.js";
import { type RunningServer, startServer } from "../../src/sandbox/server.js";
import { UrlSigner } from "../../src/sandbox/signing.js";
import { SandboxStorage } from "../../src/sandbox/storage.js";
import { type Storage, testStorage } from "./matrix.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-sandbox-storage-"));
const signer = new UrlSigner();
const sandbox = new SandboxStorage(directory, signer);
let server: RunningServer;

beforeAll(async () => {
  server = await startServer("storage", 0, sandbox.handle, () => {});
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const storageOf = (api: Api): Storage => ({
  async sign(contentType, expiresIn, ageSeconds) {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - ageSeconds * 1000 });
    try {
      return await signer.sign(api, server.origin, contentType, expiresIn);
    } finally {
      vi.useRealTimers();
    }
  },
  async stored(url) {
    const path = sandbox.pathOf(url);
    return existsSync(path) ? readFileSync(path) : undefined;
  },
});

for (const api of ["cfc", "gls"] as const) testStorage(`sandbox (${api})`, () => storageOf(api), api);
