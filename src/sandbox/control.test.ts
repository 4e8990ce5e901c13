import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { glsUrl } from "../../test-support/sandbox-requests.js";
import { createGlsClient } from "../index.js";
import { putFile } from "../upload/index.js";
import { startSandbox } from "./index.js";

test("a response can be queued by POST", async () => {
  const sandbox = await startSandbox();
  onTestFinished(sandbox.close);
  const gls = createGlsClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.gls });
  const post = (body: string, headers = {}) =>
    fetch(`${sandbox.baseUrl}/__sandbox/next`, { method: "POST", body, headers });
  expect((await post(JSON.stringify({ target: "api", status: 503 }))).status).toBe(204);
  expect((await post(JSON.stringify({ target: "storage", status: 500 }))).status).toBe(204);
  expect((await fetch(sandbox.baseUrl)).status).toBe(503);
  const zip = join(import.meta.dirname, "../../demo/files/sales.zip");
  expect((await putFile(await glsUrl(sandbox), { path: zip, maxAttempts: 1 })).error).toMatchObject({ status: 500 });
  for (const [body, words] of [
    ["{", "JSON"],
    ["null", "object"],
    ['{"status":503}', "api, storage"],
    ['{"target":"api","statsu":503}', "statsu"],
    ['{"target":"api","status":99}', "status"],
  ] as const) {
    const rejected = await post(body);
    expect(rejected.status).toBe(400);
    expect(((await rejected.json()) as { title: string }).title).toContain(words);
  }
  const page = await post(JSON.stringify({ target: "api", status: 503 }), { origin: "https://attacker.example" });
  expect(page.status).toBe(403);
  expect((await fetch(`${sandbox.baseUrl}/__sandbox/next`)).status).toBe(405);
  expect((await gls.getPreSignedUrl({ fileName: "a.csv" })).error).toBeUndefined();
});
