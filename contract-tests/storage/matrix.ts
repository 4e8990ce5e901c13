import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PreSignedUrl } from "../../src/index.js";
import { putFile, uploadFile } from "../../src/upload/index.js";
import { leaks, secretsOf } from "../../test-support/canaries.js";

/** A storage that accepts PUTs to SigV4 pre-signed URLs, signed for `content-type;host`. */
export interface Storage {
  /** A URL for one PUT of a new key, signed `ageSeconds` ago. */
  sign(contentType: string, expiresIn: number, ageSeconds: number): Promise<string>;
  /** The content stored at the URL. */
  stored(url: string): Promise<Buffer | undefined>;
}

/** Status and S3 code of a response. */
type Outcome = readonly [status: number, code: string | null];

interface Case {
  readonly what: string;
  /** Alters the signed URL. */
  readonly url?: (signed: URL) => void;
  /** Sent instead of the signed headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The number of bytes to send; the whole body by default. */
  readonly part?: number;
  readonly ageSeconds?: number;
  /** The response of a real storage (Swift), and of the sandbox unless `sandbox` is set. */
  readonly expected: Outcome;
  readonly expired?: boolean;
  /** The sandbox's response if it differs, and why. */
  readonly sandbox?: { readonly cfc: Outcome; readonly gls: Outcome; readonly why: string };
}

const CONTENT_TYPE = "text/csv";
const EXPIRES_IN = 60;
const BODY = Buffer.from("a,b\r\n".repeat(10_000));
const DENIED: Outcome = [403, "AccessDenied"];
const MISMATCH: Outcome = [403, "SignatureDoesNotMatch"];
const UNKNOWN_KEY: Outcome = [403, "InvalidAccessKeyId"];

/** One table for both, so that the sandbox behaves like a real storage. */
const CASES: readonly Case[] = [
  { what: "the signed content type", expected: [200, null] },
  { what: "another content type", headers: { "content-type": "text/plain" }, expected: MISMATCH },
  { what: "no content type", headers: {}, expected: MISMATCH },
  {
    what: "a tampered signature",
    url: ({ searchParams }) => searchParams.set("X-Amz-Signature", "0".repeat(64)),
    expected: MISMATCH,
  },
  {
    what: "another key",
    url: (url) => {
      url.pathname += "x";
    },
    expected: MISMATCH,
  },
  {
    what: "a longer lifetime",
    url: ({ searchParams }) => searchParams.set("X-Amz-Expires", "3600"),
    expected: MISMATCH,
  },
  {
    what: "another host",
    url: (url) => {
      url.hostname = "localhost";
    },
    expected: MISMATCH,
  },
  {
    what: "an unknown access key",
    url: ({ searchParams }) => {
      const [, ...scope] = (searchParams.get("X-Amz-Credential") ?? "").split("/");
      searchParams.set("X-Amz-Credential", ["unknown", ...scope].join("/"));
    },
    expected: MISMATCH,
    sandbox: {
      cfc: UNKNOWN_KEY,
      gls: UNKNOWN_KEY,
      why: "S3 has a code for it; Swift does not reveal whether a key exists",
    },
  },
  {
    what: "a URL that has expired",
    ageSeconds: EXPIRES_IN + 1,
    expected: DENIED,
    expired: true,
    sandbox: {
      cfc: [400, "ExpiredToken"],
      gls: DENIED,
      why: "the vendor's page on CFC documents 400 for an expired URL",
    },
  },
  {
    what: "no signature",
    url: (url) => {
      url.search = "";
    },
    expected: [400, null],
    sandbox: { cfc: DENIED, gls: DENIED, why: "S3 responds with 403; Swift treats it as a request to its own API" },
  },
  {
    what: "a truncated body",
    part: BODY.length / 2,
    expected: [400, "RequestTimeout"],
    sandbox: { cfc: [400, null], gls: [400, null], why: "Node's HTTP server responds before the storage can" },
  },
];

