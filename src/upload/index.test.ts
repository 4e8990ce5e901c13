import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loopbackServer, rawServer } from "../../test-support/loopback-server.js";
import { clearError } from "../errors.js";
import {
  type CallOptions,
  type CfcClient,
  createCfcClient,
  type GlsClient,
  type PreSignedUrl,
  type Result,
} from "../index.js";
import { type Progress, putFile, type UploadEvent, type UploadOptions, uploadFile } from "./index.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-upload-test-"));
const file = join(directory, "a.csv");
const BYTES = 2_500_000;

beforeEach(() => {
  writeFileSync(file, Buffer.alloc(BYTES, "0123456789\n"));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
afterAll(() => rmSync(directory, { recursive: true }));

function target(url: string, contentType = "text/csv"): PreSignedUrl {
  const headers = { "content-type": contentType };
  return { url, method: "PUT", headers, expiresAt: new Date(Date.now() + 60_000) };
}

const SIGNED = "/a?X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=canary";

/** A storage that sends these responses in turn, and repeats the last one. */
async function storage(...responses: [status: number, body?: string][]) {
  const bodies: Buffer[] = [];
  const { origin, requests, server } = await loopbackServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks));
      const [status, body = ""] = responses[Math.min(bodies.length, responses.length) - 1] ?? [200];
      response.writeHead(status).end(body);
    });
  });
  return { url: `${origin}${SIGNED}`, origin, requests, bodies, server };
}

const xml = (code: string, message = "") => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

test("sends the whole file with exactly the signed headers, and reports the bytes and the URL", async () => {
  const { url, requests, bodies } = await storage([200]);
  const progress: Progress[] = [];
  const preSignedUrl = target(url);
  const { data, error } = await putFile(preSignedUrl, file, { onProgress: (step) => progress.push(step) });
  expect(error).toBeUndefined();
  expect(data).toEqual({ preSignedUrl, bytes: BYTES });
  expect(bodies[0]?.equals(Buffer.alloc(BYTES, "0123456789\n"))).toBe(true);
  const { connection: _, host: __, ...headers } = requests[0]?.headers ?? {};
  expect(headers).toEqual({ "content-type": "text/csv", "content-length": String(BYTES), expect: "100-continue" });
  expect(requests[0]?.method).toBe("PUT");
  expect(requests[0]?.url).toBe(SIGNED);
  expect(progress.at(-1)).toEqual({ bytes: BYTES, total: BYTES });
  expect(progress.filter(({ bytes }) => bytes === BYTES)).toHaveLength(1);
});

test("sends to a storage that ignores Expect, after a short wait", async () => {
  const origin = await rawServer((socket) => {
    let received = 0;
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > BYTES) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    });
  });
  expect((await putFile(target(`${origin}/a`), file)).data?.bytes).toBe(BYTES);
});

test("an error response to the headers ends the upload before any of the body is sent", async () => {
  const { origin, server } = await loopbackServer(() => {});
  let sent = 0;
  server.on("checkContinue", (request, response) => {
    request.on("data", (chunk: Buffer) => {
      sent += chunk.length;
    });
    response.writeHead(403, { connection: "close" }).end(xml("SignatureDoesNotMatch", "StringToSign canary"));
  });
  const { error } = await putFile(target(`${origin}${SIGNED}`), file);
  expect(error).toMatchObject({ kind: "storage", status: 403, code: "SignatureDoesNotMatch", retryable: false });
  expect(sent).toBe(0);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});

test.each<[string, number, string, object]>([
  ["403 without a body", 403, "", { code: null, expired: false, retryable: false }],
  ["403 access denied", 403, xml("AccessDenied", "Access Denied"), { code: "AccessDenied", expired: false }],
  ["403 expired (GLS)", 403, xml("AccessDenied", "Request has expired"), { expired: true, retryable: false }],
  ["400 expired (CFC)", 400, xml("ExpiredToken"), { code: "ExpiredToken", expired: true, retryable: false }],
  ["404", 404, xml("NoSuchBucket"), { code: "NoSuchBucket", retryable: false }],
  ["a redirect", 307, "", { code: null, retryable: false }],
  ["a 204", 204, "", { code: null, retryable: false }],
])("%s is a storage error that putFile does not retry", async (_what, status, body, fields) => {
  const { url, requests } = await storage([status, body]);
  const { error } = await putFile(target(url), file);
  expect(error).toMatchObject({ kind: "storage", status, ...fields });
  expect(requests).toHaveLength(1);
});

