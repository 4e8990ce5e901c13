import { expect, test } from "vitest";
import { isLoopback } from "./validate.js";

test("accepts only loopback host names", () => {
  expect(["localhost", "127.0.0.1", "127.10.200.255", "[::1]"].filter(isLoopback)).toHaveLength(4);
  expect(
    [
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "notlocalhost",
      "x127.0.0.1",
      "0.0.0.0",
      "10.0.0.1",
      "",
    ].filter(isLoopback),
  ).toEqual([]);
});
