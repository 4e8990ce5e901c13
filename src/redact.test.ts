import { expect, test } from "vitest";
import { redact } from "./redact.js";

const TOKEN = "canary+token/with=signs";

test.each([
  ["raw", `a ${TOKEN} b`, "a [redacted] b"],
  ["percent-encoded", `a=${encodeURIComponent(TOKEN)}`, "a=[redacted]"],
  ["base64", `Basic ${btoa(TOKEN)}`, "Basic [redacted]"],
  ["twice", `${TOKEN}${TOKEN}`, "[redacted][redacted]"],
])("removes a token that stands there %s", (_form, text, clean) => {
  expect(redact(text, [TOKEN]).replace(/=+$/, "")).toBe(clean);
});

test.each([
  ["https://storage.clear.in/a?X-Amz-Signature=abc&x=1 end", "https://storage.clear.in/a?[redacted] end"],
  [
    '{"u":"https:\\/\\/storage.clear.in\\/a?secret=1","v":2}',
    '{"u":"https:\\/\\/storage.clear.in\\/a?[redacted]","v":2}',
  ],
  ["http://127.0.0.1:1/a?secret=1", "http://127.0.0.1:1/a?[redacted]"],
  ["http://user:secret@127.0.0.1/a", "http://[redacted]@127.0.0.1/a"],
  ["https://user:secret@host/a", "https://[redacted]@host/a"],
  ["X-Amz-Credential=AKIA&X-Amz-Date=1", "X-Amz-Credential=[redacted]&X-Amz-Date=[redacted]"],
  ["X-Amz-Signature%3Dabc%26x", "X-Amz-Signature%3D[redacted]"],
  ["https://storage.clear.in/a is public", "https://storage.clear.in/a is public"],
])("cleans the URL material in text %#", (text, clean) => {
  expect(redact(text, [])).toBe(clean);
});

test("leaves no start of a token where it cuts", () => {
  const text = "x".repeat(16380) + TOKEN;
  const clean = redact(text, [TOKEN]);
  expect(clean.length).toBeLessThanOrEqual(16384);
  expect(clean).not.toContain("canar");
});

test("stays quick on a text made to be slow", () => {
  // The bound is the test's own timeout; without the cut this takes minutes.
  expect(redact("http:".repeat(200_000), []).length).toBe(16384);
});

test.each(["a", "ab", "abc", "a=b=c"])("removes the base64 of %j whether its padding is kept or not", (secret) => {
  const token = `canary-${secret}`;
  expect(redact(`<${btoa(token)}>`, [token])).toMatch(/^<\[redacted\]=*>$/);
  expect(redact(`<${btoa(token).replace(/=+$/, "")}>`, [token])).toBe("<[redacted]>");
});
