import { randomUUID } from "node:crypto";
import { getEventListeners } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { BYTES, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { clearError } from "../errors.js";
import { type CfcClient, createGlsClient, type PlainPreSignedUrl, type PreSignedUrl } from "../index.js";
import { HandleSource } from "./handle-source.js";
import { type AnyToUpload, putFile, type UploadOptions, uploadFile } from "./index.js";

const { directory, file } = csvFile();

test.each<[string, unknown]>([
  ["a path", "sales.csv"],
  ["undefined", undefined],
  ["an object", { getPreSignedUrl: "canary" }],
])("%s is not a client", async (_what, client) => {
  const { error } = await uploadFile(client as never, { path: file });
  expect(error).toMatchObject({ kind: "invalid-input", field: "client" });
  expect(error?.message).toBe("client must be a client of this package, or an object with a getPreSignedUrl method");
});

test("a client gets only its own fields", async () => {
  const getPreSignedUrl = vi.fn(async () => ({ error: clearError("no", { kind: "aborted" }) }));
  const client = { getPreSignedUrl } as unknown as CfcClient;
  await uploadFile(client, { path: file, templateType: "sales", fileContentType: "CSV", checkContent: false });
  await uploadFile(client, { path: file, templateType: "purchase", fileContentType: undefined, fileName: "b.csv" });
  expect(getPreSignedUrl.mock.calls.map(([input]: unknown[]) => input)).toEqual([
    { templateType: "sales", fileContentType: "CSV", fileName: "a.csv" },
    { templateType: "purchase", fileName: "b.csv" },
  ]);
});

test("options that cannot be read are invalid input", async () => {
  const options = Object.defineProperty({ path: file }, "signal", {
    enumerable: true,
    get() {
      throw new Error("canary");
    },
  });
  const invalid = { kind: "invalid-input", message: "upload could not be read" };
  expect((await putFile(target("http://127.0.0.1:1/a"), options)).error).toMatchObject(invalid);
  const gls = createGlsClient({ baseUrl: "http://127.0.0.1:1", authToken: "a", integrationId: randomUUID() });
  expect((await uploadFile(gls, options)).error).toMatchObject(invalid);
});

test("an upload within its total limit succeeds", async () => {
  const { url } = await storage([200]);
  expect((await putFile(target(url), { path: file, totalTimeoutMs: 10_000 })).data?.bytes).toBe(BYTES);
});

/** Open files are listed only in /proc. */
const linux = test.skipIf(process.platform !== "linux");

linux("the total limit ends an upload and closes its file (Linux only: reads /proc)", async () => {
  const { origin } = await loopbackServer(() => {});
  const { error } = await putFile(target(`${origin}/a`), { path: file, totalTimeoutMs: 100 });
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
  const { error } = await putFile(target(url), { path: file, signal: controller.signal, onProgress });
  expect(error).toMatchObject({ kind: "aborted", retryable: false });
  await expect.poll(openDescriptors).toEqual([]);
});

test("an already aborted signal prevents the request", async () => {
  const { url, requests } = await storage([200]);
  expect((await putFile(target(url), { path: file, signal: AbortSignal.abort() })).error?.kind).toBe("aborted");
  expect(requests).toHaveLength(0);
});

test("the stack of an error leads to where the upload was called", async () => {
  const { error } = await putFile(target("http://127.0.0.1:1/a"), { path: join(directory, "missing.csv") });
  expect(error?.stack).toContain("upload.test.ts");
});

test.each<[string, (data: PreSignedUrl) => PlainPreSignedUrl]>([
  ["copied", ({ url, headers, expiresAt }) => ({ url, headers, expiresAt })],
  ["copied with its method", ({ url, method, headers, expiresAt }) => ({ url, method, headers, expiresAt })],
  ["sent as JSON", ({ url, headers, expiresAt }) => JSON.parse(JSON.stringify({ url, headers, expiresAt }))],
])("a URL that was explicitly %s is accepted and hidden again", async (_how, copy) => {
  const { url, requests } = await storage();
  const data = target(url);
  const result = await putFile(copy(data), { file: Buffer.from("a"), fileName: "a.csv" });
  expect(result.error).toBeUndefined();
  expect(requests).toHaveLength(1);
  expect(result.data?.preSignedUrl.url).toBe(data.url);
  expect(result.data?.preSignedUrl.expiresAt).toEqual(data.expiresAt);
  expect(inspect(result, { depth: 9, showHidden: true })).not.toContain("canary");
});

describe("an abort ends the upload at once", () => {
  const never = () => new Promise<never>(() => {});

  test.each<[string, (abort: () => void) => AnyToUpload & UploadOptions]>([
    [
      "while a check of the content hangs",
      (abort) => ({ file: { size: 9, slice: () => ({ arrayBuffer: also(abort, never) }), stream: never } as never }),
    ],
    [
      "while a read hangs",
      (abort) => ({
        file: { size: 9, slice: never, stream: () => ({ getReader: () => ({ read: also(abort, never) }) }) } as never,
        checkContent: false,
      }),
    ],
    [
      "while a stream hangs",
      (abort) => ({ stream: { getReader: () => ({ read: also(abort, never) }) }, fileName: "a.csv" }),
    ],
    ["in an agent", (abort) => ({ path: file, agent: new AbortingAgent(abort) })],
    [
      "while a lookup hangs",
      (abort) => ({ path: file, agent: new Agent({ lookup: also(abort, never) } as unknown as object) }),
    ],
  ])("%s", async (_when, given) => {
    const { bodies, url } = await storage();
    const controller = new AbortController();
    const upload = { fileName: "a.csv", ...given(() => controller.abort()), signal: controller.signal };
    const { error } = await putFile(target(url.replace("127.0.0.1", "localhost")), upload);
    expect(error?.kind).toBe("aborted");
    expect(bodies).toEqual([]);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  /** Calls the first function soon, and the other at once. */
  function also<T>(first: () => void, then: () => T): () => T {
    return () => {
      setImmediate(first);
      return then();
    };
  }

  class AbortingAgent extends Agent {
    readonly #abort: () => void;

    constructor(abort: () => void) {
      super();
      this.#abort = abort;
    }

    addRequest(...args: unknown[]) {
      this.#abort();
      // @ts-expect-error: it is missing in Node's types.
      super.addRequest(...args);
    }
  }
});

test("a file that cannot be closed does not keep the result", async () => {
  let stored = false;
  const { origin } = await loopbackServer((request, response) => {
    request.resume().on("end", () => {
      stored = true;
      response.end();
    });
  });
  const close = vi.spyOn(HandleSource.prototype, "close").mockReturnValue(new Promise(() => {}));
  const { setTimeout: realSetTimeout } = globalThis;
  // The idle limit of what follows the upload is over at once.
  const shortened = (callback: () => void, ms: number) => realSetTimeout(callback, stored && ms === 60_000 ? 0 : ms);
  const timers = vi.spyOn(globalThis, "setTimeout").mockImplementation(shortened as typeof setTimeout);
  const { data } = await putFile(target(`${origin}/a`), { path: file });
  timers.mockRestore();
  expect(data?.bytes).toBe(BYTES);
  const [source] = close.mock.contexts as HandleSource[];
  close.mockRestore();
  await source?.close();
});

test("a file that fails to close does not replace the error", async () => {
  const close = vi.spyOn(HandleSource.prototype, "close").mockRejectedValue(new Error("canary"));
  const { error } = await putFile(target("http://127.0.0.1:1/a"), { path: file, fileName: "a.zip" });
  expect(error).toMatchObject({ kind: "file", reason: "content-mismatch" });
  const [source] = close.mock.contexts as HandleSource[];
  close.mockRestore();
  await source?.close();
});
