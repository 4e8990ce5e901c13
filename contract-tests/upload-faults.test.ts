/** What goes wrong on the way to storage: the result is a stored whole file or a typed error, and nothing leaks. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { PreSignedUrl } from "../src/index.js";
import { type RunningServer, startServer } from "../src/sandbox/server.js";
import { UrlSigner } from "../src/sandbox/signing.js";
import { SandboxStorage } from "../src/sandbox/storage.js";
import { putFile } from "../src/upload/index.js";
import { leaks, secretsOf } from "./canary.js";
import { loopbackServer, rawServer } from "./loopback-server.js";

const MIB = 1024 ** 2;
const directory = mkdtempSync(join(tmpdir(), "clear-presign-faults-"));
const file = join(directory, "a.csv");
const content = Buffer.alloc(16 * MIB, "0123456789,\n");
const signer = new UrlSigner();
const storage = new SandboxStorage(directory, signer);
let server: RunningServer;
const port = () => Number(new URL(server.origin).port);

beforeAll(async () => {
  writeFileSync(file, content);
  server = await startServer("storage", 0, storage.handle, () => {});
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

async function target(origin: string): Promise<PreSignedUrl> {
  const url = await signer.sign("cfc", origin, "text/csv", 600);
  return { url, method: "PUT", headers: { "content-type": "text/csv" }, expiresAt: new Date(Date.now() + 600_000) };
}

/** The storage behind a proxy that cuts connections after so many bytes of what the client sends. */
function cutting(cuts: number[], how: "destroy" | "resetAndDestroy") {
  return rawServer((client) => {
    const cut = cuts.shift() ?? Number.POSITIVE_INFINITY;
    let sent = 0;
    const upstream = connect(port(), "127.0.0.1");
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
    client.on("data", (chunk: Buffer) => {
      const left = Math.max(0, cut - sent);
      sent += chunk.length;
      upstream.write(chunk.subarray(0, left));
      if (left < chunk.length) {
        client[how]();
        upstream.end();
      }
    });
    upstream.pipe(client);
  });
}

const stored = (url: string) => (existsSync(storage.pathOf(url)) ? readFileSync(storage.pathOf(url)) : undefined);

test.each(["destroy", "resetAndDestroy"] as const)(
  "a connection that is cut at any MiB (%s) leaves the whole file or none, and an error",
  async (how) => {
    for (let mib = 0; mib <= 16; mib++) {
      const preSignedUrl = await target(await cutting([mib * MIB], how));
      const { data, error } = await putFile(preSignedUrl, file, { maxAttempts: 1 });
      expect(data, `cut at ${mib} MiB`).toBeUndefined();
      expect(error, `cut at ${mib} MiB`).toMatchObject({ kind: "network", retryable: true });
      expect(stored(preSignedUrl.url)?.equals(content) ?? true, `cut at ${mib} MiB`).toBe(true);
    }
  },
);

test("a connection that is cut once, at any MiB, ends in a stored whole file", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  for (let mib = 0; mib <= 16; mib++) {
    const preSignedUrl = await target(await cutting([mib * MIB], "destroy"));
    const { data } = await putFile(preSignedUrl, file);
    expect(data?.bytes, `cut at ${mib} MiB`).toBe(content.length);
    expect(stored(preSignedUrl.url)?.equals(content), `cut at ${mib} MiB`).toBe(true);
  }
  vi.restoreAllMocks();
});

test("40 of 40 early refusals surface as the storage's error", async () => {
  for (let i = 0; i < 40; i++) {
    const preSignedUrl = await target(server.origin);
    const spoiled = { ...preSignedUrl, headers: { "content-type": "text/plain" } };
    const { error } = await putFile(spoiled, file, { checkContent: false });
    expect(error).toMatchObject({ kind: "storage", status: 403, code: "SignatureDoesNotMatch" });
    expect(stored(preSignedUrl.url)).toBeUndefined();
  }
});

/** What this process has open: files, sockets and pipes. */
const descriptors = () =>
  readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const name = readlinkSync(`/proc/self/fd/${fd}`);
      return name.startsWith("socket:") || name === file ? [name] : [];
    } catch {
      // It was the one of the reading itself.
      return [];
    }
  });

