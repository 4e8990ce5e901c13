import { expect, test } from "vitest";
import { EXAMPLES } from "../../generated/examples.js";
import { createCfcClient, createGlsClient } from "../index.js";
import { createSandboxApi, sample } from "./fetch.js";

test("each documented response is a sample", () => {
  for (const [operation, examples] of Object.entries(EXAMPLES)) {
    for (const [name, body] of Object.entries(examples)) {
      const { status, headers, ...rest } = sample(operation as never, name as never);
      expect({ status, ...rest }).toEqual({ status: Number.parseInt(name, 10), body });
      expect(headers).toEqual({ "content-type": typeof body === "string" ? "text/plain" : "application/json" });
    }
  }
});

test("a sample is a response for a mock of fetch, and for next", async () => {
  const unauthorized = sample("getGlsPreSignedUrl", "401 unauthorized");
  const integrationId = "00000000-0000-4000-8000-000000000000";
  const fetch = async () => new Response(unauthorized.body, unauthorized);
  const gls = createGlsClient({ environment: "sandbox", authToken: "a", integrationId, fetch });
  expect((await gls.getPreSignedUrl({ fileName: "a.csv" })).error).toMatchObject({ kind: "api", status: 401 });

  const api = createSandboxApi();
  api.next(sample("getCfcPreSignedUrl", "403 license-expired"));
  const cfc = createCfcClient({ environment: "sandbox", ...api.credentials.cfc, fetch: api.fetch });
  const { error } = await cfc.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" });
  expect(error).toMatchObject({ kind: "api", status: 403, code: "LICENSE_EXPIRED" });
});

test("each call returns new objects, so that a test that changes one changes no other", () => {
  const name = "500 file-content-type-missing";
  (sample("getCfcPreSignedUrl", name).body as unknown[]).pop();
  expect(sample("getCfcPreSignedUrl", name).body).toHaveLength(1);
});

test.each([
  ["getPreSignedUrl", "200 created", "operation must be one of getCfcPreSignedUrl, getGlsPreSignedUrl"],
  ["getCfcPreSignedUrl", "401", "name must be one of 200 created"],
  ["toString", "constructor", "operation"],
])("sample(%j, %j) is an error with the known names", (operation, name, words) => {
  expect(() => sample(operation as never, name as never)).toThrow(words);
});
