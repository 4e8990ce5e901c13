import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { BYTES, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { clearError } from "../errors.js";
import type { CfcClient } from "../index.js";
import { putFile, uploadFile } from "./index.js";

const { directory, file } = csvFile();

test.each<[string, unknown]>([
  ["a path", "sales.csv"],
  ["undefined", undefined],
  ["an object", { getPreSignedUrl: "canary" }],
])("%s is not a client", async (_what, client) => {
  const { error } = await uploadFile(client as never, file);
  expect(error).toMatchObject({ kind: "invalid-input", field: "client" });
  expect(error?.message).toBe("client must be a client of this package, or a function that returns a pre-signed URL");
});

test("a client gets only its own fields of the options", async () => {
  const getPreSignedUrl = vi.fn(async () => ({ error: clearError("no", { kind: "aborted" }) }));
  const client = { getPreSignedUrl } as unknown as CfcClient;
  await uploadFile(client, file, { templateType: "sales", fileContentType: "CSV", checkContent: false });
  await uploadFile(client, file, { templateType: "purchase", fileContentType: undefined, fileName: "b.csv" });
  expect(getPreSignedUrl.mock.calls.map(([input]: unknown[]) => input)).toEqual([
    { templateType: "sales", fileContentType: "CSV", fileName: "a.csv" },
    { templateType: "purchase", fileName: "b.csv" },
  ]);
  expect((await uploadFile(client, file, { templateType: "sales", timeoutMs: 1 } as never)).error).toMatchObject({
    kind: "invalid-input",
    field: "timeoutMs",
  });
});

test("options that cannot be read are invalid input", async () => {
  const options = Object.defineProperty({}, "signal", {
    enumerable: true,
    get() {
      throw new Error("canary");
    },
  });
  expect((await putFile(target("http://127.0.0.1:1/a"), file, options)).error).toMatchObject({
    kind: "invalid-input",
    message: "options could not be read",
  });
});

test("an upload within its total limit succeeds", async () => {
  const { url } = await storage([200]);
  expect((await putFile(target(url), file, { totalTimeoutMs: 10_000 })).data?.bytes).toBe(BYTES);
});

/** Open files are listed only in /proc. */
const linux = test.skipIf(process.platform !== "linux");

linux("the total limit ends an upload and closes its file (Linux only: reads /proc)", async () => {
  const { origin } = await loopbackServer(() => {});
  const { error } = await putFile(target(`${origin}/a`), file, { totalTimeoutMs: 100 });
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 100 });
  await expect.poll(openDescriptors).toEqual([]);
});

function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      // The descriptor of readdir itself.
      return false;
    }
  });
}

linux("a signal aborts an upload and closes its file (Linux only: reads /proc)", async () => {
  const controller = new AbortController();
  const { url } = await storage([200]);
  const onProgress = () => controller.abort();
  const { error } = await putFile(target(url), file, { signal: controller.signal, onProgress });
  expect(error).toMatchObject({ kind: "aborted", retryable: false });
  expect(openDescriptors()).toEqual([]);
});

test("an already aborted signal prevents the request", async () => {
  const { url, requests } = await storage([200]);
  expect((await putFile(target(url), file, { signal: AbortSignal.abort() })).error?.kind).toBe("aborted");
  expect(requests).toHaveLength(0);
});

test("the stack of an error leads to where the upload was called", async () => {
  const { error } = await putFile(target("http://127.0.0.1:1/a"), join(directory, "missing.csv"));
  expect(error?.stack).toContain("upload.test.ts");
});

test("a URL that was serialized explicitly is accepted and hidden again", async () => {
  const { origin, requests } = await loopbackServer((request, response) =>
    request.resume().on("end", () => response.end()),
  );
  const data = target(`${origin}/a?X-Amz-Signature=canary`);
  const message = JSON.stringify({ url: data.url, headers: data.headers, expiresAt: data.expiresAt });
  const result = await putFile(JSON.parse(message), Buffer.from("a"), { fileName: "a.csv" });
  expect(result.error).toBeUndefined();
  expect(requests).toHaveLength(1);
  expect(result.data?.preSignedUrl.url).toBe(data.url);
  expect(result.data?.preSignedUrl.expiresAt).toEqual(data.expiresAt);
  expect(inspect(result, { depth: 9, showHidden: true })).not.toContain("canary");
});
