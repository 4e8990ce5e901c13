import { AwsV4Signer } from "aws4fetch";
import type { Api } from "../errors.js";
import { operations, type Upload } from "./operations.js";

/** An access key of the storage. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An error response of the storage. */
export interface S3Error {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const REGION = "ap-south-1";
const BUCKET = `/v1/${REGION}/clear-presign-sandbox`;
/** S3's maximum lifetime of a URL. */
export const MAX_LIFETIME_SECONDS = 604_800;

/** S3 rejects a URL that was signed later than this from now. */
const MAX_CLOCK_SKEW_MS = 15 * 60_000;

const NOT_SIGNED: S3Error = { status: 403, code: "AccessDenied", message: "The request is not signed." };
const TWO_SIGNATURES: S3Error = {
  status: 400,
  code: "InvalidArgument",
  message: "Only one of X-Amz-Algorithm, Signature and the Authorization header is allowed.",
};
const UNKNOWN_KEY: S3Error = { status: 403, code: "InvalidAccessKeyId", message: "The access key does not exist." };
const INVALID_TOKEN: S3Error = { status: 400, code: "InvalidToken", message: "The security token is invalid." };
const NOT_YET_VALID: S3Error = { status: 403, code: "AccessDenied", message: "Request is not yet valid" };
export const SIGNATURE_DOES_NOT_MATCH: S3Error = {
  status: 403,
  code: "SignatureDoesNotMatch",
  message: "The signature does not match this request.",
};
const invalidQuery = (message: string): S3Error => ({
  status: 400,
  code: "AuthorizationQueryParametersError",
  message,
});

const ALGORITHM = "AWS4-HMAC-SHA256";
const REQUIRED = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"].map(
  (name) => `X-Amz-${name}`,
);

/** The uploads in the description, by API. */
const UPLOADS: Readonly<Record<string, Upload>> = Object.fromEntries(
  operations.filter(({ upload }) => upload !== undefined).map(({ api, upload }) => [api, upload as Upload]),
);

const random = () => crypto.randomUUID().replaceAll("-", "");

/** Creates the access key of an API, a temporary one if its URLs are signed with a session token. */
function newKey({ sessionToken }: Upload): Keys {
  const id = random().slice(0, 16).toUpperCase();
  return sessionToken
    ? { accessKeyId: `ASIA${id}`, secretAccessKey: random(), sessionToken: random().repeat(4) }
    : { accessKeyId: `AKIA${id}`, secretAccessKey: random() };
}

const newKeys = () => Object.fromEntries(Object.entries(UPLOADS).map(([api, upload]) => [api, newKey(upload)]));

/** Parses an X-Amz-Date, such as `20260131T235959Z`. Returns NaN if it is invalid. */
function parseDate(datetime: string): number {
  return Date.parse(datetime.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
}

/** Finds what is wrong with the parameters of a signature, before it is verified. */
function queryError(query: URLSearchParams): S3Error | undefined {
  const missing = REQUIRED.filter((name) => !query.has(name));
  if (missing.length === REQUIRED.length) return NOT_SIGNED;
  if (missing.length > 0) return invalidQuery(`The URL has no ${missing.join(", ")}.`);
  if (query.get("X-Amz-Algorithm") !== ALGORITHM) return invalidQuery(`X-Amz-Algorithm must be ${ALGORITHM}.`);
  if (Number.isNaN(parseDate(String(query.get("X-Amz-Date"))))) return invalidQuery("X-Amz-Date is invalid.");
  const expires = String(query.get("X-Amz-Expires"));
  if (!/^\d+$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_LIFETIME_SECONDS) {
    return invalidQuery(`X-Amz-Expires must be a number from 1 to ${MAX_LIFETIME_SECONDS}.`);
  }
  // The rest of the credential is compared with the signer's.
  const scope = `/${String(query.get("X-Amz-Date")).slice(0, 8)}/${REGION}/s3/aws4_request`;
  const credential = String(query.get("X-Amz-Credential"));
  return /^[^/]+\//.test(credential) && credential.endsWith(scope)
    ? undefined
    : invalidQuery(`X-Amz-Credential must be an access key and ${scope}.`);
}

/** Signs a URL with SigV4, with the headers `content-type;host`. Its query must have X-Amz-Expires. */
async function presign(
  method: string,
  url: URL,
  contentType: string | null,
  keys: Keys,
  datetime: string,
): Promise<URL> {
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: contentType === null ? {} : { "content-type": contentType },
    ...keys,
    service: "s3",
    region: REGION,
    datetime,
    signQuery: true,
    allHeaders: true,
  });
  return (await signer.sign()).url;
}

