import { createHash, randomUUID } from "node:crypto";
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

/** How a case differs from the PUT that the URL was signed for. */
interface Change {
  /** Alters the signed URL. */
  readonly url?: (signed: URL) => void;
  /** Sends another request target than the URL's path and query. */
  readonly target?: (signed: URL) => string;
  readonly method?: string;
  /** Sent besides the signed content type and the length; undefined omits one. A list repeats a header. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** The number of bytes to send; the whole body by default. */
  readonly part?: number;
  readonly ageSeconds?: number;
}

/** Where a storage differs from S3, and why. */
interface Difference {
  readonly swift?: Outcome;
  readonly cfc?: Outcome;
  readonly gls?: Outcome;
  readonly why: string;
}

/** A case, the response of S3, and the storages that differ from it: Swift, or the sandbox for a URL of CFC or GLS. */
type Case = readonly [what: string, change: Change, s3: Outcome, difference?: Difference];

const CONTENT_TYPE = "text/csv";
const EXPIRES_IN = 60;
const BODY = Buffer.from("a,b\r\n".repeat(10_000));
const STORED: Outcome = [200, null];
const DENIED: Outcome = [403, "AccessDenied"];
const MISMATCH: Outcome = [403, "SignatureDoesNotMatch"];
const UNKNOWN_KEY: Outcome = [403, "InvalidAccessKeyId"];
const TWO_SIGNATURES: Outcome = [400, "InvalidArgument"];
const QUERY: Outcome = [400, "AuthorizationQueryParametersError"];
const INVALID_DIGEST: Outcome = [400, "InvalidDigest"];
const NOT_IMPLEMENTED: Outcome = [501, "NotImplemented"];

const set = (name: string, value: string): Change => ({ url: ({ searchParams }) => searchParams.set(name, value) });
const add = (name: string, value: string): Change => ({ url: ({ searchParams }) => searchParams.append(name, value) });
const without = (name: string): Change => ({ url: ({ searchParams }) => searchParams.delete(name) });
const edit = (part: "hostname" | "pathname" | "search", change: (value: string) => string): Change => ({
  url(url) {
    url[part] = change(url[part]);
  },
});
const credential = (part: number, value: string): Change => ({
  url({ searchParams }) {
    const parts = String(searchParams.get("X-Amz-Credential")).split("/");
    searchParams.set("X-Amz-Credential", parts.with(part, value).join("/"));
  },
});
const path = (change: (pathname: string) => string): Change => ({
  target: ({ pathname, search }) => change(pathname) + search,
});
/** Encodes the last slash of the path. */
const slashAs = (text: string) => path((at) => at.replace(/\/(?=[^/]*$)/, text));
const header = (name: string, value: string | string[] | undefined): Change => ({ headers: { [name]: value } });

const swift = (outcome: Outcome, why = "it has another code"): Difference => ({ swift: outcome, why });
const ACCEPTED = swift(STORED, "it accepts it");
const NOT_S3 = swift([400, null], "it takes it for a request to its own API");
const EXPIRED: Difference = { cfc: [400, "ExpiredToken"], why: "Clear's docs on CFC have 400 for an expired URL" };
const TRUNCATED: Difference = { cfc: [400, null], gls: [400, null], why: "Node's HTTP server is first to respond" };

/**
 * What S3 accepts and what it rejects, from its public documentation: the API reference's "Error responses",
 * "Authenticating requests: using query parameters" and "PutObject". One table for both storages, so that the sandbox
 * behaves like a real one.
 */
