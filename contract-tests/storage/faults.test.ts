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
import { Readable } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { ClearError, PreSignedUrl } from "../../src/index.js";
import { type RunningServer, startServer } from "../../src/sandbox/server.js";
import { UrlSigner } from "../../src/sandbox/signing.js";
import { SandboxStorage } from "../../src/sandbox/storage.js";
import { type AnyToUpload, type Progress, putFile } from "../../src/upload/index.js";
import { leaks, secretsOf } from "../../test-support/canaries.js";
import { loopbackServer, rawServer } from "../../test-support/loopback-server.js";
import { hasOpenssl, selfSignedCertificate } from "../../test-support/tls.js";

const MIB = 1024 ** 2;
const directory = mkdtempSync(join(tmpdir(), "clear-presign-faults-"));
const file = join(directory, "a.csv");
/** Nine chunks of an upload: more than the buffers of a connection hold, so that a storage can respond in the middle. */
const content = Buffer.alloc(8 * MIB + 1, "0123456789,\n");
/** The first three chunks: where it does not matter when the bytes arrive. */
const smallFile = join(directory, "small.csv");
const smallContent = content.subarray(0, 2 * MIB + 1);
const signer = new UrlSigner();
const storage = new SandboxStorage(directory, signer);
let server: RunningServer;
const port = () => Number(new URL(server.origin).port);

beforeAll(async () => {
  writeFileSync(file, content);
  writeFileSync(smallFile, smallContent);
  server = await startServer("storage", 0, storage.handle, () => {});
  // No delays before retries.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
  rmSync(directory, { recursive: true });
});

async function target(origin: string): Promise<PreSignedUrl> {
  const url = await signer.sign("cfc", origin, "text/csv", 600);
  return { url, method: "PUT", headers: { "content-type": "text/csv" }, expiresAt: new Date(Date.now() + 600_000) };
}

/** A proxy of the storage that closes its first connection after so many bytes of the body, and forwards the others. */
function cuttingProxy(cut: number, how: "destroy" | "resetAndDestroy") {
  let isFirst = true;
  return rawServer((client) => {
    const upstream = connect(port(), "127.0.0.1");
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
    upstream.pipe(client);
    if (!isFirst) return client.pipe(upstream);
    isFirst = false;
    let remaining: number | undefined;
    client.on("data", (chunk: Buffer) => {
      // The client waits for 100 Continue, so the first bytes are the head and nothing else.
      remaining ??= chunk.length + cut;
      upstream.write(chunk.subarray(0, remaining));
      remaining = Math.max(0, remaining - chunk.length);
      if (remaining > 0) return;
      client[how]();
      upstream.end();
    });
  });
}

const stored = (url: string) => (existsSync(storage.pathOf(url)) ? readFileSync(storage.pathOf(url)) : undefined);

/** In the head, and before, between, in and after the chunks. */
const CUTS = [-1, 0, 1, MIB, MIB + 1, smallContent.length - 1, smallContent.length];

test.each(["destroy", "resetAndDestroy"] as const)(
  "a connection that is closed anywhere (%s) is an error, with the file stored completely or not at all",
  async (how) => {
    const upload = async (cut: number) => {
      const preSignedUrl = await target(await cuttingProxy(cut, how));
      const { data, error } = await putFile(preSignedUrl, { path: smallFile, maxAttempts: 1 });
      expect(data, `closed at ${cut}`).toBeUndefined();
      expect(error, `closed at ${cut}`).toMatchObject({ kind: "network", retryable: true });
      expect(stored(preSignedUrl.url)?.equals(smallContent) ?? true, `closed at ${cut}`).toBe(true);
    };
    await Promise.all(CUTS.map(upload));
  },
);

test("an upload of which only the response was lost is repeated", async () => {
  const preSignedUrl = await target(await cuttingProxy(smallContent.length, "destroy"));
  const { data } = await putFile(preSignedUrl, { path: smallFile, maxAttempts: 2 });
  expect(data?.bytes).toBe(smallContent.length);
  expect(stored(preSignedUrl.url)?.equals(smallContent)).toBe(true);
});

/** A fault of the storage on one connection. */
type Fault = (client: Socket) => void;

