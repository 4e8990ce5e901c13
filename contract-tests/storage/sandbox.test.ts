/** The sandbox's storage does what a real one does, by the same table. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, vi } from "vitest";
import { type Api, SandboxStorage } from "../../src/sandbox/storage.js";
import { type Storage, testStorage } from "./matrix.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-sandbox-storage-"));
const sandbox = new SandboxStorage(directory, SignatureV4);
const handle = (request: IncomingMessage, response: ServerResponse) => sandbox.handle(request, response);
const server = createServer(handle).on("checkContinue", handle);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

const storageOf = (api: Api): Storage => ({
  async sign(contentType, expiresIn, ageSeconds) {
    const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - ageSeconds * 1000 });
    try {
      return await sandbox.sign(api, origin, contentType, expiresIn);
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