/** Sends a PUT without the client, for requests that it never sends. */
function send(url: string, headers: Readonly<Record<string, string>>, part?: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: "PUT",
      agent: false,
      headers: { ...headers, "content-length": BODY.length },
    });
    request.setTimeout(60_000, () => request.destroy());
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("close", () => resolve([response.statusCode ?? 0, /<Code>(\w+)</.exec(text)?.[1] ?? null]));
    });
    request.on("error", reject);
    if (part === undefined) request.end(BODY);
    else request.write(BODY.subarray(0, part), () => request.socket?.end());
  });
}

/**
 * Tests a storage against the table, and the client against the storage.
 *
 * @param api - The API whose URLs the sandbox's storage accepts; undefined for a real storage.
 */
export function testStorage(name: string, storage: () => Storage, api?: "cfc" | "gls"): void {
  const directory = mkdtempSync(join(tmpdir(), "clear-presign-matrix-"));
  const file = join(directory, "a.csv");
  beforeAll(() => writeFileSync(file, BODY));
  afterAll(() => rmSync(directory, { recursive: true }));

  const target = (url: string, contentType: string): PreSignedUrl => ({
    url,
    method: "PUT",
    headers: { "content-type": contentType },
    expiresAt: new Date(Date.now() + EXPIRES_IN * 1000),
  });

  for (const { what, url: alter, headers, part, ageSeconds = 0, expected, expired = false, sandbox } of CASES) {
    const [status, code] = (api && sandbox?.[api]) ?? expected;
    const outcome = `${status}${code ? ` ${code}` : ""}`;
    const stores = status === 200 || undefined;
    const contentType = headers ? headers["content-type"] : CONTENT_TYPE;
    /** A signed URL, and the same URL altered by the case. */
    const urls = async () => {
      const signed = await storage().sign(CONTENT_TYPE, EXPIRES_IN, ageSeconds);
      const url = new URL(signed);
      alter?.(url);
      return { signed, url: alter ? url.href : signed };
    };

    test(`${name}: ${what} gets ${outcome}`, async () => {
      const { signed, url } = await urls();
      expect(await send(url, headers ?? { "content-type": CONTENT_TYPE }, part)).toEqual([status, code]);
      for (const at of [signed, url]) expect((await storage().stored(at))?.equals(BODY)).toBe(stores);
    });

    // The client always sends a content type, and the whole file.
    if (contentType === undefined || part !== undefined) continue;
    test(`${name}: the client returns ${outcome} for ${what}`, async () => {
      const { url } = await urls();
      const result = await putFile(target(url, contentType), { path: file, maxAttempts: 1, checkContent: false });
      if (stores) expect(result.data).toMatchObject({ bytes: BODY.length });
      else expect(result.error).toMatchObject({ kind: "storage", status, code, expired, retryable: false });
      expect((await storage().stored(url))?.equals(BODY)).toBe(stores);
      // The data contains the URL by design.
      expect(leaks(inspect(result.error, { depth: 9, showHidden: true }), secretsOf(url))).toEqual([]);
    });
  }

  test(`${name}: an upload replaces a URL that has expired`, async () => {
    const urls = [
      await storage().sign(CONTENT_TYPE, EXPIRES_IN, EXPIRES_IN + 1),
      await storage().sign(CONTENT_TYPE, EXPIRES_IN, 0),
    ] as const;
    let calls = 0;
    const { data } = await uploadFile(
      { getPreSignedUrl: async () => ({ data: target(urls[calls++] ?? "", CONTENT_TYPE) }) },
      { path: file },
    );
    expect(data?.preSignedUrl.url).toBe(urls[1]);
    expect((await storage().stored(urls[1]))?.equals(BODY)).toBe(true);
    expect(await storage().stored(urls[0])).toBeUndefined();
  });
}

/** A key that no other test uses. */
export const newKey = () => `${randomUUID()} ä+&.csv`;
