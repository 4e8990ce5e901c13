import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { Received } from "./call.js";
import { checkPreSignedUrl, type PreSignedUrl, preSignedUrl } from "./pre-signed-url.js";

const SIGNED = "https://storage.clear.in/a.csv?X-Amz-Expires=3599&X-Amz-Signature=canary";

const UNUSABLE = { problem: "its URL is not an https URL (http on loopback) without credentials" };

/** Reads a URL in a response to a request for `a.csv` at the start of the epoch, without a Date header by default. */
function read(url: unknown, validForSeconds = 600, about: Partial<Received> = {}) {
  const upload = { validForSeconds, contentTypeBy: "filename", contentTypes: { csv: "text/csv" } };
  const response = { status: 200, contentType: "", text: "", body: undefined, tooLong: false, retryAfterMs: null };
  return preSignedUrl(url, upload, {
    ...response,
    hostname: "api.clear.in",
    parameters: { filename: "a.csv" },
    requestedAt: 0,
    respondedAt: Number.NaN,
    ageSeconds: 0,
    ...about,
  });
}

function built(url: string, validForSeconds = 3600, hostname = "api.clear.in"): PreSignedUrl {
  const success = read(url, validForSeconds, { hostname });
  if (!success || !("data" in success)) throw new Error("the URL is unusable");
  return success.data;
}

test("shows the URL only in the url property", () => {
  const value = built(SIGNED);
  expect(value.url).toBe(SIGNED);
  const nested = { deep: { value } };
  for (const text of [
    String(value),
    `${value}`,
    JSON.stringify(nested),
    inspect(nested, { depth: 9, showHidden: true }),
  ]) {
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("canary");
  }
  expect(Object.values({ ...value })).not.toContain(SIGNED);
});

test.each([
  ["the documented lifetime if the signed one is longer", "X-Amz-Expires=35999", 600, 600],
  ["the signed lifetime if it is shorter", "X-Amz-Expires=3599", 3600, 3599],
  ["a signed lifetime of zero", "X-Amz-Expires=0", 600, 0],
  ["the documented lifetime if none is signed", "a=1", 600, 600],
  ["the documented lifetime if the signed one is not a number", "X-Amz-Expires=soon", 600, 600],
  ["the documented lifetime if the signed one has a unit", "X-Amz-Expires=60s", 600, 600],
  ["the documented lifetime if the signed one is negative", "X-Amz-Expires=-60", 600, 600],
])("expires after %s", (_what, query, documented, seconds) => {
  expect(built(`https://storage.clear.in/a?${query}`, documented).expiresAt).toEqual(new Date(seconds * 1000));
});

test.each([
  ["the remaining lifetime of a URL that was signed earlier", "20261121T000000Z", "600", "2026-11-21T00:09:50Z", 10],
  ["a negative time if the URL has already expired", "20261121T000000Z", "600", "2026-11-21T00:10:10Z", -10],
  [
    "the rest of the documented lifetime of an old URL with a long signed lifetime",
    "20261121T000000Z",
    "35999",
    "2026-11-21T00:09:00Z",
    60,
  ],
  ["the signed lifetime if the API's clock is behind", "20261121T000100Z", "300", "2026-11-21T00:00:00Z", 300],
  ["the signed lifetime if the API sends no Date", "20261121T000000Z", "300", "", 300],
  ["the signed lifetime if X-Amz-Date is invalid", "yesterday", "300", "2026-11-21T00:00:00Z", 300],
])("expires after %s", (_what, signedAt, expires, respondedAt, seconds) => {
  const url = `https://storage.clear.in/a?X-Amz-Date=${signedAt}&X-Amz-Expires=${expires}`;
  const value = read(url, 600, { respondedAt: Date.parse(respondedAt) });
  expect(value).toMatchObject({ data: { expiresAt: new Date(seconds * 1000) } });
});

