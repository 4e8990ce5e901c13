import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { Agent as HttpAgent, type Server } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect, type LookupFunction, Socket } from "node:net";
import { ClientRequestInterceptor } from "@mswjs/interceptors/ClientRequest";
import { HttpsProxyAgent } from "https-proxy-agent";
import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { loopbackServer, rawServer } from "../../test-support/loopback-server.js";
import { connectProxy, hasOpenssl, httpsServer, selfSignedCertificate } from "../../test-support/tls.js";
import { createGlsClient, type Fetch, type PreSignedUrl } from "../index.js";
import { putFile } from "./index.js";

const bytes = Buffer.alloc(2_500_000, "0123456789\n");
const options = { fileName: "a.csv", maxAttempts: 1 };

function target(url: string): PreSignedUrl {
  const headers = { "content-type": "text/csv" };
  return { url, method: "PUT", headers, expiresAt: new Date(Date.now() + 60_000) };
}

/** Resolves every name to loopback. */
const toLoopback: LookupFunction = (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);

/** A storage that records the length of each body. */
async function storage() {
  const received: number[] = [];
  const server = await loopbackServer((request, response) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
    });
    request.on("end", () => {
      received.push(length);
      response.end();
    });
  });
  return { ...server, received };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the idle limit", () => {
  // If the idle limit did not apply, the total limit would end the upload.
  const limits = { ...options, idleTimeoutMs: 1200, totalTimeoutMs: 1600 };
  const idle = { kind: "timeout", timeoutMs: 1200, retryable: true };

  test("applies while a name is resolved", async () => {
    const agent = new HttpAgent({ lookup: () => {} });
    const { error } = await putFile(target("http://localhost:1/a"), bytes, { ...limits, agent });
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
      expect((await putFile(target(`http://127.0.0.1:${port}/a`), bytes, limits)).error).toMatchObject(idle);
    },
  );

  test("applies once while a TLS handshake hangs", async () => {
    const origin = await rawServer((socket) => socket.resume());
    const url = origin.replace("http:", "https:");
    const { error } = await putFile(target(`${url}/a`), bytes, { ...limits, allowedHosts: ["127.0.0.1"] });
    expect(error).toMatchObject(idle);
  });

  test("applies while a proxy does not respond", async () => {
    const proxy = await rawServer((socket) => socket.resume());
    const agent = new HttpsProxyAgent(proxy);
    const { error } = await putFile(target("https://storage.clear.in/a"), bytes, { ...limits, agent });
    expect(error).toMatchObject(idle);
  });

  test("applies to a proxy and the TLS handshake through it together", async () => {
    const proxy = await rawServer((socket) => {
      socket.once("data", () => setTimeout(() => socket.write("HTTP/1.1 200 Connection established\r\n\r\n"), 600));
    });
    const agent = new HttpsProxyAgent(proxy);
    const { error } = await putFile(target("https://storage.clear.in/a"), bytes, { ...limits, agent });
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
    const { server, origin, received } = await storage();
    continueLate(server);
    const url = origin.replace("127.0.0.1", "localhost");
    const more = { agent: agent(), idleTimeoutMs: 1000 };
    expect((await putFile(target(`${url}/a`), bytes, { ...options, ...more })).data?.bytes).toBe(bytes.length);
    expect(received).toEqual([bytes.length]);
  });

  test.skipIf(!hasOpenssl)("restarts once the TLS handshake is done (needs openssl)", async () => {
    const certificate = selfSignedCertificate();
    const { port, server } = await httpsServer(certificate, (request, response) =>
      request.resume().on("end", () => response.end()),
    );
    continueLate(server);
    const agent = new HttpsAgent({ ca: certificate.cert, lookup: slowLookup } as object);
    const more = { agent, idleTimeoutMs: 1000, allowedHosts: ["localhost"] };
    const { data } = await putFile(target(`https://localhost:${port}/a`), bytes, { ...options, ...more });
    expect(data?.bytes).toBe(bytes.length);
  });
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
    const large = new Uint8Array(256 * 1024 * 1024);
    const { error } = await putFile(target(`${origin}/a`), large, { maxAttempts: 1, idleTimeoutMs: 300 });
    expect(error).toMatchObject({ kind: "storage", status: 503 });
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
    const { error } = await putFile(target(`${origin}/a`), bytes, options);
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
    const { error } = await putFile(target(`${origin}/a`), bytes, { ...options, totalTimeoutMs: 10_000 });
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
    const { error } = await putFile(target("http://127.0.0.1:1/a"), bytes.subarray(0, 100), {
      ...options,
      agent: new StuckAgent(),
      totalTimeoutMs: 5000,
    });
    expect(error).toMatchObject({ kind: "network" });
  });
});

