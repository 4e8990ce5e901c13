import { spawn } from "node:child_process";
import { once } from "node:events";
import { truncateSync } from "node:fs";
import { Agent as HttpAgent, type Server } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect, type LookupFunction } from "node:net";
import { HttpsProxyAgent } from "https-proxy-agent";
import { describe, expect, onTestFinished, test } from "vitest";
import { rawServer, toLoopback } from "../../test-support/loopback-server.js";
import { hasOpenssl, httpsServer, selfSignedCertificate } from "../../test-support/tls.js";
import { BYTES, CONTENT, csvFile, storage, target } from "../../test-support/upload-fixtures.js";
import { putFile } from "./index.js";

const { file } = csvFile();
const options = { fileName: "a.csv", maxAttempts: 1 };

describe("the idle limit", () => {
  // If the idle limit did not apply, the total limit would end the upload.
  const limits = { ...options, idleTimeoutMs: 1200, totalTimeoutMs: 1600 };
  const idle = { kind: "timeout", timeoutMs: 1200, retryable: true };

  test("applies while a name is resolved", async () => {
    const agent = new HttpAgent({ lookup: () => {} });
    const { error } = await putFile(target("http://localhost:1/a"), CONTENT, { ...limits, agent });
    expect(error).toMatchObject(idle);
  });

  test.skipIf(process.platform !== "linux")(
    "applies while a connection waits in a full backlog (Linux only: elsewhere it is refused)",
    async () => {
      // Listens, and never accepts.
      const script = `
        const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
          require("node:fs").writeSync(1, String(server.address().port));
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000);
        });`;
      const child = spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
      const [port] = await once(child.stdout, "data");
      const fillers = Array.from({ length: 4 }, () => connect(Number(port), "127.0.0.1").on("error", () => {}));
      onTestFinished(() => {
        for (const socket of fillers) socket.destroy();
        child.kill("SIGKILL");
      });
      await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, "connect")));
      expect((await putFile(target(`http://127.0.0.1:${port}/a`), CONTENT, limits)).error).toMatchObject(idle);
    },
  );

  test("applies once while a TLS handshake hangs", async () => {
    const origin = await rawServer((socket) => socket.resume());
    const url = origin.replace("http:", "https:");
    const { error } = await putFile(target(`${url}/a`), CONTENT, { ...limits, allowedHosts: ["127.0.0.1"] });
    expect(error).toMatchObject(idle);
  });

  test("applies while a proxy does not respond", async () => {
    const proxy = await rawServer((socket) => socket.resume());
    const agent = new HttpsProxyAgent(proxy);
    const { error } = await putFile(target("https://storage.clear.in/a"), CONTENT, { ...limits, agent });
    expect(error).toMatchObject(idle);
  });

  test("applies to a proxy and the TLS handshake through it together", async () => {
    const proxy = await rawServer((socket) => {
      socket.once("data", () => setTimeout(() => socket.write("HTTP/1.1 200 Connection established\r\n\r\n"), 600));
    });
    const agent = new HttpsProxyAgent(proxy);
    const { error } = await putFile(target("https://storage.clear.in/a"), CONTENT, { ...limits, agent });
    expect(error).toMatchObject(idle);
    expect(error?.message).toBe("Timed out: no bytes moved for 1200 ms.");
  });

  /** Returns an established connection, after most of the limit. */
  class ConnectedAgent extends HttpAgent {
    override createConnection(...[{ port }, done]: Parameters<HttpAgent["createConnection"]>) {
      const socket = connect(Number(port), "127.0.0.1");
      setTimeout(() => done?.(null, socket), 600);
      return undefined;
    }
  }
  const slowLookup: LookupFunction = (...call) => setTimeout(() => toLoopback(...call), 600);

  /** Sends 100 Continue after most of the limit. */
  function continueLate(server: Server) {
    server.on("checkContinue", (request, response) => {
      setTimeout(() => {
        response.writeContinue();
        server.emit("request", request, response);
      }, 600);
    });
  }

  test.each<[string, () => HttpAgent]>([
    ["after a slow lookup", () => new HttpAgent({ lookup: slowLookup } as object)],
    ["after a slow agent", () => new ConnectedAgent()],
  ])("restarts once connected, %s", async (_what, agent) => {
    const { server, origin, bodies } = await storage();
    continueLate(server);
    const url = origin.replace("127.0.0.1", "localhost");
    const more = { agent: agent(), idleTimeoutMs: 1000 };
    expect((await putFile(target(`${url}/a`), CONTENT, { ...options, ...more })).data?.bytes).toBe(BYTES);
    expect(bodies.map(({ length }) => length)).toEqual([BYTES]);
  });

  test.skipIf(!hasOpenssl)("restarts once the TLS handshake is done (needs openssl)", async () => {
    const certificate = selfSignedCertificate();
    const { port, server } = await httpsServer(certificate, (request, response) =>
      request.resume().on("end", () => response.end()),
    );
    continueLate(server);
    const agent = new HttpsAgent({ ca: certificate.cert, lookup: slowLookup } as object);
    const more = { agent, idleTimeoutMs: 1000, allowedHosts: ["localhost"] };
    const { data } = await putFile(target(`https://localhost:${port}/a`), CONTENT, { ...options, ...more });
    expect(data?.bytes).toBe(BYTES);
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

test("a server that only ever sends 100 Continue is a timeout", async () => {
  const origin = await rawServer((socket) => {
    const more = setInterval(() => socket.write("HTTP/1.1 100 Continue\r\n\r\n"), 20);
    socket.on("close", () => clearInterval(more)).resume();
  });
  const { error } = await putFile(target(`${origin}/a`), file, { idleTimeoutMs: 200, maxAttempts: 1 });
  expect(error).toMatchObject({ kind: "timeout", timeoutMs: 200 });
});
