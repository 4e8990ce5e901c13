import { expect, test } from "vitest";
import { CONTENT, target } from "../../test-support/upload-fixtures.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { checkAllowedHosts, checkTarget } from "./allowed-hosts.js";
import { putFile } from "./index.js";

const at = (url: string): PreSignedUrl => ({
  url,
  headers: { "content-type": "text/csv" },
  method: "PUT",
  expiresAt: new Date(),
});

test.each([
  ["by name", "storage.clear.in", "https://storage.clear.in/a"],
  ["in any case", "Storage.CLEAR.in", "https://storage.clear.in/a"],
  ["on any port", "storage.clear.in", "https://storage.clear.in:8443/a"],
  ["by an internationalized name", "speicher.münchen.example", "https://speicher.xn--mnchen-3ya.example/a"],
  ["by IPv4 address", "127.0.0.1", "https://127.0.0.1/a"],
  ["by IPv6 address", "[::1]", "https://[0:0:0:0:0:0:0:1]/a"],
])("a host is allowed %s", (_what, host, url) => {
  expect(checkTarget(at(url), checkAllowedHosts("allowedHosts", ["other.example", host])).href).toBe(new URL(url).href);
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
  expect(() => checkAllowedHosts("allowedHosts", ["storage.clear.in", host])).toThrow(
    "allowedHosts must be an array of host names, such as storage.clear.in: no scheme, port, path or wildcard; " +
      "the entry at index 1 is not one",
  );
});

test("hosts must be an array", () => {
  expect(() => checkAllowedHosts("allowedHosts", "storage.clear.in")).toThrow(
    /^allowedHosts must be an array of host names/,
  );
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
  const { error } = await putFile(target(url), { file: CONTENT });
  expect(error).toMatchObject({ kind: "invalid-input", field });
});

test("accepts a host in allowedHosts", async () => {
  const options = { allowedHosts: ["storage.invalid"], maxAttempts: 1 };
  expect((await putFile(target("https://storage.invalid/a"), { file: CONTENT, ...options })).error).toMatchObject({
    kind: "network",
  });
});