test.each([
  ["http from a public API", "http://127.0.0.1/a", "api.clear.in"],
  ["http to a public host from a loopback API", "http://storage.clear.in/a", "127.0.0.1"],
  ["a data URL", "data:text/plain,a", "api.clear.in"],
  ["a relative URL", "/a", "api.clear.in"],
  ["ftp from a loopback API to loopback", "ftp://127.0.0.1/a", "127.0.0.1"],
  ["http from a loopback API to a name that ends in localhost", "http://notlocalhost/a", "127.0.0.1"],
  ["a user name alone", "https://user@storage.clear.in/a", "api.clear.in"],
  ["a password alone", "https://:secret@storage.clear.in/a", "api.clear.in"],
  ["credentials", "https://user:secret@storage.clear.in/a", "api.clear.in"],
])("rejects %s", (_what, url, hostname) => {
  expect(read(url, 600, { hostname })).toEqual(UNUSABLE);
});

test.each([
  ["a space before it", " https://storage.clear.in/a"],
  ["a line end after it", "https://storage.clear.in/a\n"],
  ["an escape character", "https://storage.clear.in/a?\u001b[2J"],
  ["a backslash before its host", "https:\\\\storage.clear.in/a"],
  ["a backslash in its path", "https://storage.clear.in\\@evil.example/a"],
  ["a right-to-left override", "https://storage.clear.in/\u202ea"],
  ["an invalid host", "https://[/a"],
  ["an empty value", ""],
  ["another type", 1],
  ["no value", undefined],
])("a URL with %s is unusable", (_what, url) => {
  expect(read(url)).toEqual(UNUSABLE);
});

test("a URL whose age exceeds the range of Date is unusable", () => {
  const url = "https://storage.clear.in/a?X-Amz-Date=00000101T000000Z&X-Amz-Expires=600";
  const respondedAt = Date.parse("Sat, 13 Sep 275760 00:00:00 GMT");
  expect(read(url, 600, { respondedAt })).toEqual(UNUSABLE);
});

test.each([
  ["a URL of 5,000 characters", `https://storage.clear.in/${"a".repeat(5000)}`, "api.clear.in"],
  ["another https host", "https://bucket.s3.amazonaws.com/a", "api.clear.in"],
  ["http from a loopback API to loopback", "http://localhost:1/a", "[::1]"],
])("accepts %s", (_what, url, hostname) => {
  expect(built(url, 600, hostname).url).toBe(url);
});

const plain = { url: "https://storage.clear.in/a?X-Amz-Signature=canary", headers: { "content-type": "text/csv" } };

test("the error for a URL that lost its url in JSON, a spread or a clone explains why", () => {
  const value = built(plain.url);
  for (const lost of [JSON.parse(JSON.stringify(value)), { ...value }, structuredClone({ ...value })]) {
    expect(() => checkPreSignedUrl(lost)).toThrow(
      "preSignedUrl has lost its url, or has a redacted one: JSON, spreads and clones hide it; " +
        "pass .url on explicitly: { url: data.url, headers: data.headers, expiresAt: data.expiresAt }",
    );
  }
});

test("a client's URL is returned unchanged, so that it can be compared", () => {
  const value = built(plain.url);
  expect(checkPreSignedUrl(value)).toBe(value);
});

const expiresAt = new Date();
test.each<[string, unknown, RegExp]>([
  ["undefined", undefined, /must have headers with a content-type/],
  ["no headers", { url: plain.url, expiresAt }, /must have headers with a content-type/],
  ["a content type that is not a string", { ...plain, headers: { "content-type": 1 }, expiresAt }, /must have headers/],
  ["an empty content type", { ...plain, headers: { "content-type": "" }, expiresAt }, /must have headers/],
  ["a header within the content type", { ...plain, headers: { "content-type": "a\r\nb: c" }, expiresAt }, /must have/],
  [
    "http to a host other than loopback",
    { ...plain, url: "http://storage.clear.in/a", expiresAt },
    /must have an https url/,
  ],
  ["a url that is not a string", { ...plain, url: 1, expiresAt }, /must have an https url/],
  ["no expiry", plain, /must have expiresAt, a Date or a string in ISO 8601/],
  ["an expiry that is not a date", { ...plain, expiresAt: "soon" }, /must have expiresAt/],
  ["an invalid date", { ...plain, expiresAt: new Date(Number.NaN) }, /must have expiresAt/],
])("%s is not a pre-signed URL", (_what, value, message) => {
  expect(() => checkPreSignedUrl(value as never)).toThrow(message);
});
