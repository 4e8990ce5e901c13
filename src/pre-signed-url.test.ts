import { inspect } from "node:util";
import { expect, test } from "vitest";
import { type PreSignedUrl, preSignedUrl } from "./pre-signed-url.js";

const SIGNED = "https://storage.clear.in/a.csv?X-Amz-Expires=3599&X-Amz-Signature=canary";

const UNUSABLE = { problem: "its URL is not an https URL (http on loopback) without credentials" };

/** A response to a request at the start of the epoch, without a Date header by default. */
const received = (hostname: string, respondedAt = Number.NaN) => ({ hostname, requestedAt: 0, respondedAt });

function built(url: string, lifetimeSeconds = 3600, hostname = "api.clear.in"): PreSignedUrl {
  const decoded = preSignedUrl(url, "text/csv", lifetimeSeconds, received(hostname));
  if (!decoded || !("data" in decoded)) throw new Error("the URL is unusable");
  return decoded.data;
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
    "the documented lifetime of an old URL with a long signed lifetime",
    "20261121T000000Z",
    "35999",
    "2026-11-21T02:00:00Z",
    600,
  ],
  ["the signed lifetime if the API's clock is behind", "20261121T000100Z", "300", "2026-11-21T00:00:00Z", 300],
  ["the signed lifetime if the API sends no Date", "20261121T000000Z", "300", "", 300],
  ["the signed lifetime if X-Amz-Date is invalid", "yesterday", "300", "2026-11-21T00:00:00Z", 300],
])("expires after %s", (_what, signedAt, expires, respondedAt, seconds) => {
  const url = `https://storage.clear.in/a?X-Amz-Date=${signedAt}&X-Amz-Expires=${expires}`;
  const value = preSignedUrl(url, "text/csv", 600, received("api.clear.in", Date.parse(respondedAt)));
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
  expect(preSignedUrl(url, "text/csv", 600, received(hostname))).toEqual(UNUSABLE);
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
  expect(preSignedUrl(url, "text/csv", 600, received("api.clear.in"))).toEqual(UNUSABLE);
});

test("a URL whose age exceeds the range of Date is unusable", () => {
  const url = "https://storage.clear.in/a?X-Amz-Date=00000101T000000Z&X-Amz-Expires=600";
  const respondedAt = Date.parse("Sat, 13 Sep 275760 00:00:00 GMT");
  expect(preSignedUrl(url, "text/csv", 600, received("api.clear.in", respondedAt))).toEqual(UNUSABLE);
});

test.each([
  ["a URL of 5,000 characters", `https://storage.clear.in/${"a".repeat(5000)}`, "api.clear.in"],
  ["another https host", "https://bucket.s3.amazonaws.com/a", "api.clear.in"],
  ["http from a loopback API to loopback", "http://localhost:1/a", "[::1]"],
])("accepts %s", (_what, url, hostname) => {
  expect(built(url, 600, hostname).url).toBe(url);
});