const CASES: readonly Case[] = [
  ["the signed content type", {}, STORED],
  ["the right Content-MD5", header("content-md5", createHash("md5").update(BODY).digest("base64")), STORED],
  ["a slash of the path as %2F", slashAs("%2F"), STORED],
  ["a hyphen of the path as %2D", path((at) => at.replace(/-(?=[^-]*$)/, "%2D")), STORED],

  // The signature.
  ["another content type", header("content-type", "text/plain"), MISMATCH],
  ["the content type twice", header("content-type", [CONTENT_TYPE, CONTENT_TYPE]), MISMATCH],
  ["no content type", header("content-type", undefined), MISMATCH],
  ["a tampered signature", set("X-Amz-Signature", "0".repeat(64)), MISMATCH],
  ["a longer lifetime", set("X-Amz-Expires", "3600"), MISMATCH],
  ["other signed headers", set("X-Amz-SignedHeaders", "host"), MISMATCH],
  ["another host", edit("hostname", () => "localhost"), MISMATCH],
  ["an additional parameter", add("a", "b"), MISMATCH],
  ["GET", { method: "GET" }, MISMATCH],
  ["POST", { method: "POST" }, MISMATCH, swift(NOT_IMPLEMENTED)],
  ["DELETE", { method: "DELETE" }, MISMATCH],

  // The path.
  ["another key", edit("pathname", (at) => `${at}x`), MISMATCH],
  ["a second slash", path((at) => `/${at}`), MISMATCH, swift([405, "MethodNotAllowed"])],
  ["dots that lead back to the path", path((at) => `/a/..${at}`), MISMATCH, swift([400, "InvalidBucketName"])],
  [
    "encoded dots that lead back to the path",
    path((at) => `/a/%2e%2e${at}`),
    MISMATCH,
    swift([400, "InvalidBucketName"]),
  ],
  ["a slash of the path as %252F", slashAs("%252F"), MISMATCH],
  ["a slash of the path as %5C", slashAs("%5C"), MISMATCH],
  ["a slash of the path as a backslash", slashAs("\\"), MISMATCH],
  ["%00 after the path", path((at) => `${at}%00`), MISMATCH, swift([400, "InvalidURI"])],
  ["a path that is not UTF-8", path((at) => `${at}%ff`), [400, "InvalidURI"]],
  ["an invalid escape in the path", path((at) => `${at}%zz`), [400, "InvalidURI"], swift(MISMATCH)],
  ["a fragment", { target: ({ pathname, search }) => `${pathname}${search}#a` }, MISMATCH],

  // The parameters.
  ["no query", edit("search", () => ""), DENIED, NOT_S3],
  ["no algorithm", without("X-Amz-Algorithm"), QUERY, swift(TWO_SIGNATURES)],
  ["no credential", without("X-Amz-Credential"), QUERY, NOT_S3],
  ["no date", without("X-Amz-Date"), QUERY, swift(DENIED)],
  ["no lifetime", without("X-Amz-Expires"), QUERY, swift(DENIED)],
  ["no list of signed headers", without("X-Amz-SignedHeaders"), QUERY, swift([400, "AuthorizationHeaderMalformed"])],
  ["no signature", without("X-Amz-Signature"), QUERY, swift(DENIED)],
  ["another algorithm", set("X-Amz-Algorithm", "AWS4-HMAC-SHA512"), QUERY, swift(TWO_SIGNATURES)],
  ["a date in another format", set("X-Amz-Date", "2026-01-31T00:00:00Z"), QUERY, swift(DENIED)],
  ["a date that does not exist", set("X-Amz-Date", "20261399T000000Z"), QUERY, swift(DENIED)],
  ["another date than the credential's", set("X-Amz-Date", "20990101T000000Z"), QUERY],
  ["a lifetime over 7 days", set("X-Amz-Expires", "604801"), QUERY],
  ["a negative lifetime", set("X-Amz-Expires", "-1"), QUERY],
  ["a lifetime that is not a number", set("X-Amz-Expires", "soon"), QUERY],
  ["an incomplete credential", credential(4, ""), QUERY],
  ["another region", credential(2, "eu-west-1"), QUERY],
  ["another service", credential(3, "sqs"), QUERY],
  [
    "an unknown access key",
    credential(0, "unknown"),
    UNKNOWN_KEY,
    swift(MISMATCH, "it does not reveal whether a key exists"),
  ],
  [
    "another session token",
    set("X-Amz-Security-Token", "another-token"),
    [400, "InvalidToken"],
    swift(MISMATCH, "it has no session tokens"),
  ],
  ["a URL that has expired", { ageSeconds: EXPIRES_IN + 1 }, DENIED, EXPIRED],
  ["a URL that is signed in the future", { ageSeconds: -3600 }, DENIED, ACCEPTED],
  ["a signature of version 2 too", add("Signature", "a"), TWO_SIGNATURES, ACCEPTED],

  // The headers. Those that begin with x-amz- must be signed.
  ["an Authorization header", header("authorization", "Bearer a"), TWO_SIGNATURES, ACCEPTED],
  ["an ACL", header("x-amz-acl", "private"), DENIED],
  ["metadata", header("x-amz-meta-a", "a"), DENIED],
  ["a checksum", header("x-amz-checksum-crc32", "AAAAAA=="), DENIED, ACCEPTED],
  ["a hash", header("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), DENIED, ACCEPTED],
  ["a token", header("x-amz-security-token", "a"), DENIED, ACCEPTED],
  ["a wrong Content-MD5", header("content-md5", Buffer.alloc(16).toString("base64")), [400, "BadDigest"]],
  ["a Content-MD5 of too few bytes", header("content-md5", "AAAA"), INVALID_DIGEST],
  ["a Content-MD5 in hexadecimal", header("content-md5", "0".repeat(32)), INVALID_DIGEST],
  ["a Content-MD5 that is not base64", header("content-md5", "wrong!"), INVALID_DIGEST],
  ["an empty Content-MD5", header("content-md5", ""), INVALID_DIGEST],
  ["If-None-Match with an ETag", header("if-none-match", '"a"'), NOT_IMPLEMENTED],
  ["If-Modified-Since", header("if-modified-since", new Date(0).toUTCString()), NOT_IMPLEMENTED],
  ["no length", header("content-length", undefined), [411, "MissingContentLength"]],
  ["chunks", header("transfer-encoding", "chunked"), NOT_IMPLEMENTED, ACCEPTED],
  ["a truncated body", { part: BODY.length / 2 }, [400, "RequestTimeout"], TRUNCATED],
];

/** Sends a PUT without the client, for requests that it never sends. */
function send(url: string, { target, method = "PUT", headers: changed, part }: Change): Promise<Outcome> {
  const headers: Record<string, string | string[]> = {};
  const isChunked = changed?.["transfer-encoding"] !== undefined;
  const all = { "content-type": CONTENT_TYPE, "content-length": isChunked ? undefined : `${BODY.length}`, ...changed };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) headers[name] = value;
  const hasBody = isChunked || headers["content-length"] !== undefined;
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const path = target?.(new URL(url)) ?? pathname + search;
    const request = httpRequest({ hostname, port, path, method, agent: false, headers });
    // Otherwise Node sends a length or chunks.
    request.useChunkedEncodingByDefault = isChunked;
    request.setTimeout(60_000, () => request.destroy());
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("close", () => resolve([response.statusCode ?? 0, /<Code>(\w+)</.exec(text)?.[1] ?? null]));
    });
    request.on("error", reject);
    if (!hasBody) request.end();
    else if (part === undefined) request.end(BODY);
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

  for (const [what, change, s3, difference] of CASES) {
    const [status, code] = difference?.[api ?? "swift"] ?? s3;
    const outcome = `${status}${code ? ` ${code}` : ""}`;
    const stores = status === 200 || undefined;
    const { ageSeconds = 0 } = change;
    /** A signed URL, the same URL altered by the case, and the one that is requested. */
    const urls = async () => {
      const signed = await storage().sign(CONTENT_TYPE, EXPIRES_IN, ageSeconds);
      const url = new URL(signed);
      change.url?.(url);
      const sent = change.target ? url.origin + change.target(url) : url.href;
      return { signed, url: url.href, sent };
    };

    test(`${name}: ${what} gets ${outcome}`, async () => {
      const { signed, url, sent } = await urls();
      expect(await send(url, change)).toEqual([status, code]);
      for (const at of new Set([signed, url, ...(stores ? [sent] : [])])) {
        expect((await storage().stored(at))?.equals(BODY), at).toBe(stores);
      }
    });

    // What the client can send: any URL, any content type, and the whole file.
    const {
      url: _,
      ageSeconds: __,
      headers: { "content-type": contentType, ...others } = { "content-type": CONTENT_TYPE },
      ...more
    } = change;
    if (typeof contentType !== "string" || Object.keys({ ...others, ...more }).length > 0) continue;
    test(`${name}: the client returns ${outcome} for ${what}`, async () => {
      const { url } = await urls();
      const result = await putFile(target(url, contentType), { path: file, maxAttempts: 1, checkContent: false });
      const expired = ageSeconds > EXPIRES_IN;
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
export const newKey = () => `${randomUUID()}/ ä+&.csv`;
