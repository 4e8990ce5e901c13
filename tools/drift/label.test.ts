import { expect, test } from "vitest";
import { readLabel } from "./label.js";

test.each<[string, ReturnType<typeof readLabel>]>([
  ["Success - HTTP Status Code - 200", { outcome: "success", status: 200, isWhole: true }],
  ["Successful response (200: OK)", { outcome: "success", status: 200, isWhole: true }],
  ["401 Unauthorized", { outcome: undefined, status: 401, isWhole: true }],
  ["Error — 500 Internal Server Error", { outcome: "error", status: 500, isWhole: true }],
  ["✅ **Request cURL**:", { outcome: undefined, status: undefined, isWhole: false }],
  ["Request cURL", { outcome: undefined, status: undefined, isWhole: true }],
  ["401 Forbidden", { outcome: undefined, status: 401, isWhole: false }],
  ["Error 401 or 403", { outcome: "error", status: 401, isWhole: false }],
  ["Success - 200*", { outcome: "success", status: 200, isWhole: false }],
  ["Response Body (deprecated)", { outcome: undefined, status: undefined, isWhole: false }],
  ["No response body", { outcome: undefined, status: undefined, isWhole: false }],
])("%j", (text, label) => {
  expect(readLabel(text)).toEqual(label);
});
