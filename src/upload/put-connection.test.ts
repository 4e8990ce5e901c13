import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect, type NetConnectOpts } from "node:net";
import { ClientRequestInterceptor } from "@mswjs/interceptors/ClientRequest";
import { HttpsProxyAgent } from "https-proxy-agent";
import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { toLoopback } from "../../test-support/loopback-server.js";
import { connectProxy, hasOpenssl, httpsServer, selfSignedCertificate } from "../../test-support/tls.js";
import { BYTES, CONTENT, storage, target } from "../../test-support/upload-fixtures.js";
import { createGlsClient, type Fetch } from "../index.js";
import { putFile } from "./index.js";

const options = { fileName: "a.csv", maxAttempts: 1 };

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the agent", () => {
  test("opens the connection; without an agent each PUT has its own", async () => {
    const { origin, requests } = await storage();
    const agent = new HttpAgent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const createConnection = vi.spyOn(agent as HttpAgent & { createConnection(): void }, "createConnection");
    for (const more of [{ agent }, { agent }, {}, {}]) {
      expect((await putFile(target(`${origin}/a`), { file: CONTENT, ...options, ...more })).error).toBeUndefined();
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
    const { error } = await putFile(target(`${origin}/a`), { file: CONTENT, ...options, agent: agent as HttpAgent });
    expect(error).toMatchObject({ kind: "invalid-input", field: "agent", message });
    expect(requests).toEqual([]);
  });
});

/** An agent on whose connections writes of a body fail, before the connection reports the error. */
function failingAgent(): HttpAgent {
  const createConnection = (options: NetConnectOpts) => {
    const socket = connect(options);
    const write = socket.write.bind(socket);
    const failing = (chunk: Buffer, encoding: BufferEncoding, done?: (error: Error) => void) => {
      if (!done) return write(chunk, encoding);
      const error = Object.assign(new Error("canary"), { code: "EPIPE" });
      done(error);
      setImmediate(() => socket.destroy(error));
      return false;
    };
    return Object.assign(socket, { write: failing });
  };
  return Object.assign(new HttpAgent(), { createConnection });
}

test("a write that fails is a network error", async () => {
  const { url, bodies } = await storage();
  const { error } = await putFile(target(url), { file: Buffer.from("a,b\n"), ...options, agent: failingAgent() });
  expect(error).toMatchObject({ kind: "network", code: "EPIPE" });
  expect(bodies).toEqual([]);
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
    const { data, error } = await putFile(target(`https://127.0.0.1:${port}/a`), { file: CONTENT, ...secure, agent });
    expect(error).toBeUndefined();
    expect(data?.bytes).toBe(BYTES);
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
    const { error } = await putFile(target(`https://127.0.0.1:${port}/a`), {
      file: CONTENT,
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
    const { error } = await putFile(target(`https://storage.clear.in:${port}/a`), { file: CONTENT, ...options, agent });
    expect(error).toMatchObject({ kind: "network", code: "ERR_TLS_CERT_ALTNAME_INVALID", retryable: false });
  });

  test("a storage that ignores Expect gets the file after the handshake", async () => {
    const { port, puts } = await secureStorage();
    const agent = new HttpsAgent({ ca });
    const { data } = await putFile(target(`https://localhost:${port}/a`), { file: CONTENT, ...secure, agent });
    expect(data?.bytes).toBe(BYTES);
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
    const { data, error } = await putFile(target(url), { file: CONTENT, ...options });
    expect(error).toBeUndefined();
    expect(data?.bytes).toBe(BYTES);
    expect(bodies).toEqual([BYTES]);
  },
);
