import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { SignatureV4 } from "@smithy/signature-v4";

const REGION = "ap-south-1";
const SIGNED_HEADERS = new Set(["host", "content-type"]);
const UNSIGNED_PAYLOAD = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
/** Signed URLs are for PUT, in the bucket of this sandbox. */
const BUCKET = "/v1/ap-south-1/clear-presign-sandbox";

type Signer = InstanceType<typeof SignatureV4>;
export type Api = "cfc" | "gls";

/** The storage's answer to a PUT that it does not take. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const SIGNATURE_DOES_NOT_MATCH: Refusal = {
  status: 403,
  code: "SignatureDoesNotMatch",
  message: "The request signature does not match the signature that was calculated for what was sent.",
};

/** CFC's storage answers 400 for an expired URL, GLS's 403. CFC's URLs are signed with a session token. */
const EXPIRED: Record<Api, Refusal> = {
  cfc: { status: 400, code: "ExpiredToken", message: "The provided token has expired." },
  gls: { status: 403, code: "AccessDenied", message: "Request has expired" },
};

/** The hash that the signer builds its signatures with. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string);
  }
  update(data: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(data as string);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
}

function credentials(prefix: string) {
  const name = randomBytes(8).toString("hex").toUpperCase();
  return { accessKeyId: `${prefix}${name}`, secretAccessKey: randomBytes(30).toString("base64") };
}

/**
 * A storage of the kind that Clear's URLs point to: it signs URLs (SigV4, `content-type;host`), verifies what
 * is PUT to them, and keeps a file whole or not at all.
 */
export class SandboxStorage {
  readonly #directory: string;
  readonly #signers: Record<Api, { signer: Signer; accessKeyId: string }>;

  constructor(directory: string, Signature: typeof SignatureV4) {
    const signing = { service: "s3", region: REGION, sha256: Sha256, uriEscapePath: false, applyChecksum: false };
    const own = (keys: ReturnType<typeof credentials> & { sessionToken?: string }) => ({
      accessKeyId: keys.accessKeyId,
      signer: new Signature({ ...signing, credentials: keys }),
    });
    this.#directory = directory;
    this.#signers = {
      cfc: own({ ...credentials("ASIA"), sessionToken: randomBytes(96).toString("base64") }),
      gls: own(credentials("AKIA")),
    };
  }

  /** A URL for one PUT of one file of this content type. Its path does not hold the name that was asked for. */
  async sign(api: Api, origin: URL, contentType: string, expiresIn: number): Promise<string> {
    const { path, query } = await this.#signers[api].signer.presign(
      {
        method: "PUT",
        protocol: "http:",
        hostname: origin.hostname,
        path: `${BUCKET}/${api}/${randomUUID()}`,
        query: {},
        headers: { host: origin.host, "content-type": contentType, ...UNSIGNED_PAYLOAD },
      },
      { expiresIn, signableHeaders: SIGNED_HEADERS },
    );
    const url = new URL(path, origin);
    for (const [name, value] of Object.entries(query as object)) url.searchParams.set(name, String(value));
    return url.href;
  }

  /** Where the file is that was PUT to this URL; the query does not matter. */
  pathOf(url: string): string {
    return join(this.#directory, new URL(url).pathname);
  }

  /** Why a request is refused, if it is. */
  async #check(request: IncomingMessage): Promise<Refusal | undefined> {
    const url = new URL(request.url as string, "http://sandbox");
    const query = Object.fromEntries(url.searchParams);
    if (request.method !== "PUT") {
      return { status: 405, code: "MethodNotAllowed", message: "The specified method is not allowed." };
    }
    const expiresIn = Number(query["X-Amz-Expires"]);
    const signingDate = new Date((query["X-Amz-Date"] ?? "").replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
    const dated = !Number.isNaN(signingDate.getTime());
    if (!query["X-Amz-Signature"] || !dated || !Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > 604800) {
      return { status: 403, code: "AccessDenied", message: "The request is not signed." };
    }
    const accessKeyId = query["X-Amz-Credential"]?.split("/")[0];
    const api = (["cfc", "gls"] as const).find((name) => this.#signers[name].accessKeyId === accessKeyId);
    if (!api) return { status: 403, code: "InvalidAccessKeyId", message: "The access key does not exist." };

    const unsigned = Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"));
    if (unsigned.length > 0) {
      return { status: 403, code: "AccessDenied", message: `Not signed: ${unsigned.join(", ")}` };
    }
    const { "X-Amz-Signature": _, ...unsignedQuery } = query;
    const expected = await this.#signers[api].signer.presign(
      {
        method: "PUT",
        protocol: "http:",
        hostname: "sandbox",
        path: url.pathname,
        query: unsignedQuery,
        headers: {
          host: String(request.headers.host),
          "content-type": String(request.headers["content-type"]),
          ...UNSIGNED_PAYLOAD,
        },
      },
      { expiresIn, signingDate, signableHeaders: SIGNED_HEADERS },
    );
    // Not only the signature: every parameter, for the signer writes its own scope over a forged one.
    const text = (of: object) =>
      createHash("sha256")
        .update(JSON.stringify(Object.entries(of).sort()))
        .digest();
    const same = timingSafeEqual(text(expected.query as object), text(query));
    if (!same || url.searchParams.size !== Object.keys(query).length) return SIGNATURE_DOES_NOT_MATCH;

    if (Date.now() >= signingDate.getTime() + expiresIn * 1000) return EXPIRED[api];
    if (request.headers["content-length"] === undefined) {
      return { status: 411, code: "MissingContentLength", message: "Content-Length is missing." };
    }
    return undefined;
  }

  /** Answers a request. A client that expects `100 Continue` gets a refusal before it has sent the body. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = await this.#check(request);
    if (refusal) {
      const { status, code, message } = refusal;
      response.writeHead(status, { "content-type": "application/xml", connection: "close" });
      response.end(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      );
      return;
    }
    const path = this.pathOf(`http://sandbox${request.url}`);
    const part = `${path}.${randomUUID()}.part`;
    await mkdir(dirname(path), { recursive: true });
    if (request.headers.expect) response.writeContinue();
    try {
      // Fails where the connection ends before Content-Length bytes have come.
      await pipeline(request, createWriteStream(part));
      await rename(part, path);
      response.writeHead(200, { "content-length": 0 }).end();
    } catch {
      await rm(part, { force: true });
      response.destroy();
    }
  }
}
