import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { cfcUrl, partialUpload } from "../../test-support/sandbox-requests.js";
import { SANDBOX_CREDENTIALS, type SandboxOptions, startSandbox } from "./index.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-sandbox-index-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

test.each<[string, SandboxOptions, string]>([
  ["a misspelled option", { prot: 1 } as object, "prot"],
  ["a port out of range", { port: 65536 }, "port"],
  ["a port that is a string", { port: "" as never }, "port"],
  ["a storage port that is a fraction", { storagePort: 0.5 }, "storagePort"],
  ["an empty directory", { directory: "" }, "directory"],
  ["a directory that is not a string", { directory: 1 as never }, "directory"],
  ["a file as the directory", { directory: import.meta.filename }, "directory"],
  ["a program as the directory", { directory: process.execPath }, "directory"],
  ["a directory below a file", { directory: join(import.meta.filename, "below") }, "directory"],
  ["a directory that cannot be created", { directory: "/proc/clear-presign" }, "directory"],
  ["a negative lifetime", { lifetimeSeconds: -1 }, "lifetimeSeconds"],
  ["a lifetime over a week", { lifetimeSeconds: 604_801 }, "lifetimeSeconds"],
  ["a hook that is not a function", { onRequest: 1 as never }, "onRequest"],
  ["credentials that are not an object", { credentials: "token" as never }, "credentials"],
  ["no credentials for GLS", { credentials: { cfc: { authToken: "a" } } as never }, "credentials.gls"],
  ["an empty token", { credentials: { ...SANDBOX_CREDENTIALS, cfc: { authToken: "" } } }, "credentials.cfc.authToken"],
  [
    "a token with a line break",
    { credentials: { ...SANDBOX_CREDENTIALS, gls: { ...SANDBOX_CREDENTIALS.gls, authToken: "a\nb" } } },
    "credentials.gls.authToken",
  ],
  [
    "an integration id that is not a UUID",
    { credentials: { ...SANDBOX_CREDENTIALS, gls: { authToken: "a", integrationId: "1" } } },
    "credentials.gls.integrationId",
  ],
])("startSandbox rejects %s and leaves no directory behind", async (_what, options, field) => {
  // Other test files start sandboxes at the same time.
  const ownTmpdir = mkdtempSync(join(directory, "tmp-"));
  vi.stubEnv("TMPDIR", ownTmpdir);
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(startSandbox(options)).rejects.toMatchObject({ kind: "invalid-input", field });
  expect(readdirSync(ownTmpdir)).toEqual([]);
});

test("a port in use is an error, for the storage too, and then the first server is closed", async () => {
  const running = await startSandbox();
  onTestFinished(running.close);
  const taken = Number(new URL(running.baseUrl).port);
  await expect(startSandbox({ storagePort: taken })).rejects.toThrow("EADDRINUSE");
  const free = await startSandbox();
  const storagePort = Number(new URL((await cfcUrl(free)).url).port);
  await free.close();
  await expect(startSandbox({ port: taken, storagePort })).rejects.toThrow("EADDRINUSE");
  const again = await startSandbox({ storagePort });
  expect(new URL((await cfcUrl(again)).url).port).toBe(String(storagePort));
  await again.close();
});

test("close ends an upload, and leaves no part of it in the user's directory", async () => {
  const folder = join(directory, "user");
  const other = await startSandbox({ directory: folder });
  await partialUpload(other);
  await other.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("close removes a directory that the sandbox created", async () => {
  const other = await startSandbox();
  await partialUpload(other);
  expect(existsSync(other.directory)).toBe(true);
  await other.close();
  expect(existsSync(other.directory)).toBe(false);
  await expect(fetch(other.baseUrl)).rejects.toThrow();
  await other.close();
});
