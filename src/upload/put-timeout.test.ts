import { spawn } from "node:child_process";
import { once } from "node:events";
import { truncateSync } from "node:fs";
import { Agent as HttpAgent, type Server } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect, type LookupFunction } from "node:net";
import { HttpsProxyAgent } from "https-proxy-agent";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { rawServer, toLoopback } from "../../test-support/loopback-server.js";
import { hasOpenssl, httpsServer, selfSignedCertificate } from "../../test-support/tls.js";
import { until } from "../../test-support/until.js";
import { BYTES, CONTENT, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { putFile } from "./index.js";

const { file } = csvFile();
const options = { fileName: "a.csv", maxAttempts: 1 };

/** A promise, and what resolves it. */
function signal() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Holds a lookup until it is released, which resolves the name to loopback. */
function heldLookup() {
  const requested = signal();
  const released = signal();
  const lookup: LookupFunction = async (...call) => {
    requested.resolve();
    await released.promise;
    toLoopback(...call);
  };
  return { lookup, requested: requested.promise, release: released.resolve };
}

/** An agent that holds an established connection until it is released. */
function heldAgent() {
  const requested = signal();
  const released = signal();
  class HeldAgent extends HttpAgent {
    override createConnection(...[{ port }, done]: Parameters<HttpAgent["createConnection"]>) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.once("connect", async () => {
        requested.resolve();
        await released.promise;
        done?.(null, socket);
      });
      return undefined;
    }
  }
  return { agent: new HeldAgent(), requested: requested.promise, release: released.resolve };
}

describe("the idle limit", () => {
  // Time passes only where a test says so.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  // Longer than the wait for 100 Continue.
  const limits = { ...options, idleTimeoutMs: 1200 };

  /** Expects an upload to time out after so many milliseconds, and not before. */
  async function expectTimeout(upload: ReturnType<typeof putFile>, ms: number) {
    const ended = vi.fn();
    upload.then(ended);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    const { error } = await upload;
    expect(error).toMatchObject({ kind: "timeout", timeoutMs: 1200, retryable: true });
    expect(error?.message).toBe("Timed out: no bytes moved for 1200 ms.");
  }

  test("applies while a name is resolved", async () => {
    const { lookup, requested } = heldLookup();
    const agent = new HttpAgent({ lookup } as object);
    const upload = putFile(target("http://localhost:1/a"), { file: CONTENT, ...limits, agent });
    await requested;
    await expectTimeout(upload, 1200);
  });

  test.skipIf(process.platform !== "linux")(
    "applies while a connection waits in a full backlog (Linux only: elsewhere it is refused)",
    async () => {
      // Listens, and never accepts.
      const script = `
        const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
          require("node:fs").writeSync(1, String(server.address().port));
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        });`;
      const child = spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
      const [port] = await once(child.stdout, "data");
      const fillers = Array.from({ length: 4 }, () => connect(Number(port), "127.0.0.1").on("error", () => {}));
      onTestFinished(() => {
        for (const socket of fillers) socket.destroy();
        child.kill("SIGKILL");
      });
      await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, "connect")));
      const upload = putFile(target(`http://127.0.0.1:${port}/a`), { file: CONTENT, ...limits });
      // The total and the idle limit, and the wait for 100 Continue.
      await until(() => vi.getTimerCount() === 3);
      await expectTimeout(upload, 1200);
    },
  );

  test("applies once to a slow lookup and a TLS handshake that hangs", async () => {
    const hello = signal();
    const origin = await rawServer((socket) => socket.once("data", hello.resolve));
    const { lookup, requested, release } = heldLookup();
    const agent = new HttpsAgent({ lookup } as object);
    const url = origin.replace("http://127.0.0.1", "https://storage.clear.in");
    const upload = putFile(target(`${url}/a`), { file: CONTENT, ...limits, agent });
    await requested;
    await vi.advanceTimersByTimeAsync(700);
    release();
    await hello.promise;
    await expectTimeout(upload, 500);
  });

  test("applies while a proxy does not respond", async () => {
    const connected = signal();
    const agent = new HttpsProxyAgent(await rawServer((socket) => socket.once("data", connected.resolve)));
    const upload = putFile(target("https://storage.clear.in/a"), { file: CONTENT, ...limits, agent });
    await connected.promise;
    await expectTimeout(upload, 1200);
  });

  test("applies to a proxy and the TLS handshake through it together", async () => {
    const connected = signal();
    const hello = signal();
    let respond = () => {};
    const proxy = await rawServer((socket) => {
      respond = () => void socket.once("data", hello.resolve).write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.once("data", connected.resolve);
    });
    const agent = new HttpsProxyAgent(proxy);
    const upload = putFile(target("https://storage.clear.in/a"), { file: CONTENT, ...limits, agent });
    await connected.promise;
    await vi.advanceTimersByTimeAsync(700);
    respond();
    await hello.promise;
    await expectTimeout(upload, 500);
  });

  /** Sends 100 Continue after another part of the limit. */
  function continueLate(server: Server) {
    server.on("checkContinue", async (request, response) => {
      await vi.advanceTimersByTimeAsync(700);
      response.writeContinue();
      server.emit("request", request, response);
    });
  }

  const slowLookup = () => {
    const { lookup, ...held } = heldLookup();
    return { ...held, agent: new HttpAgent({ lookup } as object) };
  };
  test.each([
    ["a slow lookup", slowLookup],
    ["a slow agent", heldAgent],
  ])("restarts once connected, after %s", async (_what, held) => {
    const { server, origin, bodies } = await storage();
    continueLate(server);
    const { agent, requested, release } = held();
    const url = origin.replace("127.0.0.1", "localhost");
    const upload = putFile(target(`${url}/a`), { file: CONTENT, ...limits, agent });
    await requested;
    await vi.advanceTimersByTimeAsync(700);
    release();
    expect((await upload).data?.bytes).toBe(BYTES);
    expect(bodies.map(({ length }) => length)).toEqual([BYTES]);
  });

  test.skipIf(!hasOpenssl)("restarts once the TLS handshake is done (needs openssl)", async () => {
    const certificate = selfSignedCertificate();
    const { port, server } = await httpsServer(certificate, (request, response) =>
      request.resume().on("end", () => response.end()),
    );
    continueLate(server);
    const { lookup, requested, release } = heldLookup();
    const agent = new HttpsAgent({ ca: certificate.cert, lookup } as object);
    const more = { agent, allowedHosts: ["localhost"] };
    const upload = putFile(target(`https://localhost:${port}/a`), { file: CONTENT, ...limits, ...more });
    await requested;
    await vi.advanceTimersByTimeAsync(700);
    release();
    expect((await upload).data?.bytes).toBe(BYTES);
  });
});

