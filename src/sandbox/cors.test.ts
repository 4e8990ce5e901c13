import { expect, onTestFinished, test } from "vitest";
import { CFC, CFC_HEADERS, cfcUrl, head } from "../../test-support/sandbox-requests.js";
import { startSandbox } from "./index.js";

const ORIGIN = "http://localhost:5173";
const PREFLIGHT = {
  origin: ORIGIN,
  "access-control-request-method": "PUT",
  "access-control-request-headers": "Content-Type",
};

async function start(allowOrigin?: string | string[]) {
  const sandbox = await startSandbox({ allowOrigin });
  onTestFinished(sandbox.close);
  const { url, headers } = await cfcUrl(sandbox);
  const send = async (method: string, more: Record<string, string>, at = url) => {
    const { origin, host, pathname, search } = new URL(at);
    const path = pathname + search;
    const body = method === "PUT" ? { ...headers, "content-length": 7, expect: "100-continue" } : {};
    return head(origin, { method, path, headers: { host, ...body, ...more } });
  };
  return { sandbox, send };
}

test.each([[ORIGIN], [["https://app.example", ORIGIN]]])(
  "a page of an origin in %j may PUT its file",
  async (allowed) => {
    const { send } = await start(allowed);
    expect(await send("OPTIONS", PREFLIGHT)).toMatchObject({
      status: 200,
      headers: {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "PUT",
        "access-control-allow-headers": "content-type",
        vary: "origin",
      },
    });
    const cors = { "access-control-allow-origin": ORIGIN, "access-control-expose-headers": "etag", vary: "origin" };
    expect(await send("PUT", { origin: ORIGIN })).toMatchObject({ status: 200, headers: cors });
    // The page can read an error response too.
    expect(await send("PUT", { origin: ORIGIN, "content-type": "a/b" })).toMatchObject({ status: 403, headers: cors });
  },
);

test.each<[string, Record<string, string>, number, string]>([
  ["of another origin", { ...PREFLIGHT, origin: "http://localhost:5174" }, 403, "AccessForbidden"],
  ["of an origin that only begins like it", { ...PREFLIGHT, origin: `${ORIGIN}.example` }, 403, "AccessForbidden"],
  ["of a local file", { ...PREFLIGHT, origin: "null" }, 403, "AccessForbidden"],
  ["for another method", { ...PREFLIGHT, "access-control-request-method": "DELETE" }, 403, "AccessForbidden"],
  [
    "for a header that is not signed",
    { ...PREFLIGHT, "access-control-request-headers": "content-type,x-amz-acl" },
    403,
    "AccessForbidden",
  ],
  ["without an origin", { "access-control-request-method": "PUT" }, 400, "BadRequest"],
  ["without a method", { origin: ORIGIN }, 400, "BadRequest"],
  ["to another host", { ...PREFLIGHT, host: "attacker.example" }, 421, "localhost"],
])("a preflight %s is rejected", async (_what, headers, status, text) => {
  const { send } = await start(ORIGIN);
  const rejected = await send("OPTIONS", headers);
  expect(rejected.status).toBe(status);
  expect(rejected.text).toContain(text);
  expect(rejected.headers).not.toHaveProperty("access-control-allow-methods");
});

test("by default no page is allowed, and no response has a CORS header", async () => {
  const { send } = await start();
  for (const response of [await send("OPTIONS", PREFLIGHT), await send("PUT", { origin: ORIGIN })]) {
    expect(Object.keys(response.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

test("a preflight leaves the queued response to the PUT", async () => {
  const { sandbox, send } = await start(ORIGIN);
  sandbox.storage.next({ status: 503 });
  expect((await send("OPTIONS", PREFLIGHT)).status).toBe(200);
  expect(await send("PUT", { origin: ORIGIN })).toMatchObject({
    status: 503,
    headers: { "access-control-allow-origin": ORIGIN },
  });
});

test("the APIs and the control path allow no page", async () => {
  const { sandbox, send } = await start(ORIGIN);
  const preflight = { ...PREFLIGHT, "access-control-request-method": "GET" };
  for (const response of [
    await send("OPTIONS", preflight, sandbox.baseUrl + CFC),
    await send("GET", { ...CFC_HEADERS, origin: ORIGIN }, sandbox.baseUrl + CFC),
    await send("POST", { origin: ORIGIN }, `${sandbox.baseUrl}/__sandbox/next`),
  ]) {
    expect(Object.keys(response.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

test.each([
  "*",
  "",
  "null",
  "localhost:5173",
  "http://localhost:5173/",
  "http://localhost:80",
  "HTTP://localhost",
  "http://localhost:5173/page",
  "http://user@localhost",
  "file:///a",
  "http://*.example",
  " http://localhost",
  1,
  ["http://localhost", "*"],
])("allowOrigin rejects %j", async (allowOrigin) => {
  await expect(startSandbox({ allowOrigin: allowOrigin as string })).rejects.toMatchObject({
    kind: "invalid-input",
    field: "allowOrigin",
  });
});