test.skipIf(process.platform !== "linux")(
  "200 aborted uploads leave no descriptor (Linux only: it reads /proc)",
  async () => {
    const { origin } = await loopbackServer((request) => request.resume());
    const before = descriptors().length;
    const seed = Number(process.env["SEED"] ?? randomBytes(4).readUInt32LE());
    console.log(`SEED=${seed}`);
    // Mulberry32.
    let state = seed;
    const random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    for (let batch = 0; batch < 20; batch++) {
      const uploads = Array.from({ length: 10 }, async () => {
        const controller = new AbortController();
        const { signal } = controller;
        const steps = Math.floor(random() * 4);
        let step = 0;
        const onProgress = () => {
          if (++step >= steps) controller.abort();
        };
        if (steps === 0) setImmediate(() => controller.abort());
        const totalTimeoutMs = random() < 0.5 ? 60_000 : undefined;
        const preSignedUrl = { ...(await target(origin)), url: `${origin}/a` };
        return putFile(preSignedUrl, file, { signal, onProgress, totalTimeoutMs });
      });
      for (const { error } of await Promise.all(uploads)) expect(error?.kind).toBe("aborted");
    }
    await vi.waitFor(() => expect(descriptors().length).toBeLessThanOrEqual(before), { timeout: 5000 });
  },
);

test("no outcome of an upload shows what the storage echoes", async () => {
  const answers = [403, 400, 503, 307, 200] as const;
  for (const status of answers) {
    const preSignedUrl = await target("http://127.0.0.1:1");
    const secrets = { ...secretsOf(preSignedUrl.url), echo: "canary-string-to-sign" };
    const { origin } = await loopbackServer((request, response) => {
      const text = `${request.url} ${JSON.stringify(request.headers)} canary-string-to-sign`;
      const fields = ["Message", "StringToSign", "CanonicalRequest", "AWSAccessKeyId", "SignatureProvided", "Code"];
      const body = fields.map((name) => `<${name}>${text.replaceAll("&", "&amp;")}</${name}>`).join("");
      response.writeHead(status, { location: `http://127.0.0.1${request.url}`, "x-echo": String(request.url) });
      if (status === 200) response.destroy();
      else response.end(`<Error><Code>AccessDenied</Code>${body}</Error>`);
    });
    const url = preSignedUrl.url.replace("http://127.0.0.1:1", origin);
    const { error } = await putFile({ ...preSignedUrl, url }, file, { maxAttempts: 1 });
    expect(error?.kind).toBe(status === 200 ? "network" : "storage");
    const shown = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), error?.stack, String(error)];
    expect(leaks(shown.join("\n"), secrets)).toEqual([]);
  }
});

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasOpenssl)(
  "over TLS the file arrives whole where the certificate is trusted, and not at all elsewhere (needs openssl)",
  async () => {
    const [key = "", cert = ""] = ["key.pem", "cert.pem"].map((name) => join(directory, name));
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
    execFileSync("openssl", [...request, ...subject], { stdio: "ignore" });
    const options = { key: readFileSync(key), cert: readFileSync(cert) };
    const secure = createTlsServer(options, (client) => {
      const upstream = connect(port(), "127.0.0.1");
      client.on("error", () => upstream.destroy());
      upstream.on("error", () => client.destroy());
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => secure.close(() => resolve())));
    const script = `
      import { putFile } from "clear-presign/upload";
      const { data, error } = await putFile(JSON.parse(process.env.TARGET), process.env.FILE,
        { allowedHosts: ["127.0.0.1"], maxAttempts: 1 });
      console.log(JSON.stringify({ bytes: data?.bytes, kind: error?.kind, code: error?.code }));`;
    const upload = async (trust: Record<string, string>) => {
      const preSignedUrl = await target(`https://127.0.0.1:${(secure.address() as AddressInfo).port}`);
      const env = { TARGET: JSON.stringify({ ...preSignedUrl }), FILE: file, ...trust };
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        env: { PATH: process.env["PATH"], ...env },
        stdio: ["ignore", "pipe", "inherit"],
        timeout: 15_000,
      });
      let stdout = "";
      child.stdout.on("data", (chunk) => {
        stdout += chunk;
      });
      await new Promise((resolve) => child.on("close", resolve));
      return { result: JSON.parse(stdout), whole: stored(preSignedUrl.url)?.equals(content) };
    };
    expect(await upload({ NODE_EXTRA_CA_CERTS: cert })).toEqual({ result: { bytes: content.length }, whole: true });
    const untrusted = { kind: "network", code: "DEPTH_ZERO_SELF_SIGNED_CERT" };
    expect(await upload({})).toEqual({ result: untrusted, whole: undefined });
  },
);