test.each([
  ["503 SlowDown", 503, xml("SlowDown")],
  ["500", 500, ""],
  ["429", 429, ""],
  ["400 RequestTimeout", 400, xml("RequestTimeout")],
])("retries the PUT after %s", async (_what, status, body) => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, bodies } = await storage([status, body], [200]);
  expect((await putFile(target(url), file)).data?.bytes).toBe(BYTES);
  expect(bodies.map(({ length }) => length)).toEqual([BYTES, BYTES]);
});

test("gives up after maxAttempts PUTs", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, requests } = await storage([503, xml("SlowDown")]);
  const { error } = await putFile(target(url), file, { maxAttempts: 2 });
  expect(error).toMatchObject({ kind: "storage", code: "SlowDown", retryable: true });
  expect(requests).toHaveLength(2);
});

test("uploadFile replaces an expired URL", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await storage([400, xml("ExpiredToken")], [200]);
  const urls = [`${origin}/first${SIGNED}`, `${origin}/second${SIGNED}`];
  let calls = 0;
  const { data } = await uploadFile(async () => ({ data: target(urls[calls++] ?? "") }), file);
  expect(data?.preSignedUrl.url).toBe(urls[1]);
  expect(requests.map(({ url }) => url?.split("/")[1])).toEqual(["first", "second"]);
});

test.each([
  ["expires soon", 29_000, 2],
  ["does not expire soon", 31_000, 1],
])("a URL that %s before the PUT is replaced at most once", async (_what, lifetimeMs, urls) => {
  const { origin, requests } = await storage([200]);
  let calls = 0;
  const requestUrl = async () => ({
    data: { ...target(`${origin}/${++calls}${SIGNED}`), expiresAt: new Date(Date.now() + lifetimeMs) },
  });
  expect((await uploadFile(requestUrl, file)).data?.bytes).toBe(BYTES);
  expect(calls).toBe(urls);
  expect(requests.map(({ url }) => url?.split("/")[1])).toEqual([String(urls)]);
});

test("a URL that is about to expire after the first PUT is replaced before the second", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    request.resume().on("end", () => {
      vi.setSystemTime(Date.now() + 31_000);
      response.writeHead(requests.length === 1 ? 503 : 200).end();
    });
  });
  let calls = 0;
  const { data } = await uploadFile(async () => ({ data: target(`${origin}/${++calls}${SIGNED}`) }), file);
  expect(data?.preSignedUrl.url).toContain("/2/");
  expect(requests.map(({ url }) => url?.split("/")[1])).toEqual(["1", "2"]);
});

test.each<[string, number, string]>([
  ["a wrong signature", 403, xml("SignatureDoesNotMatch")],
  ["a denial", 403, xml("AccessDenied", "Access Denied")],
  ["a bad request", 400, xml("InvalidRequest")],
  ["a missing bucket", 404, xml("NoSuchBucket")],
  ["a redirect", 307, ""],
])("uploadFile neither retries nor requests another URL after %s", async (_what, status, body) => {
  const { url, requests } = await storage([status, body]);
  const requestUrl = vi.fn(async () => ({ data: target(url) }));
  expect((await uploadFile(requestUrl, file)).error).toMatchObject({ kind: "storage", status });
  expect([requestUrl.mock.calls.length, requests.length]).toEqual([1, 1]);
});

test("gives up after maxAttempts PUTs to expired URLs", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, requests } = await storage([403, xml("ExpiredToken")]);
  const { error } = await uploadFile(async () => ({ data: target(url) }), file);
  expect(error).toMatchObject({ kind: "storage", expired: true, code: "ExpiredToken" });
  expect(requests).toHaveLength(3);
});

test("a signal aborts the wait between two PUTs", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const controller = new AbortController();
  const { url, requests, server } = await storage([503]);
  server.on("request", (_request, response) => response.on("close", () => setTimeout(() => controller.abort(), 20)));
  expect((await putFile(target(url), file, { signal: controller.signal })).error?.kind).toBe("aborted");
  expect(requests).toHaveLength(1);
});

test("a file that does not match its extension is rejected before a URL is requested, unless checkContent is false", async () => {
  writeFileSync(file, "PK\x03\x04");
  const requestUrl = vi.fn();
  const mismatch = { kind: "file", reason: "content-mismatch", path: file, retryable: false };
  expect((await uploadFile(requestUrl, file)).error).toMatchObject(mismatch);
  expect(requestUrl).not.toHaveBeenCalled();
  const { url, bodies } = await storage([200]);
  expect((await putFile(target(url), file)).error).toMatchObject(mismatch);
  expect(bodies).toEqual([]);
  expect((await putFile(target(url), file, { checkContent: false })).data?.bytes).toBe(4);
});

