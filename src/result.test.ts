import { expect, test } from "vitest";
import { clearError } from "./errors.js";
import { isClearError, unwrap } from "./index.js";

test("unwrap returns the data of a success, even if falsy", () => {
  expect(unwrap({ data: 0 })).toBe(0);
});

test("unwrap throws the error of a failure", () => {
  const error = clearError("gone", { kind: "aborted" });
  expect(() => unwrap({ error })).toThrow(error);
});

test("isClearError accepts only this package's errors", () => {
  expect(isClearError(clearError("gone", { kind: "aborted" }))).toBe(true);
  for (const other of [new Error("gone"), { name: "ClearError" }, "ClearError", null, undefined]) {
    expect(isClearError(other)).toBe(false);
  }
});
