import { inspect } from "node:util";
import { expect, test } from "vitest";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { CONTENT, target } from "../../test-support/upload-fixtures.js";
import { preSignedUrl } from "../pre-signed-url.js";
import { putFile } from "./index.js";
import { checkAllowedHosts, checkPreSignedUrl, checkTarget } from "./target.js";

const plain = { url: "https://storage.clear.in/a?X-Amz-Signature=canary", headers: { "content-type": "text/csv" } };

/** A pre-signed URL as a client returns it. */
function clientUrl(url = plain.url) {
  const received = { hostname: "127.0.0.1", requestedAt: Date.now(), respondedAt: Number.NaN };
  const decoded = preSignedUrl(url, "text/csv", 600, received);
  if (!decoded || !("data" in decoded)) throw new Error("unreachable");
  return decoded.data;
}

test("the error for a URL that lost its url in JSON, a spread or a clone explains why", () => {
  const value = clientUrl();
  for (const lost of [JSON.parse(JSON.stringify(value)), { ...value }, structuredClone({ ...value })]) {
    expect(() => checkPreSignedUrl(lost)).toThrow(
      "preSignedUrl has lost its url, or has a redacted one: JSON, spreads and clones hide it; " +
        "pass .url on explicitly: { url: data.url, headers: data.headers, expiresAt: data.expiresAt }",
    );
  }
});

test("a URL that was serialized explicitly is accepted and hidden again", async () => {
  const { origin, requests } = await loopbackServer((request, response) =>
    request.resume().on("end", () => response.end()),
  );
  const data = clientUrl(`${origin}/a?X-Amz-Signature=canary`);
  const message = JSON.stringify({ url: data.url, headers: data.headers, expiresAt: data.expiresAt });
  const result = await putFile(JSON.parse(message), Buffer.from("a"), { fileName: "a.csv" });
  expect(result.error).toBeUndefined();
  expect(requests).toHaveLength(1);
  expect(result.data?.preSignedUrl.url).toBe(data.url);
  expect(result.data?.preSignedUrl.expiresAt).toEqual(data.expiresAt);
  expect(inspect(result, { depth: 9, showHidden: true })).not.toContain("canary");
});

test("a client's URL is returned unchanged, so that it can be compared", () => {
  const value = clientUrl();
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

const at = (url: string) => ({ ...plain, url, method: "PUT" as const, expiresAt });

test.each([
  ["by name", "storage.clear.in", "https://storage.clear.in/a"],
  ["in any case", "Storage.CLEAR.in", "https://storage.clear.in/a"],
  ["on any port", "storage.clear.in", "https://storage.clear.in:8443/a"],
  ["by an internationalized name", "speicher.münchen.example", "https://speicher.xn--mnchen-3ya.example/a"],
  ["by IPv4 address", "127.0.0.1", "https://127.0.0.1/a"],
  ["by IPv6 address", "[::1]", "https://[0:0:0:0:0:0:0:1]/a"],
])("a host is allowed %s", (_what, host, url) => {
  expect(checkTarget(at(url), checkAllowedHosts(["other.example", host])).href).toBe(new URL(url).href);
});

test.each([
  "https://storage.clear.in",
  "storage.clear.in:443",
  "storage.clear.in:",
  "storage.clear.in/",
  "storage.clear.in?a",
  "user@storage.clear.in",
  "*.clear.in",
  "storage clear.in",
  "::1",
  "[::1]:443",
  "[::g]",
  "a%b",
  "",
  1,
  null,
])("%j is not a host name for allowedHosts", (host) => {
  expect(() => checkAllowedHosts(["storage.clear.in", host as string])).toThrow(
    "allowedHosts must be an array of host names, such as storage.clear.in: no scheme, port, path or wildcard; " +
      "the entry at index 1 is not one",
  );
});

test("hosts must be an array", () => {
  expect(() => checkAllowedHosts("storage.clear.in" as never)).toThrow(/^allowedHosts must be an array of host names/);
});

test.each([
  ["no headers", ""],
  ["the host", "?X-Amz-SignedHeaders=host"],
  ["every header that a PUT sends, in any case", "?X-Amz-SignedHeaders=Content-Length%3Bcontent-type%3Bhost"],
])("a URL that signs %s can be used", (_what, query) => {
  const url = `https://storage.clear.in/a${query}`;
  expect(checkTarget(at(url), ["storage.clear.in"]).href).toBe(url);
});

test("a URL that signs a header without a value is rejected", () => {
  const url = "https://storage.clear.in/a?X-Amz-SignedHeaders=host%3Bx-amz-acl";
  expect(() => checkTarget(at(url), ["storage.clear.in"])).toThrow(
    "preSignedUrl is signed with the header x-amz-acl, which is not among its headers",
  );
});

test("a host that is not allowed is named", () => {
  expect(() => checkTarget(at("https://storage.clear.in/a"), [])).toThrow(
    "allowedHosts does not include storage.clear.in, the host of the pre-signed URL",
  );
});

test.each<[string, string, string]>([
  ["another host", "https://evil.example/a", "allowedHosts"],
  ["a host with an allowed prefix", "https://storage.clear.in.evil.example/a", "allowedHosts"],
  ["loopback over https", "https://127.0.0.1/a", "allowedHosts"],
  ["no URL", "a", "preSignedUrl"],
])("rejects %s", async (_what, url, field) => {
  const { error } = await putFile(target(url), CONTENT);
  expect(error).toMatchObject({ kind: "invalid-input", field });
});

test("accepts a host in allowedHosts", async () => {
  const options = { allowedHosts: ["storage.invalid"], maxAttempts: 1 };
  expect((await putFile(target("https://storage.invalid/a"), CONTENT, options)).error).toMatchObject({
    kind: "network",
  });
});
