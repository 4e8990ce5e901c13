import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startSandbox } from "clear-presign/sandbox";
import { sendSales } from "../send-sales.js";

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

const here = (more = {}) => ({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.cfc, ...more });

test("the file arrives byte for byte", async () => {
  const { url } = await sendSales("sales.csv", here());
  assert.deepEqual(await readFile(sandbox.pathOf(url)), await readFile("sales.csv"));
});

test("if Clear is too busy, the file is kept for later", async () => {
  sandbox.api.next({ status: 503 });
  assert.deepEqual(await sendSales("sales.csv", here({ maxAttempts: 1 })), { state: "later" });
});

test("a connection reset in the middle of the upload is retried", async () => {
  sandbox.storage.next({ reset: true });
  assert.equal((await sendSales("sales.csv", here())).state, "sent");
});
