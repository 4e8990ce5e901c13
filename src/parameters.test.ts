import { expect, test } from "vitest";
import { checkParameters, type Parameter, violation } from "./parameters.js";

const parameter = (schema: Parameter["schema"], required = true): Parameter => ({
  name: "name",
  in: "query",
  required,
  schema: { type: "string", ...schema },
});

test.each<[string, Parameter, unknown, string]>([
  ["no value", parameter({}), undefined, "must be given"],
  ["null", parameter({}), null, "must be given"],
  ["an empty value", parameter({}), "", "must be given"],
  ["another type", parameter({}), 1, "must be a string"],
  ["a value outside the enum", parameter({ enum: ["a", "b"] }), "c", "must be one of a, b"],
  ["a value that is too short", parameter({ minLength: 2 }), "a", "must have at least 2 characters"],
  ["a value that is too long", parameter({ maxLength: 2 }), "abc", "must have at most 2 characters"],
  ["a value that does not match", parameter({ pattern: "^a$" }), "b", "must match ^a$"],
  [
    "a URN",
    parameter({ format: "uuid" }),
    "urn:uuid:00000000-0000-4000-8000-000000000000",
    "must be a UUID of 36 characters",
  ],
])("%s violates its rule", (_what, of, value, message) => {
  expect(violation(of, value)?.message).toBe(message);
});

test.each<[string, Parameter, unknown]>([
  ["no value of an optional parameter", parameter({ minLength: 2 }, false), undefined],
  ["characters of two code units, counted once", parameter({ minLength: 2, maxLength: 2 }), "😀😀"],
  ["a UUID in any case", parameter({ format: "uuid" }), "0000000A-0000-4000-8000-00000000000a"],
  ["a value of the enum", parameter({ enum: ["a"] }), "a"],
])("%s violates nothing", (_what, of, value) => {
  expect(violation(of, value)).toBeUndefined();
});

test("the error for a missing parameter names the field of the input, or else the parameter", () => {
  expect(() => checkParameters([parameter({})], {}, { field: "name" })).toThrow("field must be given");
  expect(() => checkParameters([parameter({})], {}, {})).toThrow("name must be given");
});
