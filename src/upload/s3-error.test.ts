import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { etagOf, isStored, storageError } from "./s3-error.js";

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
  ["a slow connection", 408, "", null, false, true, /later/],
  ["a request that came too early", 425, "", null, false, true, /later/],
  ["a proxy without credentials", 407, "<html>canary", null, false, false, /^The storage .*proxy requires credentials/],
  ["a file that is too large for a proxy", 413, "<html>canary", null, false, false, /too large.* proxy; split it/],
  ["a file that is too large, with a code", 413, errorXml("EntityTooLarge"), "EntityTooLarge", false, false, /split/],
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

test.each([
  ["a page of a firewall", 403, "<html><head>canary", {}],
  ["a page after white space", 403, "\ufeff\r\n<!DOCTYPE html>canary", {}],
  ["a page by its type", 400, "Blocked, canary", { "content-type": "text/html; charset=utf-8" }],
  ["a page of a portal", 302, "<HTML>canary", {}],
])("%s is not the storage's, nor a sign of expiry", (_what, status, text, headers) => {
  for (const lifetimeMs of [60_000, 0]) {
    const error = storageError(response(status, text, headers), target(lifetimeMs));
    expect(error).toMatchObject({ kind: "storage", status, code: null, expired: false, retryable: false });
    expect(error.message).toBe(
      `The response was ${status} with an HTML page, where the storage sends none: a proxy or firewall between you and the storage may have responded; let PUTs to storage.clear.in pass there.`,
    );
  }
});

test.each<[string, string, Record<string, string>, boolean, RegExp]>([
  ["a page", "<!doctype html><title>canary", {}, false, /^The response was 200 with an HTML page, where .* firewall/],
  ["a page by its type", "\x1f\ufffdcanary", { "content-type": "text/html" }, false, /200 with an HTML page/],
  ["another XML document", "<canary/>", {}, false, /200 with an XML document, where/],
  ["an S3 error", errorXml("AccessDenied"), {}, false, /200 AccessDenied with an XML document, where/],
  ["a passing S3 error", errorXml("InternalError"), {}, true, /200 InternalError with an XML document, where/],
  ["JSON", ' {"canary": 1}', {}, false, /200 with JSON, where/],
  ["JSON by its type", '"canary"', { "content-type": "application/json" }, false, /200 with JSON, where/],
  ["text", "OK canary", {}, false, /200 with text, where/],
  ["a NUL", "\0", {}, false, /200 with text, where/],
])("does not take a 200 with %s for a success", (_what, text, headers, retryable, words) => {
  const found = response(200, text, headers);
  expect(isStored(found)).toBe(false);
  const error = storageError(found, target());
  expect(error).toMatchObject({ kind: "storage", status: 200, expired: false, retryable });
  expect(error.message).toMatch(words);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary/i);
});

test("asks for a new URL after a 200 with S3's error for an expired one", () => {
  const error = storageError(response(200, errorXml("ExpiredToken")), target());
  expect(error).toMatchObject({ status: 200, expired: true, retryable: false });
});

test.each<[string, string, Record<string, string>]>([
  ["no body", "", {}],
  ["no body and its length", "", { "content-length": "0", "content-type": "text/html" }],
  ["white space", " \r\n", { "content-length": "3" }],
  ["a byte order mark", "\ufeff", { "content-length": "3" }],
])("takes a 200 with %s for a success, and no other status", (_what, text, headers) => {
  expect(isStored(response(200, text, headers))).toBe(true);
  for (const status of [201, 204, 206, 304, 403]) expect(isStored(response(status, text, headers))).toBe(false);
});

test.each([
  ["of S3", '"9b2cf535f27731c974343645a3985328"', '"9b2cf535f27731c974343645a3985328"'],
  ["of several parts", '"9b2cf535f27731c974343645a3985328-2"', '"9b2cf535f27731c974343645a3985328-2"'],
  ["without quotes", "9b2cf535f27731c974343645a3985328", "9b2cf535f27731c974343645a3985328"],
  ["with half of its quotes", '"9b2cf535', null],
  ["that is weak", 'W/"9b2cf535"', null],
  ["that is the signature", '"Canarysignature"', null],
  ["with a control sequence", '"\u001b[2J"', null],
  ["that is empty", '""', null],
])("has the ETag %s as received, or none", (_what, etag, expected) => {
  expect(etagOf(response(200, "", { etag }), target())).toBe(expected);
  expect(etagOf(response(200, ""), target())).toBeNull();
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
