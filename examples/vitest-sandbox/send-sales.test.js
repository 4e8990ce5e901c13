import { readFile } from "node:fs/promises";
import { startSandbox } from "clear-presign/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendSales } from "./send-sales.js";

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

test("a license that has expired, which no request can cause", async () => {
  const prefer = "code=403, example=license-expired";
  const fetchWithPrefer = (url, init) => fetch(url, { ...init, headers: { ...init.headers, prefer } });
  expect(await sendSales("sales.csv", here({ fetch: fetchWithPrefer }))).toEqual({
    state: "failed",
    why: "Account License has expired",
  });
});

test("while Clear is too busy, the file waits", async () => {
  sandbox.api.next({ status: 503 });
  expect(await sendSales("sales.csv", here({ maxAttempts: 1 }))).toEqual({ state: "later" });
});

test("a connection that is reset in the middle of the upload does not stop it", async () => {
  sandbox.storage.next({ reset: true });
  expect(await sendSales("sales.csv", here())).toMatchObject({ state: "sent" });
});