test("reports the bytes as they are sent", async () => {
  const { origin } = await storage();
  const steps: number[] = [];
  await putFile(target(`${origin}/a`), bytes, { ...options, onProgress: (step) => steps.push(step.bytes) });
  expect(steps).toEqual([0, 1024 ** 2, 2 * 1024 ** 2, bytes.length]);
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
  const { error } = await putFile(target(`${origin}/a`), bytes, {
    ...options,
    ...(kind === undefined ? {} : { agent }),
    signal: controller.signal,
    idleTimeoutMs: kind === "timeout" ? 300 : 60_000,
  });
  expect(error?.kind).toBe(kind);
  if (kind === "aborted") expect(error?.message).toBe("The upload was aborted.");
  expect(timers()).toBeLessThanOrEqual(before);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  await vi.waitFor(() => expect([...sockets].every((socket) => socket.destroyed)).toBe(true));
});

describe("a storage that responds to Expect with 417", () => {
  test("gets the request again without Expect, within the same attempt", async () => {
    const { server, origin, requests, received } = await storage();
    server.on("checkContinue", (_request, response) => response.writeHead(417, { connection: "close" }).end());
    const events: string[] = [];
    const { data } = await putFile(target(`${origin}/a`), bytes, {
      ...options,
      // Shorter than the wait for 100 Continue, which no longer applies.
      idleTimeoutMs: 900,
      onEvent: (event) => events.push(`${event.type} ${event.attempt}`),
    });
    expect(data?.bytes).toBe(bytes.length);
    expect(received).toEqual([bytes.length]);
    expect(requests[0]?.headers).toMatchObject({ "content-length": String(bytes.length) });
    expect(requests[0]?.headers.expect).toBeUndefined();
    expect(events).toEqual(["request 1", "response 1", "request 1", "response 1"]);
  });

  test("does not get a third request", async () => {
    const { origin, requests, server } = await loopbackServer((request, response) =>
      request.resume().on("end", () => response.writeHead(417).end()),
    );
    server.on("checkContinue", (_request, response) => response.writeHead(417, { connection: "close" }).end());
    const { error } = await putFile(target(`${origin}/a`), bytes, options);
    expect(error).toMatchObject({ kind: "storage", status: 417, retryable: false });
    expect(requests).toHaveLength(1);
  });
});

describe("the agent", () => {
  test("opens the connection; without an agent each PUT has its own", async () => {
    const { origin, requests } = await storage();
    const agent = new HttpAgent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const createConnection = vi.spyOn(agent as HttpAgent & { createConnection(): void }, "createConnection");
    for (const more of [{ agent }, { agent }, {}, {}]) {
      expect((await putFile(target(`${origin}/a`), bytes, { ...options, ...more })).error).toBeUndefined();
    }
    expect(createConnection).toHaveBeenCalled();
    expect(requests.map(({ headers }) => headers.connection)).toEqual(["keep-alive", "keep-alive", "close", "close"]);
  });

  test.each<[string, unknown, string]>([
    ["a string", "http://127.0.0.1:3128", "agent must be an http.Agent, such as https-proxy-agent makes"],
    ["null", null, "agent must be an http.Agent, such as https-proxy-agent makes"],
    ["an agent for https", new HttpsAgent(), "agent does not support http: URLs"],
  ])("must not be %s for a storage on http", async (_what, agent, message) => {
    const { origin, requests } = await storage();
    const { error } = await putFile(target(`${origin}/a`), bytes, { ...options, agent: agent as HttpAgent });
    expect(error).toMatchObject({ kind: "invalid-input", field: "agent", message });
    expect(requests).toEqual([]);
  });
});

