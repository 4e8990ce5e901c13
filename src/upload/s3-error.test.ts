import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { storageError } from "./s3-error.js";

const url = "https://storage.clear.in/a?X-Amz-Credential=CANARYKEY%2F20261121&X-Amz-Signature=Canarysignature";
const target = (lifeMs = 60_000): PreSignedUrl => ({
  url,
  method: "PUT",
  headers: { "content-type": "text/csv" },
  expiresAt: new Date(Date.now() + lifeMs),
});

/** A response with headers of the storage. */
const response = (status: number, text: string, headers: Record<string, string> = {}) => ({ status, headers, text });

/** A refusal as S3 and Swift write it, with all that they echo. */
const refusal = (code: string, message = "") => `<?xml version="1.0" encoding="UTF-8"?>
<Error>
  <Code>${code}</Code><Message>${message}</Message>
  <AWSAccessKeyId>canary-key</AWSAccessKeyId><SignatureProvided>canary-signature</SignatureProvided>
  <StringToSign>AWS4-HMAC-SHA256&#10;canary-scope</StringToSign><StringToSignBytes>63 61</StringToSignBytes>
  <CanonicalRequest>PUT&#10;/a&#10;X-Amz-Security-Token=canary-token</CanonicalRequest>
  <Token-0>canary-token</Token-0><RequestId>1</RequestId><HostId>canary</HostId>
</Error>`;

test.each<[string, number, string, string | null, boolean, boolean, RegExp]>([
  ["a wrong signature", 403, refusal("SignatureDoesNotMatch"), "SignatureDoesNotMatch", false, false, /exactly/],
  ["a denial", 403, refusal("AccessDenied", "Access Denied"), "AccessDenied", false, false, /does not allow/],
  ["an expired URL, GLS", 403, refusal("AccessDenied", "Request has expired"), "AccessDenied", true, false, /new one/],
  ["an expired token, CFC", 400, refusal("ExpiredToken"), "ExpiredToken", true, false, /no longer valid/],
  ["an expired token, GLS", 403, refusal("ExpiredToken"), "ExpiredToken", true, false, /no longer valid/],
  ["an unknown key", 403, refusal("InvalidAccessKeyId"), "InvalidAccessKeyId", false, false, /key/],
  ["no bucket", 404, refusal("NoSuchBucket"), "NoSuchBucket", false, false, /environment/],
  ["too much", 400, refusal("EntityTooLarge"), "EntityTooLarge", false, false, /split/],
  ["too many requests", 503, refusal("SlowDown"), "SlowDown", false, true, /later/],
  ["too many requests without a document", 429, "", null, false, true, /later/],
  ["a slow body", 400, refusal("RequestTimeout"), "RequestTimeout", false, true, /later/],
  ["a failure inside", 500, refusal("InternalError"), "InternalError", false, true, /later/],
  ["a redirect", 307, refusal("TemporaryRedirect"), "TemporaryRedirect", false, false, /not followed/],
  ["another refusal", 400, refusal("InvalidDigest"), "InvalidDigest", false, false, /repeating the PUT cannot help/],
  ["no document", 400, "", null, false, false, /cannot help/],
  ["a page", 502, "<html><br>Bad Gateway", null, false, true, /later/],
  ["an entity in the message", 403, refusal("AccessDenied", "has &#101;xpired"), "AccessDenied", true, false, /new/],
  ["a CDATA", 403, "<Error><Code><![CDATA[AccessDenied]]></Code></Error>", "AccessDenied", false, false, /./],
  ["a document that is cut", 403, refusal("AccessDenied").slice(0, 90), "AccessDenied", false, false, /./],
  ["a code that is cut", 403, "<Error><Code>Access", null, false, false, /./],
  ["a code elsewhere", 403, "<a><Error><Code>AccessDenied</Code></Error></a>", null, false, false, /./],
  ["a code in a comment", 403, "<Error><!--<Code>AccessDenied</Code>--></Error>", null, false, false, /./],
  ["two codes", 403, "<Error><Code>First</Code><Code>Second</Code></Error>", "First", false, false, /./],
])("reads %s", (_what, status, text, code, expired, retryable, words) => {
  const error = storageError(response(status, text), target());
  expect(error).toMatchObject({ kind: "storage", status, code, expired, retryable });
  expect(error.message).toMatch(words);
  expect(error.message).toContain(`${status}${code ? ` ${code}` : ""}: `);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary/i);
});

test.each([
  ["the signature", "Canarysignature"],
  ["the key", "CANARYKEY"],
  ["words", "canary canary"],
  ["markup", "&lt;canary&gt;"],
  ["a long text", `Canary${"y".repeat(100)}`],
  ["nothing", ""],
])("takes %s for no code", (_what, code) => {
  expect(storageError(response(403, refusal(code)), target()).code).toBeNull();
});

test("after the URL's lifetime a denial without a reason counts as expired, a wrong signature does not", () => {
  expect(storageError(response(400, ""), target(0)).expired).toBe(true);
  expect(storageError(response(403, refusal("AccessDenied")), target(0)).expired).toBe(true);
  expect(storageError(response(403, refusal("SignatureDoesNotMatch")), target(0)).expired).toBe(false);
  expect(storageError(response(404, ""), target(0)).expired).toBe(false);
  expect(storageError(response(500, ""), target(0))).toMatchObject({ expired: false, retryable: true });
});

const entities = `<!DOCTYPE Error [<!ENTITY a "ha">${Array.from("bcdefghij", (name, i) => {
  const before = "abcdefghij"[i];
  return `<!ENTITY ${name} "${`&${before};`.repeat(10)}">`;
}).join("")}]>`;

test.each<[string, string]>([
  ["entities that multiply", `${entities}<Error><Code>&j;</Code></Error>`],
  ["an entity from a file", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Error><Code>&x;</Code></Error>'],
  ["a million levels", "<a>".repeat(1_000_000)],
  ["a million attributes", `<Error ${'a="1" '.repeat(1_000_000)}>`],
  ["a long name", `<${"a".repeat(10_000_000)}`],
  ["a long text before the code", `<Error>${" ".repeat(100_000)}<Code>AccessDenied</Code></Error>`],
  ["names of every object", "<Error><__proto__>a</__proto__><constructor>b</constructor></Error>"],
  ["a tag that closes nothing", "</Error><Code>AccessDenied</Code>"],
  ["control characters", "\0\u0001<Error>\ud800<Code>\0</Code>"],
])("%s give no code and no exception", (_what, text) => {
  expect(storageError(response(400, text), target())).toMatchObject({ kind: "storage", status: 400, code: null });
});

test.each([
  ["S3", "TX234S0F24A06C7K"],
  ["Ceph", "tx00000a1b2c3d4e5f6a7b8-0065f1c2d3-1a2b3c-default"],
  ["MinIO", "17E2C4B6A1B0F9D3"],
])("has the request id of %s", (_what, id) => {
  expect(storageError(response(403, "", { "x-amz-request-id": id }), target()).requestId).toBe(id);
});

test.each([
  ["the signature", "Canarysignature"],
  ["a part of the key", "CANARYKEY"],
  ["a long one", "1".repeat(64)],
  ["terminal control", "\u001b[2J"],
  ["markup", "<canary>"],
  ["words", "canary canary"],
  ["nothing", ""],
])("takes %s for no request id", (_what, id) => {
  expect(storageError(response(403, "", { "x-amz-request-id": id }), target()).requestId).toBeNull();
});

test("has no request id where the response has none", () => {
  expect(storageError(response(403, ""), target()).requestId).toBeNull();
});
