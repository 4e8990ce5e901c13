import { getEventListeners } from "node:events";
import { truncateSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { loopbackServer, rawServer } from "../../test-support/loopback-server.js";
import { until } from "../../test-support/until.js";
import {
  BYTES,
  CONTENT,
  csvFile,
  responseReceived,
  SIGNED,
  storage,
  target,
  xml,
} from "../../test-support/upload-fixtures.js";
import { type Progress, putFile } from "./index.js";

const { file } = csvFile();
const options = { fileName: "a.csv", maxAttempts: 1 };

/** Stops the clock, except for the kernel's. */
const fakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
afterEach(() => void vi.useRealTimers());

test("sends the whole file with exactly the signed headers, and reports the bytes and the URL", async () => {
  const { url, requests, bodies } = await storage([200]);
  const progress: Progress[] = [];
  const { data, error } = await putFile(target(url), { path: file, onProgress: (step) => progress.push(step) });
  expect(error).toBeUndefined();
  expect(data?.preSignedUrl.url).toBe(url);
  expect(data?.bytes).toBe(BYTES);
  expect(bodies[0]?.equals(CONTENT)).toBe(true);
  const { connection: _, host: __, ...headers } = requests[0]?.headers ?? {};
  expect(headers).toEqual({ "content-type": "text/csv", "content-length": String(BYTES), expect: "100-continue" });
  expect(requests[0]?.method).toBe("PUT");
  expect(requests[0]?.url).toBe(SIGNED);
  expect(progress.at(-1)).toEqual({ bytes: BYTES, total: BYTES });
  expect(progress.filter(({ bytes }) => bytes === BYTES)).toHaveLength(1);
});

test("sends to a storage that ignores Expect, after a second", async () => {
  fakeTimers();
  let received = 0;
  const origin = await rawServer((socket) => {
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > BYTES) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    });
  });
  const onProgress = vi.fn();
  const upload = putFile(target(`${origin}/a`), { path: file, onProgress });
  await until(() => received > 0);
  await vi.advanceTimersByTimeAsync(999);
  expect(onProgress).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect((await upload).data?.bytes).toBe(BYTES);
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
  const { error } = await putFile(target(`${origin}${SIGNED}`), { path: file });
  expect(error).toMatchObject({ kind: "storage", status: 403, code: "SignatureDoesNotMatch", retryable: false });
  expect(sent).toBe(0);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});

