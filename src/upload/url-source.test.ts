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

test("uploadFile returns the error of requestUrl", async () => {
  const aborted = clearError("no", { kind: "aborted" });
  expect(await uploadFile(async () => ({ error: aborted }), file)).toEqual({ error: aborted });
});

test.each<[string, unknown]>([
  ["throws", () => Promise.reject(new Error("canary"))],
  ["resolves to undefined", async () => undefined],
])("a requestUrl that %s is an error of that function", async (_what, requestUrl) => {
  const { error } = await uploadFile(requestUrl as () => Promise<Result<PreSignedUrl>>, file);
  expect(error).toMatchObject({ kind: "callback", callback: "getPreSignedUrl", retryable: false });
  expect(JSON.stringify(error)).not.toContain("canary");
});

test("accepts any client that returns results; one that throws is an error of its function", async () => {
  const { url } = await storage([200]);
  const getPreSignedUrl = vi.fn(async (_input: object) => ({ data: target(url) }));
  expect((await uploadFile({ getPreSignedUrl } as GlsClient, file)).data?.bytes).toBe(BYTES);
  expect(getPreSignedUrl).toHaveBeenCalledWith({ fileName: "a.csv" }, { signal: expect.any(AbortSignal) });
  const cause = new Error("canary");
  getPreSignedUrl.mockRejectedValue(cause);
  const { error } = await uploadFile({ getPreSignedUrl } as GlsClient, file);
  expect(error).toMatchObject({ kind: "callback", callback: "getPreSignedUrl", cause });
  expect(error?.message).toBe("getPreSignedUrl must return a result; it threw");
  getPreSignedUrl.mockResolvedValue(undefined as never);
  expect((await uploadFile({ getPreSignedUrl } as GlsClient, file)).error?.message).toBe(
    "getPreSignedUrl must return a result with a URL: the result must have data or an error",
  );
});

test("returns the error of the client's input check", async () => {
  const cfc = createCfcClient({ baseUrl: "http://127.0.0.1:1", authToken: "a" });
  const { error } = await uploadFile(cfc, file, {} as never);
  expect(error).toMatchObject({ kind: "invalid-input", field: "templateType" });
});

test("a signal aborts the wait for a function that never returns a URL", async () => {
  const controller = new AbortController();
  const signals: unknown[] = [];
  const requestUrl = ({ signal }: CallOptions) => {
    signals.push(signal);
    setImmediate(() => controller.abort());
    return new Promise<never>(() => {});
  };
  expect((await uploadFile(requestUrl, file, { signal: controller.signal })).error?.kind).toBe("aborted");
  expect(signals).toMatchObject([{ aborted: true }]);
});

test("a function that never returns a URL times out after two minutes", async () => {
  const { setTimeout: realSetTimeout } = globalThis;
  const shortened = (callback: () => void, ms: number) => realSetTimeout(callback, ms === 120_000 ? 0 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(shortened as typeof setTimeout);
  const { error } = await uploadFile(() => new Promise<never>(() => {}), file);
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 120_000, retryable: true });
});

test("the signal is passed to the client", async () => {
  const { origin, requests, server } = await loopbackServer(() => {});
  const controller = new AbortController();
  server.on("request", () => controller.abort());
  const cfc = createCfcClient({ baseUrl: origin, authToken: "a" });
  const { error } = await uploadFile(cfc, file, { templateType: "sales", signal: controller.signal });
  expect(error?.kind).toBe("aborted");
  expect(requests).toHaveLength(1);
});

test("a frozen error of the client is returned as it is", async () => {
  const error = Object.freeze(clearError("no", { kind: "aborted" }));
  expect(await uploadFile({ getPreSignedUrl: async () => ({ error }) } as never, file)).toEqual({ error });
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
  const { error } = await uploadFile({ getPreSignedUrl: async () => result } as never, file);
  expect(error).toMatchObject({ kind: "callback", callback: "getPreSignedUrl", retryable: false });
  expect(JSON.stringify(error)).not.toContain("canary");
});
