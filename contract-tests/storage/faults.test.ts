/** Faults during an upload end in a completely stored file or a typed error, and nothing leaks. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { PreSignedUrl } from "../../src/index.js";
import { type RunningServer, startServer } from "../../src/sandbox/server.js";
import { UrlSigner } from "../../src/sandbox/signing.js";
import { SandboxStorage } from "../../src/sandbox/storage.js";
import { type Progress, putFile, type UploadableFile, uploadFile } from "../../src/upload/index.js";
import { leaks, secretsOf } from "../../test-support/canaries.js";
import { loopbackServer, rawServer } from "../../test-support/loopback-server.js";
import { hasOpenssl, selfSignedCertificate } from "../../test-support/tls.js";

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

/** A proxy of the storage that closes each connection after so many bytes from the client. */
function cuttingProxy(cuts: number[], how: "destroy" | "resetAndDestroy") {
  return rawServer((client) => {
    const cut = cuts.shift() ?? Number.POSITIVE_INFINITY;
    let sent = 0;
    const upstream = connect(port(), "127.0.0.1");
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
    client.on("data", (chunk: Buffer) => {
      const remaining = Math.max(0, cut - sent);
      sent += chunk.length;
      upstream.write(chunk.subarray(0, remaining));
      if (remaining < chunk.length) {
        client[how]();
        upstream.end();
      }
    });
    upstream.pipe(client);
  });
}

const stored = (url: string) => (existsSync(storage.pathOf(url)) ? readFileSync(storage.pathOf(url)) : undefined);

test.each(["destroy", "resetAndDestroy"] as const)(
  "a connection that is closed at any MiB (%s) is an error, with the file stored completely or not at all",
  async (how) => {
    for (let mib = 0; mib <= 16; mib++) {
      const preSignedUrl = await target(await cuttingProxy([mib * MIB], how));
      const { data, error } = await putFile(preSignedUrl, file, { maxAttempts: 1 });
      expect(data, `closed at ${mib} MiB`).toBeUndefined();
      expect(error, `closed at ${mib} MiB`).toMatchObject({ kind: "network", retryable: true });
      expect(stored(preSignedUrl.url)?.equals(content) ?? true, `closed at ${mib} MiB`).toBe(true);
    }
  },
);

test("an upload succeeds after one connection is closed at any MiB", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  for (let mib = 0; mib <= 16; mib++) {
    const preSignedUrl = await target(await cuttingProxy([mib * MIB], "destroy"));
    const { data } = await putFile(preSignedUrl, file);
    expect(data?.bytes, `closed at ${mib} MiB`).toBe(content.length);
    expect(stored(preSignedUrl.url)?.equals(content), `closed at ${mib} MiB`).toBe(true);
  }
  vi.restoreAllMocks();
});

/** A fault of the storage on one connection. */
type Fault = (client: Socket) => void;