test("a 403 after the URL's expiry counts as expired", async () => {
  const { url } = await storage([403]);
  const { error } = await putFile({ ...target(url), expiresAt: new Date(0) }, file);
  expect(error).toMatchObject({ kind: "storage", expired: true });
});

test("uploadFile returns the error of requestUrl", async () => {
  const aborted = clearError("no", { kind: "aborted" });
  expect(await uploadFile(async () => ({ error: aborted }), file)).toEqual({ error: aborted });
});

test.each<[string, unknown]>([
  ["throws", () => Promise.reject(new Error("canary"))],
  ["resolves to undefined", async () => undefined],
])("a requestUrl that %s is invalid input", async (_what, requestUrl) => {
  const { error } = await uploadFile(requestUrl as () => Promise<Result<PreSignedUrl>>, file);
  expect(error).toMatchObject({ kind: "invalid-input", field: "requestUrl" });
  expect(inspect(error)).not.toContain("canary");
});

test.each([
  ["missing", () => join(directory, "missing.csv")],
  ["missing", () => join(file, "below-a-file.csv")],
  ["not-regular", () => directory],
  [
    "not-regular",
    () => {
      const fifo = join(directory, "fifo.csv");
      rmSync(fifo, { force: true });
      execFileSync("mkfifo", [fifo]);
      return fifo;
    },
  ],
  [
    "unreadable",
    () => {
      // A link to itself: unlike a file without permissions, not even root can read it.
      const loop = join(directory, "loop.csv");
      rmSync(loop, { force: true });
      symlinkSync(loop, loop);
      return loop;
    },
  ],
  [
    "empty",
    () => {
      truncateSync(file);
      return file;
    },
  ],
  [
    "too-large",
    () => {
      // Sparse: it takes no disk space.
      truncateSync(file, 5 * 1024 ** 3 + 1);
      return file;
    },
  ],
])("a file that is %s is rejected before a URL is requested", async (reason, path) => {
  const requestUrl = vi.fn();
  const { error } = await uploadFile(requestUrl, path());
  expect(error).toMatchObject({ kind: "file", reason, retryable: false });
  expect(requestUrl).not.toHaveBeenCalled();
});

test.each([
  ["shrinks", () => truncateSync(file, 100)],
  ["grows", () => writeFileSync(file, "more", { flag: "a" })],
])("a file that %s while it is read is never stored as complete", async (_what, change) => {
  const { url, bodies } = await storage([200]);
  let changed = false;
  const onProgress = () => {
    if (!changed) change();
    changed = true;
  };
  const { error } = await putFile(target(url), file, { onProgress });
  expect(error).toMatchObject({ kind: "file", reason: "changed" });
  expect(bodies).toEqual([]);
});

test.each<[string, string, UploadOptions, string]>([
  ["another host", "https://evil.example/a", {}, "allowedHosts"],
  ["a host with an allowed prefix", "https://storage.clear.in.evil.example/a", {}, "allowedHosts"],
  ["loopback over https", "https://127.0.0.1/a", {}, "allowedHosts"],
  ["http to a host other than loopback", "http://storage.clear.in/a", {}, "preSignedUrl"],
  ["no URL", "a", {}, "preSignedUrl"],
  ["a signed header without a value", "http://127.0.0.1:1/a?X-Amz-SignedHeaders=host%3Bx-amz-acl", {}, "preSignedUrl"],
  ["an unknown option", "http://127.0.0.1:1/a", { timeout: 1 } as UploadOptions, "timeout"],
  [
    "allowedHosts that is not an array",
    "http://127.0.0.1:1/a",
    { allowedHosts: "a" as unknown as string[] },
    "allowedHosts",
  ],
  ["a hook that is not a function", "http://127.0.0.1:1/a", { onProgress: 1 as never }, "onProgress"],
  ["a checkContent that is not a boolean", "http://127.0.0.1:1/a", { checkContent: "no" as never }, "checkContent"],
  ["zero attempts", "http://127.0.0.1:1/a", { maxAttempts: 0 }, "maxAttempts"],
])("rejects %s", async (_what, url, options, field) => {
  const { error } = await putFile(target(url), file, options);
  expect(error).toMatchObject({ kind: "invalid-input", field });
});

