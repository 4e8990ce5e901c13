import { expect, test } from "vitest";
import { clearError } from "./errors.js";
import { isClearError, unwrap } from "./index.js";

test("unwrap gives the data of a success, falsy data too", () => {
  expect(unwrap({ data: 0 })).toBe(0);
});

test("unwrap throws the very error of a failure", () => {
  const error = clearError("gone", { kind: "aborted" });
  expect(() => unwrap({ error })).toThrow(error);
});

test("isClearError knows this package's errors from any other value", () => {
  expect(isClearError(clearError("gone", { kind: "aborted" }))).toBe(true);
  for (const other of [new Error("gone"), { name: "ClearError" }, "ClearError", null, undefined]) {
    expect(isClearError(other)).toBe(false);
  }
});
