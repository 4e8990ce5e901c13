import { readFile } from "node:fs/promises";
import { startSandbox } from "clear-presign/sandbox";
import { sendSales } from "../send-sales.js";

let sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const here = (more = {}) => ({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.cfc, ...more });

test("the file arrives byte for byte", async () => {
  const { url } = await sendSales("sales.csv", here());
  expect(await readFile(sandbox.pathOf(url))).toEqual(await readFile("sales.csv"));
});

test("if Clear is too busy, the file is kept for later", async () => {
  sandbox.api.next({ status: 503 });
  expect(await sendSales("sales.csv", here({ maxAttempts: 1 }))).toEqual({ state: "later" });
});

test("a connection reset in the middle of the upload is retried", async () => {
  sandbox.storage.next({ reset: true });
  expect(await sendSales("sales.csv", here())).toMatchObject({ state: "sent" });
});
