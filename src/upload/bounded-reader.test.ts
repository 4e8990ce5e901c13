import { expect, test } from "vitest";
import { BoundedReader } from "./bounded-reader.js";

const source = (size: number) => ({ size, read: async (_offset: number, length: number) => Buffer.alloc(length, 1) });

test("does not read past the end", async () => {
  const reader = new BoundedReader(source(10), 10_000);
  expect(await reader.read(4, 3)).toHaveLength(3);
  expect(await reader.read(8, 3)).toHaveLength(2);
  expect(await reader.read(10, 3)).toHaveLength(0);
  expect(await reader.read(2 ** 60, 3)).toHaveLength(0);
});

test("does not read past the budget, from which each read takes at least 512 bytes", async () => {
  const reader = new BoundedReader(source(1e9), 2000);
  expect(await reader.read(0, 1000)).toHaveLength(1000);
  expect(await reader.read(0, 1)).toHaveLength(1);
  expect(await reader.read(0, 1000)).toHaveLength(488);
  expect(await reader.read(0, 1)).toHaveLength(0);
});