test.each([undefined, {}, { url: "http://127.0.0.1:1/a" }, { url: 1, headers: { "content-type": "text/csv" } }])(
  "rejects an incomplete pre-signed URL: %o",
  async (preSignedUrl) => {
    const { error } = await putFile(preSignedUrl as never, file);
    expect(error).toMatchObject({ kind: "invalid-input", field: "preSignedUrl" });
  },
);

test("a file is not sent to a URL signed for another type, unless checkContent is false", async () => {
  const { url, requests } = await storage([200]);
  const forZip = target(url, "application/zip");
  const { error } = await putFile(forZip, file);
  expect(error).toMatchObject({ kind: "file", reason: "content-mismatch", path: file, retryable: false });
  expect(error?.message).toContain("does not match its URL, which is signed for application/zip");
  expect(requests).toEqual([]);
  expect((await putFile(forZip, file, { checkContent: false })).data?.bytes).toBe(BYTES);
});

test("accepts a host in allowedHosts", async () => {
  const options = { allowedHosts: ["storage.invalid"], maxAttempts: 1 };
  expect((await putFile(target("https://storage.invalid/a"), file, options)).error).toMatchObject({ kind: "network" });
});

test("a storage that stops reading causes an idle timeout", async () => {
  const origin = await rawServer((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      socket.pause();
    });
  });
  truncateSync(file, 64 * 1024 * 1024);
  const { error } = await putFile(target(`${origin}/a`), file, { idleTimeoutMs: 200, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 200 });
});

test("a storage that reads slowly does not cause an idle timeout", async () => {
  const origin = await rawServer((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      socket.pause();
      const more = setInterval(() => socket.read(), 5);
      socket.on("close", () => clearInterval(more));
    });
  });
  truncateSync(file, 64 * 1024 * 1024);
  const preSignedUrl = target(`${origin}/a`);
  // Generous, because the reader may be delayed on a busy machine.
  const options = { idleTimeoutMs: 2000, totalTimeoutMs: 4000, maxAttempts: 1 };
  expect((await putFile(preSignedUrl, file, options)).error).toMatchObject({ kind: "timeout", timeoutMs: 4000 });
});

test("a file that becomes unreadable is a file error", async () => {
  const { url, requests } = await storage([200]);
  const handle = await open(file);
  const failure = Object.assign(new Error("canary"), { code: "EIO", syscall: "read" });
  vi.spyOn(Object.getPrototypeOf(handle), "read").mockRejectedValue(failure);
  await handle.close();
  const { error } = await putFile(target(url), file, { checkContent: false });
  expect(error).toMatchObject({ kind: "file", reason: "unreadable", message: `${file} cannot be read: EIO` });
  expect(requests).toHaveLength(1);
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
  await vi.waitFor(() => expect(openDescriptors()).toEqual([]));
});

function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return execFileSync("readlink", [`/proc/${process.pid}/fd/${fd}`], { encoding: "utf8" }).trim() === file;
    } catch {
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

test("a signal that is aborted as the request starts prevents it", async () => {
  const controller = new AbortController();
  const { url, requests } = await storage([200]);
  const onEvent = () => controller.abort();
  expect((await putFile(target(url), file, { signal: controller.signal, onEvent })).error?.kind).toBe("aborted");
  expect(requests).toEqual([]);
});

test("a 200 before the whole file was sent is not a success", async () => {
  const origin = await rawServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
  });
  expect((await putFile(target(`${origin}/a`), file, { maxAttempts: 1 })).error?.kind).toBe("network");
});