describe.skipIf(!hasOpenssl)("over TLS (needs openssl)", () => {
  const certificate = hasOpenssl ? selfSignedCertificate() : { key: Buffer.of(), cert: Buffer.of() };
  const ca = certificate.cert;
  const secure = { ...options, allowedHosts: ["127.0.0.1", "localhost"] };

  async function secureStorage() {
    let puts = 0;
    const { port } = await httpsServer(certificate, (request, response) => {
      puts++;
      request.resume().on("end", () => response.end());
    });
    return { port, puts: () => puts };
  }

  test("uploads through a proxy, which sees only the host", async () => {
    const { port } = await secureStorage();
    const proxy = await connectProxy();
    // HttpsProxyAgent's `ca` applies only to the proxy; NODE_EXTRA_CA_CERTS would apply to both.
    class TrustingAgent extends HttpsProxyAgent<string> {
      override connect(...[request, options]: Parameters<HttpsProxyAgent<string>["connect"]>) {
        const trusting = { ...options, ca };
        return super.connect(request, trusting);
      }
    }
    const agent = new TrustingAgent(proxy.url);
    const { data, error } = await putFile(target(`https://127.0.0.1:${port}/a`), bytes, { ...secure, agent });
    expect(error).toBeUndefined();
    expect(data?.bytes).toBe(bytes.length);
    expect(proxy.targets).toEqual([`127.0.0.1:${port}`]);
  });

  test("the API is reached through the same proxy with undici's fetch, as in the guide for Node 20 and 22", async () => {
    const { port } = await httpsServer(certificate, (_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ success: true, result: { uploadUrl: "https://storage.clear.in/a" } }));
    });
    const proxy = await connectProxy();
    const dispatcher = new EnvHttpProxyAgent({ httpsProxy: proxy.url, requestTls: { ca } });
    onTestFinished(() => dispatcher.close());
    const gls = createGlsClient({
      baseUrl: `https://127.0.0.1:${port}`,
      authToken: "a",
      integrationId: "00000000-0000-4000-8000-000000000000",
      fetch: ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as Fetch,
    });
    const { data, error } = await gls.getPreSignedUrl({ fileName: "a.csv" });
    expect(error).toBeUndefined();
    expect(data?.url).toBe("https://storage.clear.in/a");
    expect(proxy.targets).toEqual([`127.0.0.1:${port}`]);
  });

  test("an untrusted certificate is not retried", async () => {
    const { port, puts } = await secureStorage();
    const events: string[] = [];
    const { error } = await putFile(target(`https://127.0.0.1:${port}/a`), bytes, {
      ...secure,
      maxAttempts: 3,
      onEvent: ({ type }) => events.push(type),
    });
    expect(error).toMatchObject({ kind: "network", code: "DEPTH_ZERO_SELF_SIGNED_CERT", retryable: false });
    expect(events).toEqual(["request"]);
    expect(puts()).toBe(0);
  });

  test("a certificate for another host is not retryable", async () => {
    const { port } = await secureStorage();
    const agent = new HttpsAgent({ ca, lookup: toLoopback } as object);
    const { error } = await putFile(target(`https://storage.clear.in:${port}/a`), bytes, { ...options, agent });
    expect(error).toMatchObject({ kind: "network", code: "ERR_TLS_CERT_ALTNAME_INVALID", retryable: false });
  });

  test("a storage that ignores Expect gets the file after the handshake", async () => {
    const { port, puts } = await secureStorage();
    const agent = new HttpsAgent({ ca });
    const { data } = await putFile(target(`https://localhost:${port}/a`), bytes, { ...secure, agent });
    expect(data?.bytes).toBe(bytes.length);
    expect(puts()).toBe(1);
  });
});

test.each(["http://localhost:1/a", "https://storage.clear.in/a"])(
  "an interceptor such as msw's sees the PUT to %s",
  async (url) => {
    const bodies: number[] = [];
    const interceptor = new ClientRequestInterceptor();
    interceptor.on("request", async ({ request, controller }) => {
      bodies.push((await request.arrayBuffer()).byteLength);
      controller.respondWith(new Response(null, { status: 200 }));
    });
    interceptor.apply();
    onTestFinished(() => interceptor.dispose());
    const { data, error } = await putFile(target(url), bytes, options);
    expect(error).toBeUndefined();
    expect(data?.bytes).toBe(bytes.length);
    expect(bodies).toEqual([bytes.length]);
  },
);