describe("a response in the middle of the body", () => {
  test("stops the upload, although the storage still reads", async () => {
    let read = 0;
    const origin = await rawServer((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 100 Continue\r\n\r\n"));
      socket.on("data", (chunk: Buffer) => {
        const before = read;
        read += chunk.length;
        // The response never ends.
        if (before < 1000 && read >= 1000) socket.write("HTTP/1.1 503 Slow Down\r\ncontent-length: 100\r\n\r\n<Error>");
      });
    });
    fakeTimers();
    const received = responseReceived();
    const upload = putFile(target(`${origin}/a`), { file: new Uint8Array(256 * 1024 * 1024), maxAttempts: 1 });
    await received;
    // Until the storage has read all that was sent.
    for (let before = -1; before < read; ) {
      before = read;
      for (let i = 0; i < 100; i++) await turn();
    }
    vi.advanceTimersByTime(60_000);
    expect((await upload).error).toMatchObject({ kind: "storage", status: 503 });
    // Already in flight: the socket buffers and two chunks.
    expect(read).toBeLessThan(64 * 1024 * 1024);
  });

  test("is read completely, in any number of pieces", async () => {
    const origin = await rawServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 403 Forbidden\r\ncontent-length: 46\r\n\r\n<Error><Code>Signature");
        setTimeout(() => socket.write("DoesNotMatch</Code></Error>"), 100);
      });
    });
    const { error } = await putFile(target(`${origin}/a`), { file: CONTENT, ...options });
    expect(error).toMatchObject({ kind: "storage", status: 403, code: "SignatureDoesNotMatch" });
  });

  test("is read up to 64 KiB if it never ends", async () => {
    const origin = await rawServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 403 Forbidden\r\n\r\n<Error><Code>AccessDenied</Code>");
        const more = setInterval(() => socket.write(" ".repeat(16 * 1024)), 5);
        socket.on("close", () => clearInterval(more));
      });
    });
    const { error } = await putFile(target(`${origin}/a`), { file: CONTENT, ...options, totalTimeoutMs: 60_000 });
    expect(error).toMatchObject({ kind: "storage", status: 403, code: "AccessDenied" });
  });

  test("is not a success while bytes wait to be sent", async () => {
    /** A connection that sends the headers but never the body, and receives a 200 nevertheless. */
    class StuckSocket extends Socket {
      #writes = 0;
      override _writev(_chunks: unknown, done: () => void) {
        if (this.#writes++ === 0) {
          this.push("HTTP/1.1 100 Continue\r\n\r\n");
          done();
        } else {
          setImmediate(() => this.push("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        }
      }
      override _write(chunk: unknown, _encoding: string, done: () => void) {
        this._writev([chunk], done);
      }
      override _read() {}
    }
    class StuckAgent extends HttpAgent {
      override createConnection() {
        return new StuckSocket();
      }
    }
    const { error } = await putFile(target("http://127.0.0.1:1/a"), {
      file: CONTENT.subarray(0, 100),
      ...options,
      agent: new StuckAgent(),
      totalTimeoutMs: 60_000,
    });
    expect(error).toMatchObject({ kind: "network" });
  });
});

test("reports the bytes as they are sent", async () => {
  const { origin } = await storage();
  const steps: number[] = [];
  await putFile(target(`${origin}/a`), { file: CONTENT, ...options, onProgress: (step) => steps.push(step.bytes) });
  expect(steps).toEqual([0, 1024 ** 2, 2 * 1024 ** 2, BYTES]);
});

test.each<[string, "aborted" | "network" | "timeout" | undefined]>([
  ["a success", undefined],
  ["an abort", "aborted"],
  ["a lost connection", "network"],
  ["a timeout", "timeout"],
])("leaves no connection, timer or listener after %s", async (_what, kind) => {
  const sockets = new Set<Socket>();
  const controller = new AbortController();
  const { origin, server } = await loopbackServer((request, response) => {
    if (kind === undefined) request.resume().on("end", () => response.end());
    if (kind === "timeout") request.resume();
    if (kind === "network") request.once("data", () => request.socket.destroy());
    if (kind === "aborted") request.once("data", () => controller.abort());
  });
  server.on("connection", (socket) => sockets.add(socket));
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const agent = new HttpAgent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const { error } = await putFile(target(`${origin}/a`), {
    file: CONTENT,
    ...options,
    ...(kind === undefined ? {} : { agent }),
    signal: controller.signal,
    idleTimeoutMs: kind === "timeout" ? 300 : 60_000,
  });
  expect(error?.kind).toBe(kind);
  if (kind === "aborted") expect(error?.message).toBe("The call was aborted.");
  expect(timers()).toBeLessThanOrEqual(before);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
});

describe("a storage that responds to Expect with 417", () => {
  test("gets the request again without Expect, within the same attempt", async () => {
    const { server, origin, requests, bodies } = await storage();
    server.on("checkContinue", (_request, response) => response.writeHead(417, { connection: "close" }).end());
    // The wait for 100 Continue, which no longer applies, would never end.
    fakeTimers();
    const events: string[] = [];
    const { data } = await putFile(target(`${origin}/a`), {
      file: CONTENT,
      ...options,
      onEvent: (event) => events.push(`${event.type} ${event.attempt}`),
    });
    expect(data?.bytes).toBe(BYTES);
    expect(bodies.map(({ length }) => length)).toEqual([BYTES]);
    expect(requests[0]?.headers).toMatchObject({ "content-length": String(BYTES) });
    expect(requests[0]?.headers.expect).toBeUndefined();
    expect(events).toEqual(["request 1", "response 1", "request 1", "response 1"]);
  });

  test("does not get a third request", async () => {
    const { origin, requests, server } = await loopbackServer((request, response) =>
      request.resume().on("end", () => response.writeHead(417).end()),
    );
    server.on("checkContinue", (_request, response) => response.writeHead(417, { connection: "close" }).end());
    const { error } = await putFile(target(`${origin}/a`), { file: CONTENT, ...options });
    expect(error).toMatchObject({ kind: "storage", status: 417, retryable: false });
    expect(requests).toHaveLength(1);
  });
});

test("a signal that is aborted as the request starts prevents it", async () => {
  const controller = new AbortController();
  const { url, requests } = await storage([200]);
  const onEvent = () => controller.abort();
  expect((await putFile(target(url), { path: file, signal: controller.signal, onEvent })).error?.kind).toBe("aborted");
  expect(requests).toEqual([]);
});

test("a 200 before the whole file was sent is not a success", async () => {
  const origin = await rawServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
  });
  expect((await putFile(target(`${origin}/a`), { path: file, maxAttempts: 1 })).error?.kind).toBe("network");
});

test.each([
  ["of a known length", "content-length: 5\r\n\r\n"],
  ["in chunks", "transfer-encoding: chunked\r\n\r\n"],
  ["in chunks, after white space", "transfer-encoding: chunked\r\n\r\n1\r\n\n\r\n"],
])("a 200 whose body (%s) is cut off is not a success", async (_what, head) => {
  const { origin } = await loopbackServer((request) => {
    request.resume().on("end", () => request.socket.end(`HTTP/1.1 200 OK\r\n${head}`));
  });
  const { error } = await putFile(target(`${origin}/a`), { path: file, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "network", retryable: true });
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
  const { error } = await putFile(target(`${origin}/a`), { path: file });
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
  fakeTimers();
  const received = responseReceived();
  const upload = putFile(target(`${origin}/a`), { path: file, maxAttempts: 1 });
  await received;
  if (what === "that never ends") await vi.advanceTimersByTimeAsync(60_000);
  expect((await upload).error).toMatchObject({ kind: "storage", status: 503, code });
});

test.each([
  ["switches the protocol", "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n"],
  ["does not speak HTTP", "220 smtp.example ESMTP\r\n"],
])("a server that %s is a network error", async (_what, greeting) => {
  const origin = await rawServer((socket) => socket.once("data", () => socket.write(greeting)));
  const { error } = await putFile(target(`${origin}/a`), { path: file, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "network" });
});

test("a connection reset is a network error without the URL", async () => {
  const origin = await rawServer((socket) => socket.destroy());
  const { error } = await putFile(target(`${origin}${SIGNED}`), { path: file, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "network", code: "ECONNRESET", retryable: true });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
});