test("an error response in the middle of the body stops the upload and is not lost", async () => {
  truncateSync(file, 64 * 1024 * 1024);
  const origin = await rawServer((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      // Stops reading.
      socket.once("data", () => {
        socket.pause();
        const body = xml("EntityTooLarge");
        socket.write(`HTTP/1.1 400 Bad Request\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      });
    });
  });
  const { error } = await putFile(target(`${origin}/a`), file);
  expect(error).toMatchObject({ kind: "storage", status: 400, code: "EntityTooLarge" });
});

test.each([
  ["that never ends", "content-length: 100\r\n\r\n<Error><Code>SlowDown</Code>", "SlowDown"],
  ["that is truncated", "content-length: 100\r\nconnection: close\r\n\r\n<Error>", null],
  ["that is too long", `\r\n<Error><Code>SlowDown</Code>${" ".repeat(200_000)}`, "SlowDown"],
])("an error response %s is read as far as it arrives", async (what, head, code) => {
  const origin = await rawServer((socket) => {
    socket.once("data", () => {
      socket.write(`HTTP/1.1 503 Busy\r\n${head}`);
      if (what === "that is truncated") socket.end();
    });
  });
  const { error } = await putFile(target(`${origin}/a`), file, { idleTimeoutMs: 200, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "storage", status: 503, code });
});

test.each([
  ["switches the protocol", "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n"],
  ["does not speak HTTP", "220 smtp.example ESMTP\r\n"],
])("a server that %s is a network error", async (_what, greeting) => {
  const origin = await rawServer((socket) => socket.once("data", () => socket.write(greeting)));
  const { error } = await putFile(target(`${origin}/a`), file, { maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "network" });
});

test("a server that only ever sends 100 Continue is a timeout", async () => {
  const origin = await rawServer((socket) => {
    const more = setInterval(() => socket.write("HTTP/1.1 100 Continue\r\n\r\n"), 20);
    socket.on("close", () => clearInterval(more)).resume();
  });
  const { error } = await putFile(target(`${origin}/a`), file, { idleTimeoutMs: 200, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 200 });
});

test("a connection reset is a network error without the URL", async () => {
  const origin = await rawServer((socket) => socket.destroy());
  const { error } = await putFile(target(`${origin}${SIGNED}`), file, { maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "network", code: "ECONNRESET", retryable: true });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});

test("an upload emits events for each request, response and retry, without secrets", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { url, origin } = await storage([503, xml("SlowDown")], [200]);
  const events: UploadEvent[] = [];
  const { data } = await putFile(target(url), file, { onEvent: (event) => events.push(event) });
  expect(data?.bytes).toBe(BYTES);
  const { host } = new URL(origin);
  const durationMs = expect.any(Number);
  expect(events).toEqual([
    { type: "request", host, attempt: 1 },
    { type: "response", host, attempt: 1, status: 503, durationMs },
    { type: "retry", host, attempt: 1, waitMs: 0, error: expect.objectContaining({ code: "SlowDown" }) },
    { type: "request", host, attempt: 2 },
    { type: "response", host, attempt: 2, status: 200, durationMs },
  ]);
  for (const event of events) if ("durationMs" in event) expect(event.durationMs).toBeGreaterThanOrEqual(0);
  expect(inspect(events, { depth: 9, showHidden: true })).not.toContain("canary");
});

test("a storage error has the request id", async () => {
  const { origin } = await loopbackServer((request, response) =>
    request.resume().on("end", () => response.writeHead(403, { "x-amz-request-id": "TX234S0F24A06C7K" }).end()),
  );
  expect((await putFile(target(`${origin}/a`), file)).error).toMatchObject({ requestId: "TX234S0F24A06C7K" });
});

describe("the storage's Retry-After", () => {
  /** Responds with 503 once, then accepts the file. Its clock differs from this machine's. */
  async function busyStorage(retryAfter: string) {
    const { origin, requests } = await loopbackServer((request, response) =>
      request.resume().on("end", () => {
        const first = requests.length === 1;
        const date = new Date(Date.UTC(2026, 10, 21)).toUTCString();
        response.writeHead(first ? 503 : 200, first ? { "retry-after": retryAfter, date } : {}).end();
      }),
    );
    const waits: number[] = [];
    const onEvent = (event: UploadEvent) => event.type === "retry" && waits.push(event.waitMs);
    return { url: `${origin}/a`, requests, waits, onEvent };
  }

  test.each([
    ["in seconds", "1"],
    ["as a date relative to the storage's clock", new Date(Date.UTC(2026, 10, 21, 0, 0, 1)).toUTCString()],
  ])("is honoured %s", async (_what, retryAfter) => {
    const { url, waits, onEvent } = await busyStorage(retryAfter);
    expect((await putFile(target(url), file, { onEvent })).data?.bytes).toBe(BYTES);
    expect(waits).toEqual([1000]);
  });

  test.each<[string, string, UploadOptions]>([
    ["the total limit", "60", { totalTimeoutMs: 30_000 }],
    ["five minutes, if there is no total limit", "301", {}],
    ["any timer can wait", "9".repeat(400), {}],
  ])("ends the upload at once if it is longer than %s", async (_what, retryAfter, options) => {
    const { url, requests, waits, onEvent } = await busyStorage(retryAfter);
    const { error } = await putFile(target(url), file, { ...options, onEvent });
    expect(error).toMatchObject({ kind: "storage", status: 503, retryable: true });
    expect(requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test.each<[string, string, UploadOptions]>([
    ["the total limit", "60", { totalTimeoutMs: 90_000 }],
    ["five minutes, if there is no total limit", "300", {}],
  ])("is honoured within %s", async (_what, retryAfter, options) => {
    const controller = new AbortController();
    const { url, waits } = await busyStorage(retryAfter);
    const onEvent = (event: UploadEvent) => {
      if (event.type !== "retry") return;
      waits.push(event.waitMs);
      controller.abort();
    };
    const { error } = await putFile(target(url), file, { ...options, onEvent, signal: controller.signal });
    expect(error?.kind).toBe("aborted");
    expect(waits).toEqual([Number(retryAfter) * 1000]);
  });
});

test("the delay before a PUT is at most five minutes, after any number of attempts", async () => {
  // Each delay has its maximum length but ends at once.
  vi.spyOn(Math, "random").mockReturnValue(1);
  const { setTimeout: realSetTimeout } = globalThis;
  const shortened = (callback: () => void, ms: number) => realSetTimeout(callback, waits.includes(ms) ? 0 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(shortened as typeof setTimeout);
  const waits: number[] = [];
  const { url, requests } = await storage([503]);
  const { error } = await putFile(target(url), Buffer.from("a"), {
    maxAttempts: 12,
    onEvent: (event) => event.type === "retry" && waits.push(event.waitMs),
  });
  expect(error).toMatchObject({ kind: "storage", status: 503 });
  expect(requests).toHaveLength(12);
  expect(waits.slice(0, 3)).toEqual([500, 1000, 2000]);
  expect(waits.slice(-3)).toEqual([128_000, 256_000, 300_000]);
});

test("limits do not follow the wall clock", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  vi.spyOn(Math, "random").mockReturnValue(1);
  const { url, server } = await storage([503]);
  const validFor = { ...target(url), expiresAt: new Date(Date.now() + 10 * 3_600_000) };
  server.on("request", () => vi.setSystemTime(Date.now() - 3_600_000));
  const { error } = await putFile(validFor, file, { maxAttempts: 20, totalTimeoutMs: 1000 });
  // The next delay of a second exceeds the time left.
  expect(error).toMatchObject({ kind: "storage", status: 503 });
});

test("accepts any client that returns results; one that throws is invalid input", async () => {
  const { url } = await storage([200]);
  const getPreSignedUrl = vi.fn(async (_input: object) => ({ data: target(url) }));
  expect((await uploadFile({ getPreSignedUrl } as GlsClient, file)).data?.bytes).toBe(BYTES);
  expect(getPreSignedUrl).toHaveBeenCalledWith({ fileName: "a.csv" }, { signal: expect.any(AbortSignal) });
  getPreSignedUrl.mockRejectedValue(new Error("canary"));
  const { error } = await uploadFile({ getPreSignedUrl } as GlsClient, file);
  expect(error).toMatchObject({ kind: "invalid-input", field: "client" });
  expect(error?.message).toBe("client must return a result, as getPreSignedUrl does; it threw");
  getPreSignedUrl.mockResolvedValue(undefined as never);
  expect((await uploadFile({ getPreSignedUrl } as GlsClient, file)).error?.message).toBe(
    "client must return a result, as getPreSignedUrl does",
  );
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

test("the stack of an error begins where the upload was called", async () => {
  const { error } = await putFile(target("http://127.0.0.1:1/a"), join(directory, "missing.csv"));
  expect(error?.stack?.split("\n")[1]).toContain("index.test.ts");
});

test.each(["onProgress", "onEvent"])("an %s that returns a rejected promise does not end the upload", async (hook) => {
  const { url } = await storage([200]);
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { data } = await putFile(target(url), file, { [hook]: () => Promise.reject(new Error("display")) });
  await new Promise(setImmediate);
  process.off("unhandledRejection", unhandled);
  expect(data?.bytes).toBe(BYTES);
  expect(unhandled).not.toHaveBeenCalled();
});

test("an onProgress that throws does not end the upload", async () => {
  const { url } = await storage([200]);
  const onProgress = () => {
    throw new Error("display");
  };
  expect((await putFile(target(url), file, { onProgress })).data?.bytes).toBe(BYTES);
});
