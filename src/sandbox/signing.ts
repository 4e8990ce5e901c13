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

const BUCKET = "/v1/ap-south-1/clear-presign-sandbox";
/** S3's maximum lifetime of a URL. */
export const MAX_LIFETIME_SECONDS = 604_800;

const NOT_SIGNED: S3Error = { status: 403, code: "AccessDenied", message: "The request is not signed." };
const SIGNATURE_DOES_NOT_MATCH: S3Error = {
  status: 403,
  code: "SignatureDoesNotMatch",
  message: "The signature does not match this request.",
};
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

/** Signs a URL with SigV4 for one PUT, with the headers `content-type;host`. Its query must have X-Amz-Expires. */
async function presign(url: URL, contentType: string | null, keys: Keys, datetime: string): Promise<URL> {
  const signer = new AwsV4Signer({
    method: "PUT",
    url: url.href,
    headers: contentType === null ? {} : { "content-type": contentType },
    ...keys,
    service: "s3",
    region: "ap-south-1",
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
    return (await presign(url, contentType, keys, signedAt.replace(/[:-]|\.\d{3}/g, ""))).href;
  }

  /** Returns the error for a PUT, or undefined if it is valid. */
  async verify(url: URL, headers: Headers): Promise<S3Error | undefined> {
    const query = url.searchParams;
    const datetime = query.get("X-Amz-Date") ?? "";
    const signedAt = Date.parse(datetime.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
    const expires = Number(query.get("X-Amz-Expires"));
    const dated =
      !Number.isNaN(signedAt) && Number.isInteger(expires) && expires >= 1 && expires <= MAX_LIFETIME_SECONDS;
    if (!query.has("X-Amz-Signature") || !dated) return NOT_SIGNED;

    const [accessKeyId] = (query.get("X-Amz-Credential") ?? "").split("/");
    const [api, keys] = Object.entries(this.#keys).find(([, key]) => key.accessKeyId === accessKeyId) ?? [];
    if (!api || !keys) return { status: 403, code: "InvalidAccessKeyId", message: "The access key does not exist." };

    const unsigned = [...headers.keys()].filter((name) => name.startsWith("x-amz-"));
    if (unsigned.length > 0) {
      return { status: 403, code: "AccessDenied", message: `Headers that are not signed: ${unsigned.join(", ")}` };
    }

    const withoutSignature = new URL(url);
    withoutSignature.searchParams.delete("X-Amz-Signature");
    const expected = await presign(withoutSignature, headers.get("content-type"), keys, datetime);
    // Compares every parameter, not only the signature: the signer replaces a foreign scope or token.
    const sorted = ({ searchParams }: URL) => String([...searchParams].sort());
    const repeated = new Set(query.keys()).size !== query.size;
    if (repeated || sorted(expected) !== sorted(url)) return SIGNATURE_DOES_NOT_MATCH;
    return Date.now() >= signedAt + expires * 1000 ? UPLOADS[api]?.expired : undefined;
  }
}
