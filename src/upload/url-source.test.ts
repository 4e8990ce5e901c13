import { afterEach, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { BYTES, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { clearError } from "../errors.js";
import { type CallOptions, createCfcClient, type GlsClient, type PreSignedUrl, type Result } from "../index.js";
import { uploadFile } from "./index.js";

const { file } = csvFile();

afterEach(() => {
  vi.restoreAllMocks();
});

test("uploadFile returns the error of the client", async () => {
  const aborted = clearError("no", { kind: "aborted" });
  expect(await uploadFile({ getPreSignedUrl: async () => ({ error: aborted }) }, { path: file })).toEqual({
    error: aborted,
  });
});

test.each<[string, unknown]>([
  ["throws", () => Promise.reject(new Error("canary"))],
  ["resolves to undefined", async () => undefined],
])("a client that %s is an error of its function", async (_what, requestUrl) => {
  const { error } = await uploadFile(
    { getPreSignedUrl: requestUrl as () => Promise<Result<PreSignedUrl>> },
    { path: file },
  );
  expect(error).toMatchObject({ kind: "callback", callback: "getPreSignedUrl", retryable: false });
  expect(JSON.stringify(error)).not.toContain("canary");
});

test("accepts any client that returns results; one that throws is an error of its function", async () => {
  const { url } = await storage([200]);
  const getPreSignedUrl = vi.fn(async (_input: object) => ({ data: target(url) }));
  expect((await uploadFile({ getPreSignedUrl } as GlsClient, { path: file })).data?.bytes).toBe(BYTES);
  expect(getPreSignedUrl).toHaveBeenCalledWith({ fileName: "a.csv" }, { signal: expect.any(AbortSignal) });
  const cause = new Error("canary");
  getPreSignedUrl.mockRejectedValue(cause);
  const { error } = await uploadFile({ getPreSignedUrl } as GlsClient, { path: file });
  expect(error).toMatchObject({ kind: "callback", callback: "getPreSignedUrl", cause });
  expect(error?.message).toBe("getPreSignedUrl must return a result; it threw");
  getPreSignedUrl.mockResolvedValue(undefined as never);
  expect((await uploadFile({ getPreSignedUrl } as GlsClient, { path: file })).error?.message).toBe(
    "getPreSignedUrl must return a result with a URL: the result must have data or an error",
  );
});

test("returns the error of the client's input check", async () => {
  const cfc = createCfcClient({ baseUrl: "http://127.0.0.1:1", authToken: "a" });
  const { error } = await uploadFile(cfc, { path: file } as never);
  expect(error).toMatchObject({ kind: "invalid-input", field: "templateType" });
});

test("a signal aborts the wait for a client that never returns a URL", async () => {
  const controller = new AbortController();
  const signals: unknown[] = [];
  const getPreSignedUrl = (_input: object, { signal }: CallOptions) => {
    signals.push(signal);
    setImmediate(() => controller.abort());
    return new Promise<never>(() => {});
  };
  const { error } = await uploadFile({ getPreSignedUrl }, { path: file, signal: controller.signal });
  expect(error?.kind).toBe("aborted");
  expect(signals).toMatchObject([{ aborted: true }]);
});

test("a client that never returns a URL times out after ten minutes", async () => {
  const { setTimeout: realSetTimeout } = globalThis;
  const shortened = (callback: () => void, ms: number) => realSetTimeout(callback, ms === 600_000 ? 0 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(shortened as typeof setTimeout);
  const { error } = await uploadFile({ getPreSignedUrl: () => new Promise<never>(() => {}) }, { path: file });
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 600_000, retryable: true });
});

test("the signal is passed to the client", async () => {
  const { origin, requests, server } = await loopbackServer(() => {});
  const controller = new AbortController();
  server.on("request", () => controller.abort());
  const cfc = createCfcClient({ baseUrl: origin, authToken: "a" });
  const { error } = await uploadFile(cfc, { path: file, templateType: "sales", signal: controller.signal });
  expect(error?.kind).toBe("aborted");
  expect(requests).toHaveLength(1);
});

test("a frozen error of the client is returned as it is", async () => {
  const error = Object.freeze(clearError("no", { kind: "aborted" }));
  expect(await uploadFile({ getPreSignedUrl: async () => ({ error }) } as never, { path: file })).toEqual({ error });
});

test.each<[string, unknown]>([
  ["a URL that lost its url", { data: { headers: { "content-type": "text/csv" }, expiresAt: new Date() } }],
  [
    "data that throws when read",
    {
      get data() {
        throw new Error("canary");
      },
    },
  ],
  ["an error that is not one of this package", { error: new Error("canary") }],
])("a client that returns %s is an error of its function", async (_what, result) => {
  const { error } = await uploadFile({ getPreSignedUrl: async () => result } as never, { path: file });
  expect(error).toMatchObject({ kind: "callback", callback: "getPreSignedUrl", retryable: false });
  expect(JSON.stringify(error)).not.toContain("canary");
});
