import { createCfcClient } from "clear-presign";
import { type Sandbox, startSandbox } from "clear-presign/sandbox";
import { uploadFile } from "clear-presign/upload";
import { afterAll, beforeAll, expect, test } from "vitest";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox?.close());

test("the sales file is uploaded", async () => {
  const client = createCfcClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.cfc });
  const { data, error } = await uploadFile(client, { path: "sales.csv", templateType: "sales" });
  expect(error).toBeUndefined();
  console.log(sandbox.pathOf(data?.preSignedUrl.url ?? "")); // where the bytes are
});
