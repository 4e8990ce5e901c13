import { expect, test } from "vitest";
import { proves } from "../../contract-tests/facts/proves.js";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
import { createCfcIngestionClient } from "../index.js";

async function server(status: number, body: unknown) {
  const { origin, requests } = await loopbackServer(respondWith(status, body));
  return { client: createCfcIngestionClient({ baseUrl: origin, authToken: "token" }), requests };
}
const FILE = { templateType: "sales", url: "https://storage.clear.in/a.csv" } as const;

test("a file without a URL is rejected before the request", async () => {
  proves("cfcIngestion.trigger");
  const { client, requests } = await server(201, { activityId: "a-1" });
  const { error } = await client.trigger({ templateType: "sales" } as typeof FILE);
  expect(error).toMatchObject({ kind: "invalid-input", field: "url" });
  expect(requests).toEqual([]);
});

test("an optional parameter is checked, and left out without a value", async () => {
  proves("cfcIngestion.notify", "cfcIngestion.notify.optional", "cfcIngestion.201");
  const { client, requests } = await server(201, { activityId: "a-1" });
  expect((await client.trigger({ ...FILE, notify: "nobody" as "owner" })).error).toMatchObject({ field: "notify" });
  expect((await client.trigger({ ...FILE, notify: "admins" })).data).toBe("a-1");
  expect((await client.trigger(FILE)).data).toBe("a-1");
  const path = "/integration/v1/ingest/file/sales";
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${path}?notify=admins`, `POST ${path}`]);
  expect(requests.every(({ headers }) => headers["content-type"] === "application/json")).toBe(true);
});

test("a trigger is sent once, a GET again after a 503", async () => {
  const { client, requests } = await server(503, "");
  await client.trigger(FILE);
  expect(requests).toHaveLength(1);
  await client.getLast({ templateType: "sales", tenant: "GSTSALES" });
  expect(requests.length).toBeGreaterThan(2);
});

test.each([
  [400, "INVALID"],
  [401, "AUTHORIZATION_FAILED"],
])("a documented %i is an API error", async (status, code) => {
  proves("cfcIngestion.400", "cfcIngestion.401");
  const { client } = await server(status, { errorCode: code });
  expect((await client.trigger(FILE)).error).toMatchObject({ kind: "api", api: "cfc", status, code });
});

test("a documented 404 is an API error", async () => {
  proves("cfcIngestion.last", "cfcIngestion.404");
  const { client } = await server(404, { errorCode: "NO" });
  const { error } = await client.getLast({ templateType: "sales", tenant: "GSTSALES" });
  expect(error).toMatchObject({ kind: "api", status: 404, code: "UNKNOWN", rawCode: "NO" });
});

test.each([
  ["a success without an id", 201, {}],
  ["an error without a code", 400, {}],
  ["an undocumented 404", 404, {}],
])("%s is an unexpected response", async (_what, status, body) => {
  const { client } = await server(status, body);
  expect((await client.trigger(FILE)).error).toMatchObject({ kind: "unexpected-response", status });
});

test("an error that repeats the signed URL is redacted", async () => {
  const { client } = await server(400, { errorCode: `${FILE.url}?X-Amz-Signature=canary` });
  expect(JSON.stringify((await client.trigger(FILE)).error)).not.toContain("canary");
});
