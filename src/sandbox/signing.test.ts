/** Compares signing and verification with the AWS SDK. */
import { createHash, createHmac } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, expect, test } from "vitest";
import { UrlSigner } from "./signing.js";

const KEYS = {
  cfc: { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret/of+cfc", sessionToken: "session/token+of==" },
  gls: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret/of+gls" },
};
const ORIGIN = "http://127.0.0.1:4011";
const CONTENT_TYPES = ["text/csv", "application/zip", "text/csv; charset=utf-8"];
const signer = new UrlSigner(KEYS);

const clients = Object.fromEntries(
  Object.entries(KEYS).map(([api, credentials]) => [
    api,
    new S3Client({
      endpoint: ORIGIN,
      region: "ap-south-1",
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
    }),
  ]),
) as Record<"cfc" | "gls", S3Client>;
afterAll(() => {
  for (const client of Object.values(clients)) client.destroy();
});

const cases = (["cfc", "gls"] as const).flatMap((api) => CONTENT_TYPES.map((type) => [api, type] as const));

test.each(cases)("accepts a URL that the SDK signed with the key of %s for %s", async (api, ContentType) => {
  for (const Key of ["a.csv", "a/b c/ä+&='()*!~$@:,.csv", "a%2Fb"]) {
    const command = new PutObjectCommand({ Bucket: "bucket", Key, ContentType });
    const signed = await getSignedUrl(clients[api], command, {
      expiresIn: 600,
      signableHeaders: new Set(["content-type"]),
    });
    const headers = new Headers({ "content-type": ContentType });
    expect(await signer.verify("PUT", new URL(signed), headers), Key).toBeUndefined();
    expect(await signer.verify("PUT", new URL(`${signed}0`), headers)).toMatchObject({ code: "SignatureDoesNotMatch" });
  }
});

/** The hash constructor that the SDK's signer requires. */
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

test.each(cases)("a URL signed for %s and %s has the same parameters as the SDK's", async (api, type) => {
  const { protocol, hostname, host, pathname, searchParams } = new URL(await signer.sign(api, ORIGIN, type, 600));
  const date = String(searchParams.get("X-Amz-Date"));
  const sdk = new SignatureV4({
    service: "s3",
    region: "ap-south-1",
    credentials: KEYS[api],
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const expected = await sdk.presign(
    {
      method: "PUT",
      protocol,
      hostname,
      path: pathname,
      query: {},
      headers: { host, "content-type": type, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    },
    {
      expiresIn: 600,
      signingDate: new Date(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5")),
      signableHeaders: new Set(["host", "content-type"]),
      // This header only selects how the body is hashed, and is not sent.
      unhoistableHeaders: new Set(["x-amz-content-sha256"]),
      unsignableHeaders: new Set(["x-amz-content-sha256"]),
    },
  );
  expect(Object.fromEntries(searchParams)).toEqual(expected.query);
});

test("rejects a URL with a parameter missing or repeated", async () => {
  const signed = await signer.sign("cfc", ORIGIN, "text/csv", 600);
  const headers = new Headers({ "content-type": "text/csv" });
  expect(await signer.verify("PUT", new URL(signed), headers)).toBeUndefined();
  for (const name of new URL(signed).searchParams.keys()) {
    const without = new URL(signed);
    without.searchParams.delete(name);
    expect(await signer.verify("PUT", without, headers), `without ${name}`).toBeDefined();
    const twice = new URL(signed);
    twice.searchParams.append(name, String(twice.searchParams.get(name)));
    expect(await signer.verify("PUT", twice, headers), `${name} twice`).toBeDefined();
  }
});

test("rejects a PUT without the signed content type", async () => {
  const signed = new URL(await signer.sign("cfc", ORIGIN, "text/csv", 600));
  expect(await signer.verify("PUT", signed, new Headers())).toMatchObject({ code: "SignatureDoesNotMatch" });
});

test("a URL with a lifetime of 0 has already expired", async () => {
  const signed = await signer.sign("gls", ORIGIN, "text/csv", 0);
  expect(await signer.verify("PUT", new URL(signed), new Headers({ "content-type": "text/csv" }))).toEqual({
    status: 403,
    code: "AccessDenied",
    message: "Request has expired",
  });
});
