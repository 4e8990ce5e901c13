import { readFile } from "node:fs/promises";
import { startSandbox } from "clear-presign/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendSales } from "./send-sales.js";

// One sandbox for the file: starting it takes a second or two.
let sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const here = (more = {}) => ({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.cfc, ...more });

test("the file arrives byte for byte", async () => {
  const { state, url } = await sendSales("sales.csv", here());
  expect(state).toBe("sent");
  expect(await readFile(sandbox.pathOf(url))).toEqual(await readFile("sales.csv"));
});

test("a token that is not valid needs somebody to look", async () => {
  expect(await sendSales("sales.csv", here({ authToken: "old" }))).toEqual({
    state: "failed",
    why: "Invalid Auth Token",
  });
});

test("a license that has expired, which only a Prefer header can ask the sandbox for", async () => {
  const prefer = "code=403, example=license-expired";
  const fetchWithPrefer = (input, init) => {
    const headers = new Headers(init?.headers ?? input.headers);
    headers.set("prefer", prefer);
    return fetch(input, { ...init, headers });
  };
  expect(await sendSales("sales.csv", here({ fetch: fetchWithPrefer }))).toEqual({
    state: "failed",
    why: "Account License has expired",
  });
});

test("while Clear cannot be reached, the file waits", async () => {
  const down = await startSandbox();
  await down.close();
  expect(await sendSales("sales.csv", here({ baseUrl: down.baseUrl, maxAttempts: 1 }))).toEqual({ state: "later" });
});
