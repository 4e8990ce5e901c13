import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { storageError } from "./s3-error.js";

const url = "https://storage.clear.in/a?X-Amz-Credential=CANARYKEY%2F20261121&X-Amz-Signature=Canarysignature";
const target = (lifetimeMs = 60_000): PreSignedUrl => ({
  url,
  method: "PUT",
  headers: { "content-type": "text/csv" },
  expiresAt: new Date(Date.now() + lifetimeMs),
});

/** A response of the storage. */
const response = (status: number, text: string, headers: Record<string, string> = {}) => ({ status, headers, text });

/** An error document as S3 and Swift send it, with everything that they echo. */
const errorXml = (code: string, message = "") => `<?xml version="1.0" encoding="UTF-8"?>
<Error>
  <Code>${code}</Code><Message>${message}</Message>
  <AWSAccessKeyId>canary-key</AWSAccessKeyId><SignatureProvided>canary-signature</SignatureProvided>
  <StringToSign>AWS4-HMAC-SHA256&#10;canary-scope</StringToSign><StringToSignBytes>63 61</StringToSignBytes>
  <CanonicalRequest>PUT&#10;/a&#10;X-Amz-Security-Token=canary-token</CanonicalRequest>
  <Token-0>canary-token</Token-0><RequestId>1</RequestId><HostId>canary</HostId>
</Error>`;

test.each<[string, number, string, string | null, boolean, boolean, RegExp]>([
  ["a wrong signature", 403, errorXml("SignatureDoesNotMatch"), "SignatureDoesNotMatch", false, false, /exactly/],
  ["a denial", 403, errorXml("AccessDenied", "Access Denied"), "AccessDenied", false, false, /does not allow/],
  ["an expired URL, GLS", 403, errorXml("AccessDenied", "Request has expired"), "AccessDenied", true, false, /new one/],
  ["an expired token, CFC", 400, errorXml("ExpiredToken"), "ExpiredToken", true, false, /no longer valid/],
  ["an expired token, GLS", 403, errorXml("ExpiredToken"), "ExpiredToken", true, false, /no longer valid/],
  ["an unknown key", 403, errorXml("InvalidAccessKeyId"), "InvalidAccessKeyId", false, false, /key/],
  ["a missing bucket", 404, errorXml("NoSuchBucket"), "NoSuchBucket", false, false, /environment/],
  ["a file that is too large", 400, errorXml("EntityTooLarge"), "EntityTooLarge", false, false, /split/],
  ["too many requests", 503, errorXml("SlowDown"), "SlowDown", false, true, /later/],
  ["too many requests without a document", 429, "", null, false, true, /later/],
  ["a slow body", 400, errorXml("RequestTimeout"), "RequestTimeout", false, true, /later/],
  ["an internal error", 500, errorXml("InternalError"), "InternalError", false, true, /later/],
  ["a redirect", 307, errorXml("TemporaryRedirect"), "TemporaryRedirect", false, false, /not followed/],
  ["another error", 400, errorXml("InvalidDigest"), "InvalidDigest", false, false, /repeating the PUT cannot help/],
  ["no document", 400, "", null, false, false, /cannot help/],
  ["an HTML page", 502, "<html><br>Bad Gateway", null, false, true, /later/],
  ["an entity in the message", 403, errorXml("AccessDenied", "has &#101;xpired"), "AccessDenied", true, false, /new/],
  ["a CDATA section", 403, "<Error><Code><![CDATA[AccessDenied]]></Code></Error>", "AccessDenied", false, false, /./],
  ["a truncated document", 403, errorXml("AccessDenied").slice(0, 90), "AccessDenied", false, false, /./],
  ["a truncated code", 403, "<Error><Code>Access", null, false, false, /./],
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
  ["a long string", `Canary${"y".repeat(100)}`],
  ["an empty string", ""],
])("has no code for %s", (_what, code) => {
  expect(storageError(response(403, errorXml(code)), target()).code).toBeNull();
});

test("after the URL's expiry, a denial without a reason counts as expired, and a wrong signature does not", () => {
  expect(storageError(response(400, ""), target(0)).expired).toBe(true);
  expect(storageError(response(403, errorXml("AccessDenied")), target(0)).expired).toBe(true);
  expect(storageError(response(403, errorXml("SignatureDoesNotMatch")), target(0)).expired).toBe(false);
  expect(storageError(response(404, ""), target(0)).expired).toBe(false);
  expect(storageError(response(500, ""), target(0))).toMatchObject({ expired: false, retryable: true });
});

const entities = `<!DOCTYPE Error [<!ENTITY a "ha">${Array.from("bcdefghij", (name, i) => {
  const before = "abcdefghij"[i];
  return `<!ENTITY ${name} "${`&${before};`.repeat(10)}">`;
}).join("")}]>`;

test.each<[string, string]>([
  ["exponential entity expansion", `${entities}<Error><Code>&j;</Code></Error>`],
  ["an entity from a file", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Error><Code>&x;</Code></Error>'],
  ["a million levels", "<a>".repeat(1_000_000)],
  ["a million attributes", `<Error ${'a="1" '.repeat(1_000_000)}>`],
  ["a long name", `<${"a".repeat(10_000_000)}`],
  ["a long string before the code", `<Error>${" ".repeat(100_000)}<Code>AccessDenied</Code></Error>`],
  [
    "element names that are properties of every object",
    "<Error><__proto__>a</__proto__><constructor>b</constructor></Error>",
  ],
  ["an unmatched closing tag", "</Error><Code>AccessDenied</Code>"],
  ["control characters", "\0\u0001<Error>\ud800<Code>\0</Code>"],
])("has no code, and does not throw, for %s", (_what, text) => {
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
  ["a part of the credential", "CANARYKEY"],
  ["a long string", "1".repeat(64)],
  ["a control sequence", "\u001b[2J"],
  ["markup", "<canary>"],
  ["words", "canary canary"],
  ["an empty string", ""],
])("has no request id for %s", (_what, id) => {
  expect(storageError(response(403, "", { "x-amz-request-id": id }), target()).requestId).toBeNull();
});

test("has no request id if the response has none", () => {
  expect(storageError(response(403, ""), target()).requestId).toBeNull();
});