/** Signs URLs and verifies PUTs to them. */
export class UrlSigner {
  readonly #keys: Readonly<Record<string, Keys>>;

  /** @param keys - By API. */
  constructor(keys: Readonly<Record<string, Keys>> = newKeys()) {
    this.#keys = keys;
  }

  /**
   * Signs a URL for one PUT. Its path does not contain the requested file name.
   *
   * @param lifetimeSeconds - 0 for a URL that has just expired.
   */
  async sign(api: Api, origin: string, contentType: string, lifetimeSeconds: number): Promise<string> {
    const url = new URL(`${BUCKET}/${api}/${crypto.randomUUID()}`, origin);
    // S3's minimum lifetime is one second.
    const age = lifetimeSeconds === 0 ? 1 : 0;
    url.searchParams.set("X-Amz-Expires", String(lifetimeSeconds + age));
    const signedAt = new Date(Date.now() - age * 1000).toISOString();
    const keys = this.#keys[api] as Keys;
    return (await presign("PUT", url, contentType, keys, signedAt.replace(/[:-]|\.\d{3}/g, ""))).href;
  }

  /** Returns S3's error for a request, or undefined for a PUT that is valid. */
  async verify(method: string, url: URL, headers: Headers): Promise<S3Error | undefined> {
    const query = url.searchParams;
    if (headers.has("authorization") || (query.has("Signature") && query.has("X-Amz-Algorithm"))) return TWO_SIGNATURES;
    const invalid = queryError(query);
    if (invalid) return invalid;

    const [accessKeyId] = String(query.get("X-Amz-Credential")).split("/");
    const [api, keys] = Object.entries(this.#keys).find(([, key]) => key.accessKeyId === accessKeyId) ?? [];
    if (!api || !keys) return UNKNOWN_KEY;
    const token = query.get("X-Amz-Security-Token") ?? undefined;
    // The access key of a session is unknown without its token.
    if (token !== keys.sessionToken) return token === undefined ? UNKNOWN_KEY : INVALID_TOKEN;

    const unsigned = [...headers.keys()].filter((name) => name.startsWith("x-amz-"));
    if (unsigned.length > 0) {
      return { status: 403, code: "AccessDenied", message: `Headers that are not signed: ${unsigned.join(", ")}` };
    }

    const datetime = String(query.get("X-Amz-Date"));
    const signedAt = parseDate(datetime);
    if (signedAt > Date.now() + MAX_CLOCK_SKEW_MS) return NOT_YET_VALID;
    if (Date.now() >= signedAt + Number(query.get("X-Amz-Expires")) * 1000) return UPLOADS[api]?.expired;

    const withoutSignature = new URL(url);
    withoutSignature.searchParams.delete("X-Amz-Signature");
    const expected = await presign(method, withoutSignature, headers.get("content-type"), keys, datetime);
    // Compares every parameter, not only the signature: the signer replaces a foreign token or list of headers.
    const sorted = ({ searchParams }: URL) => String([...searchParams].sort());
    const repeated = new Set(query.keys()).size !== query.size;
    return repeated || sorted(expected) !== sorted(url) ? SIGNATURE_DOES_NOT_MATCH : undefined;
  }
}