test("a storage that stops reading causes an idle timeout", async () => {
  const origin = await rawServer((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      socket.pause();
    });
  });
  truncateSync(file, 64 * 1024 * 1024);
  const { error } = await putFile(target(`${origin}/a`), { path: file, idleTimeoutMs: 200, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 200 });
});

test("a storage that reads slowly does not cause an idle timeout", async () => {
  const limits = { idleTimeoutMs: 500, totalTimeoutMs: 1500, maxAttempts: 1 };
  truncateSync(file, 64 * 1024 * 1024);
  const upload = async () => {
    let readAt = performance.now();
    let longestPause = 0;
    const origin = await rawServer((socket) => {
      const read = () => {
        longestPause = Math.max(longestPause, performance.now() - readAt);
        readAt = performance.now();
        socket.read();
      };
      socket.once("data", () => {
        socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        socket.pause();
        const more = setInterval(read, 5);
        socket.on("close", () => clearInterval(more));
      });
    });
    const { error } = await putFile(target(`${origin}/a`), { path: file, ...limits });
    return { error, isTooSlow: longestPause > limits.idleTimeoutMs / 2 };
  };
  let { error, isTooSlow } = await upload();
  // On a busy machine, the reader may stop for as long as the limit.
  while (isTooSlow) ({ error, isTooSlow } = await upload());
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: limits.totalTimeoutMs });
});

test("a server that only ever sends 100 Continue is a timeout", async () => {
  const origin = await rawServer((socket) => {
    const more = setInterval(() => socket.write("HTTP/1.1 100 Continue\r\n\r\n"), 20);
    socket.on("close", () => clearInterval(more)).resume();
  });
  const { error } = await putFile(target(`${origin}/a`), { path: file, idleTimeoutMs: 200, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 200 });
});