/** A proxy of the storage whose first connection has this fault. */
function failingProxy(fault?: Fault) {
  let isFirst = true;
  return rawServer((client) => {
    if (isFirst && fault) {
      isFirst = false;
      return fault(client);
    }
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

interface Row {
  readonly what: string;
  readonly fault: Fault;
  readonly error: object;
  /** Set for the faults that only a timeout ends. */
  readonly idleTimeoutMs?: number;
}

const BEFORE_THE_BODY: readonly Row[] = [
  {
    what: "an error response",
    fault: (client) => client.once("data", () => responding("503 Slow Down", s3("SlowDown"))(client)),
    error: { kind: "storage", status: 503, code: "SlowDown", requestId: "REQUEST1" },
  },
  {
    what: "a closed connection",
    fault: (client) => client.once("data", () => client.destroy()),
    error: { kind: "network", code: "ECONNRESET" },
  },
  {
    what: "no response",
    fault: (client) => client.resume(),
    error: { kind: "timeout", timeoutMs: 500 },
    idleTimeoutMs: 500,
  },
  { what: "another protocol", fault: (client) => client.write("220 smtp ESMTP\r\n"), error: { kind: "network" } },
];

const CLOSED: Row = {
  what: "a closed connection",
  fault: after(MIB, (client) => client.destroy()),
  error: { kind: "network" },
};

const IN_THE_BODY: readonly Row[] = [
  CLOSED,
  {
    what: "an error response",
    fault: after(MIB, responding("400 Bad Request", s3("RequestTimeout"))),
    error: { kind: "storage", status: 400, code: "RequestTimeout", requestId: "REQUEST1" },
  },
  {
    what: "an error response and a reset",
    fault: after(MIB, (client) => {
      responding("500 Internal Server Error", s3("InternalError"))(client);
      client.destroySoon();
    }),
    // The reset may come first, as EPIPE on a write.
    error: { kind: expect.stringMatching(/^(storage|network)$/) },
  },
  { what: "a success", fault: after(MIB, responding("200 OK")), error: { kind: "network" } },
  {
    what: "a connection reset",
    fault: after(MIB, (client) => client.resetAndDestroy()),
    error: { kind: "network" },
  },
  {
    what: "a storage that stops reading",
    fault: after(MIB, (client) => client.pause()),
    error: { kind: "timeout", timeoutMs: 500 },
    idleTimeoutMs: 500,
  },
];

type Source = AnyToUpload | Promise<AnyToUpload>;
const SOURCES: readonly (readonly [string, () => Source, readonly Row[]])[] = [
  ["a path", () => ({ path: file }), IN_THE_BODY],
  ["a Blob", () => ({ file: new Blob([content]) }), IN_THE_BODY],
  // Other ways to the same two readers.
  ["a file: URL", () => ({ path: pathToFileURL(file) }), [CLOSED]],
  ["a Uint8Array", () => ({ file: new Uint8Array(content) }), [CLOSED]],
  ["a Blob of a file", async () => ({ file: await openAsBlob(file) }), [CLOSED]],
  ["a stream", () => ({ stream: Readable.from([content]) }), [CLOSED]],
];

/** Uploads through each fault, which must be a typed error, and expects that a retry stores the whole file. */
async function uploadThrough(faults: readonly Row[], source: AnyToUpload, expected: Buffer): Promise<void> {
  const upload = async ({ what, fault, error, idleTimeoutMs }: Row) => {
    const preSignedUrl = await target(await failingProxy(fault));
    const errors: ClearError[] = [];
    const { data, error: last } = await putFile(preSignedUrl, {
      ...source,
      fileName: "a.csv",
      checkContent: false,
      idleTimeoutMs,
      maxAttempts: idleTimeoutMs === undefined ? 2 : 1,
      onEvent: (event) => void (event.type === "retry" && errors.push(event.error)),
    });
    const [first = last] = errors;
    expect(first, what).toMatchObject({ ...error, retryable: true });
    expect(inspect(first, { depth: 9, showHidden: true }), what).not.toContain("canary");
    // On a busy machine, a retry might exceed the short limit as well.
    if (idleTimeoutMs !== undefined) return;
    expect(data?.bytes, what).toBe(expected.length);
    expect(stored(preSignedUrl.url)?.equals(expected), what).toBe(true);
  };
  await Promise.all(faults.map(upload));
}

// A source is first read for the body, so one of them is enough.
test("after each fault before the body, a retry stores the whole file", () =>
  uploadThrough(BEFORE_THE_BODY, { path: smallFile }, smallContent));

describe.each(SOURCES)("%s", (_source, open, faults) => {
  test("is stored by a retry after each fault in the body", async () => uploadThrough(faults, await open(), content));

  test("is not stored if the upload is aborted", async () => {
    const controller = new AbortController();
    const preSignedUrl = await target(await failingProxy());
    const onProgress = ({ bytes }: Progress) => bytes > MIB && controller.abort();
    const options = { fileName: "a.csv", signal: controller.signal, onProgress };
    const { error } = await putFile(preSignedUrl, { ...(await open()), ...options });
    expect(error).toMatchObject({ kind: "aborted", retryable: false });
    expect(stored(preSignedUrl.url)).toBeUndefined();
  });
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
  "60 aborted uploads leave no descriptor open (Linux only: reads /proc)",
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
    for (let batch = 0; batch < 6; batch++) {
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
        return putFile(preSignedUrl, { path: file, signal, onProgress, totalTimeoutMs });
      });
      for (const { error } of await Promise.all(uploads)) expect(error?.kind).toBe("aborted");
    }
    await expect.poll(() => descriptors().length).toBeLessThanOrEqual(before);
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
    const { error } = await putFile({ ...preSignedUrl, url }, { path: file, maxAttempts: 1 });
    expect(error?.kind).toBe(status === 200 ? "network" : "storage");
    const shown = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), error?.stack, String(error)];
    expect(leaks(shown.join("\n"), secrets)).toEqual([]);
  }
});

test.skipIf(!hasOpenssl)(
  "over TLS the file is stored if NODE_EXTRA_CA_CERTS trusts the certificate (needs openssl)",
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
      const { data, error } = await putFile(JSON.parse(process.env.TARGET), {
        path: process.env.FILE, allowedHosts: ["127.0.0.1"], maxAttempts: 1,
      });
      console.log(JSON.stringify({ bytes: data?.bytes, kind: error?.kind, code: error?.code }));`;
    const preSignedUrl = await target(`https://127.0.0.1:${(secure.address() as AddressInfo).port}`);
    const env = { TARGET: JSON.stringify({ ...preSignedUrl }), FILE: file, NODE_EXTRA_CA_CERTS: trusted };
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill());
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    await new Promise((resolve) => child.on("close", resolve));
    expect(JSON.parse(stdout)).toEqual({ bytes: content.length });
    expect(stored(preSignedUrl.url)?.equals(content)).toBe(true);
  },
);