/** A proxy of the storage whose first connections have these faults. */
function failingProxy(faults: readonly Fault[]) {
  const remaining = [...faults];
  return rawServer((client) => {
    const fault = remaining.shift();
    if (fault) return fault(client);
    const upstream = connect(port(), "127.0.0.1");
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
}

/** A fault after reading so many bytes, headers included. */
function after(bytes: number, then: Fault): Fault {
  return (client) => {
    let read = 0;
    client.on("data", (chunk) => {
      if (read === 0) client.write("HTTP/1.1 100 Continue\r\n\r\n");
      const before = read;
      read += chunk.length;
      if (before <= bytes && read > bytes) then(client);
    });
  };
}

const responding =
  (status: string, body = "") =>
  (client: Socket) => {
    const headers = `content-length: ${body.length}\r\nx-amz-request-id: REQUEST1\r\nconnection: close`;
    client.write(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`);
  };
const s3 = (code: string) => `<Error><Code>${code}</Code><Message>canary</Message></Error>`;

const FAULTS: readonly { readonly what: string; readonly fault: Fault; readonly error: object }[] = [
  {
    what: "an error response before the body",
    fault: (client) => client.once("data", () => responding("503 Slow Down", s3("SlowDown"))(client)),
    error: { kind: "storage", status: 503, code: "SlowDown", requestId: "REQUEST1" },
  },
  {
    what: "an error response in the middle of the body",
    fault: after(MIB, responding("400 Bad Request", s3("RequestTimeout"))),
    error: { kind: "storage", status: 400, code: "RequestTimeout", requestId: "REQUEST1" },
  },
  {
    what: "an error response in the middle of the body, and a reset",
    fault: after(MIB, (client) => {
      responding("500 Internal Server Error", s3("InternalError"))(client);
      client.destroySoon();
    }),
    // The reset may come first, as EPIPE on a write.
    error: { kind: expect.stringMatching(/^(storage|network)$/) },
  },
  {
    what: "a success in the middle of the body",
    fault: after(MIB, responding("200 OK")),
    error: { kind: "network" },
  },
  { what: "a closed connection", fault: after(MIB, (client) => client.destroy()), error: { kind: "network" } },
  {
    what: "a connection reset",
    fault: after(MIB, (client) => client.resetAndDestroy()),
    error: { kind: "network" },
  },
  {
    what: "a connection closed before the body",
    fault: (client) => client.once("data", () => client.destroy()),
    error: { kind: "network", code: "ECONNRESET" },
  },
  { what: "no response", fault: (client) => client.resume(), error: { kind: "timeout", timeoutMs: 800 } },
  {
    what: "a storage that stops reading",
    fault: after(MIB, (client) => client.pause()),
    error: { kind: "timeout", timeoutMs: 800 },
  },
  { what: "another protocol", fault: (client) => client.write("220 smtp ESMTP\r\n"), error: { kind: "network" } },
];

const half = content.subarray(0, 8 * MIB + 1);
const halfFile = join(directory, "half.csv");
const SOURCES: readonly (readonly [string, () => UploadableFile | Promise<UploadableFile>])[] = [
  ["a path", () => halfFile],
  ["a file: URL", () => pathToFileURL(halfFile)],
  ["a Uint8Array", () => new Uint8Array(half)],
  ["a Blob", () => new Blob([half])],
  ["a Blob of a file", () => openAsBlob(halfFile)],
];

describe.each(SOURCES)("%s", (_source, open) => {
  beforeAll(() => writeFileSync(halfFile, half));
  const options = { fileName: "half.csv", idleTimeoutMs: 800 };

  test.each(FAULTS)("$what is a typed error with nothing stored, and a retry stores the whole file", async (row) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const file = await open();
    const lost = await target(await failingProxy([row.fault]));
    const { error } = await putFile(lost, file, { ...options, maxAttempts: 1 });
    expect(error).toMatchObject({ ...row.error, retryable: true });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(stored(lost.url)).toBeUndefined();
    const repeated = await target(await failingProxy([row.fault]));
    // On a busy machine, later attempts may also exceed the idle limit.
    expect((await putFile(repeated, file, { ...options, maxAttempts: 6 })).data?.bytes).toBe(half.length);
    expect(stored(repeated.url)?.equals(half)).toBe(true);
  });

  test("is uploaded to a storage that rejects Expect", async () => {
    const preSignedUrl = await target(await failingProxy([responding("417 Expectation Failed")]));
    expect((await putFile(preSignedUrl, await open(), { ...options, maxAttempts: 1 })).error).toBeUndefined();
    expect(stored(preSignedUrl.url)?.equals(half)).toBe(true);
  });

  test("is not stored if the upload is aborted", async () => {
    const controller = new AbortController();
    const preSignedUrl = await target(await failingProxy([]));
    const onProgress = ({ bytes }: Progress) => bytes > MIB && controller.abort();
    const { error } = await putFile(preSignedUrl, await open(), { ...options, signal: controller.signal, onProgress });
    expect(error).toMatchObject({ kind: "aborted", retryable: false });
    expect(stored(preSignedUrl.url)).toBeUndefined();
  });

  test("is uploaded to a new URL if the first has expired", async () => {
    const expired = after(0, responding("403 Forbidden", s3("ExpiredToken")));
    const urls = [await target(await failingProxy([expired])), await target(await failingProxy([]))] as const;
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    let calls = 0;
    const { data } = await uploadFile(async () => ({ data: urls[calls++] ?? urls[0] }), await open(), options);
    expect(data?.preSignedUrl).toBe(urls[1]);
    expect(stored(urls[0].url)).toBeUndefined();
    expect(stored(urls[1].url)?.equals(half)).toBe(true);
  });
});

test("40 of 40 early error responses are returned as storage errors", async () => {
  for (let i = 0; i < 40; i++) {
    const preSignedUrl = await target(server.origin);
    const spoiled = { ...preSignedUrl, headers: { "content-type": "text/plain" } };
    const { error } = await putFile(spoiled, file, { checkContent: false });
    expect(error).toMatchObject({ kind: "storage", status: 403, code: "SignatureDoesNotMatch" });
    expect(stored(preSignedUrl.url)).toBeUndefined();
  }
});

/** The sockets of this process, and its descriptors of the file. */
const descriptors = () =>
  readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const name = readlinkSync(`/proc/self/fd/${fd}`);
      return name.startsWith("socket:") || name === file ? [name] : [];
    } catch {
      // The descriptor of readdir itself.
      return [];
    }
  });

test.skipIf(process.platform !== "linux")(
  "200 aborted uploads leave no descriptor open (Linux only: reads /proc)",
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

test("no upload error contains secrets that the storage echoes", async () => {
  const statuses = [403, 400, 503, 307, 200] as const;
  for (const status of statuses) {
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

test.skipIf(!hasOpenssl)(
  "over TLS the file is stored if the certificate is trusted, and not sent otherwise (needs openssl)",
  async () => {
    const certificate = selfSignedCertificate();
    const trusted = join(directory, "cert.pem");
    writeFileSync(trusted, certificate.cert);
    const secure = createTlsServer(certificate, (client) => {
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
    expect(await upload({ NODE_EXTRA_CA_CERTS: trusted })).toEqual({ result: { bytes: content.length }, whole: true });
    const untrusted = { kind: "network", code: "DEPTH_ZERO_SELF_SIGNED_CERT" };
    expect(await upload({})).toEqual({ result: untrusted, whole: undefined });
  },
);
