import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { CFC, CFC_HEADERS, cfcUrl, GLS, GLS_HEADERS, glsUrl } from "../../test-support/sandbox-requests.js";
import { putFile } from "../upload/index.js";
import { responseWhen } from "./api.js";
import { type Sandbox, startSandbox } from "./index.js";

const description = parse(readFileSync(new URL("../../spec/openapi.yaml", import.meta.url), "utf8"));
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function get(path: string, headers: Record<string, string>) {
  const response = await fetch(sandbox.baseUrl + path, { headers });
  const text = await response.text();
  return { status: response.status, contentType: response.headers.get("content-type"), text };
}

/** The value of an example in the description. */
function example(response: string, name: string): unknown {
  const [content] = Object.values<{ examples: Record<string, { $ref?: string; value?: unknown }> }>(
    description.components.responses[response].content,
  );
  const found = content?.examples[name];
  return found?.$ref ? description.components.examples[found.$ref.split("/").at(-1) ?? ""].value : found?.value;
}

test.each<[string, string, Record<string, string>, number, string, string]>([
  ["no CFC token", CFC, { fileContentType: "CSV" }, 401, "CfcUnauthorized", "authorization-failed"],
  [
    "an unknown CFC token",
    CFC,
    { ...CFC_HEADERS, "x-cleartax-auth-token": "x" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "the GLS token for CFC",
    CFC,
    { ...GLS_HEADERS, fileContentType: "CSV" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "an unknown token in a bad request",
    CFC,
    { "x-cleartax-auth-token": "x" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "no fileContentType",
    CFC,
    { "x-cleartax-auth-token": "sandbox-cfc-token" },
    500,
    "CfcInternalError",
    "file-content-type-missing",
  ],
  [
    "an unknown fileContentType",
    CFC,
    { ...CFC_HEADERS, fileContentType: "PDF" },
    200,
    "CfcProcessed",
    "failed-invalid-request",
  ],
  ["an unknown template type", CFC.replace("sales", "tds"), CFC_HEADERS, 200, "CfcProcessed", "failed-invalid-request"],
  [
    "an empty CFC name",
    "/integration/v1/generatePreSign/sales?fileName=",
    CFC_HEADERS,
    200,
    "CfcProcessed",
    "failed-invalid-request",
  ],
  ["two CFC names", `${CFC}&fileName=b.csv`, CFC_HEADERS, 200, "CfcProcessed", "failed-invalid-request"],
  [
    "no GLS token",
    GLS,
    { "x-integration-id": GLS_HEADERS["x-integration-id"] },
    401,
    "GlsUnauthorized",
    "unauthorized",
  ],
  ["an unknown GLS token", GLS, { ...GLS_HEADERS, "x-clear-auth-token": "x" }, 401, "GlsUnauthorized", "unauthorized"],
  [
    "an unknown GLS token, JSON only",
    GLS,
    { ...GLS_HEADERS, "x-clear-auth-token": "x", accept: "application/json" },
    401,
    "GlsUnauthorized",
    "unauthorized",
  ],
  ["a wrong extension", GLS.replace(".csv", ""), GLS_HEADERS, 406, "GlsNotAcceptable", "invalid-file-extension"],
  ["no filename", "/one-integration/action/pre-sign", GLS_HEADERS, 400, "GlsBadRequest", "bad-request"],
  ["no integration id", GLS, { "x-clear-auth-token": "sandbox-gls-token" }, 400, "GlsBadRequest", "bad-request"],
  [
    "an integration id that is not a UUID",
    GLS,
    { ...GLS_HEADERS, "x-integration-id": "1" },
    400,
    "GlsBadRequest",
    "bad-request",
  ],
])("%s gets the documented response", async (_what, path, headers, status, response, name) => {
  const actual = await get(path, headers);
  const documented = example(response, name);
  expect(documented).toBeDefined();
  expect(actual.status).toBe(status);
  expect(actual.contentType).toBe(typeof documented === "string" ? "text/plain" : "application/json");
  expect(typeof documented === "string" ? actual.text : JSON.parse(actual.text)).toEqual(documented);
});

test("a description without a response to such requests is a 501 that says so", () => {
  const body = 'No response is documented for {"token":"invalid"}.';
  expect(responseWhen([], { token: "invalid" })).toMatchObject({ status: 501, mediaType: "text/plain", body });
});

test("Prefer can select every example of every response", async () => {
  let compared = 0;
  for (const [path, headers, template] of [
    [CFC, CFC_HEADERS, "/integration/v1/generatePreSign/{templateType}"],
    [GLS, GLS_HEADERS, "/one-integration/action/pre-sign"],
  ] as const) {
    for (const [status, { $ref }] of Object.entries<{ $ref: string }>(description.paths[template].get.responses)) {
      const response = $ref.split("/").at(-1) ?? "";
      const [content] = Object.values<{ examples: object }>(description.components.responses[response].content);
      for (const name of Object.keys(content?.examples ?? {})) {
        const actual = await get(path, { ...headers, prefer: `code=${status}, example=${name}` });
        expect(actual.status).toBe(Number(status));
        const body = actual.contentType === "text/plain" ? actual.text : JSON.parse(actual.text);
        // A success has a newly signed URL; every other body is the example.
        if (body.status !== "CREATED" && body.success !== true) expect(body).toEqual(example(response, name));
        compared++;
      }
    }
  }
  expect(compared).toBe(17);
});

test.each([
  ["code=403", "CfcForbidden", "permission-denied"],
  ["example=license-expired", "CfcForbidden", "license-expired"],
  ['respond-async; code="500"', "CfcInternalError", "file-content-type-missing"],
])("Prefer: %s selects the first matching response", async (prefer, response, name) => {
  const { text } = await get(CFC, { ...CFC_HEADERS, prefer });
  expect(JSON.parse(text)).toEqual(example(response, name));
});

test.each(["code=418", "code=403, example=tea", "example=unauthorized", "code=", "code=200, example=license-expired"])(
  "Prefer: %s is an error that lists the available responses",
  async (prefer) => {
    const { status, contentType, text } = await get(CFC, { ...CFC_HEADERS, prefer });
    expect({ status, contentType }).toEqual({ status: 404, contentType: "application/problem+json" });
    for (const one of ["code=200, example=created", "code=403, example=license-expired"]) expect(text).toContain(one);
    expect(text).not.toContain("unauthorized");
  },
);

test("other preferences are ignored, as RFC 7240 requires", async () => {
  expect((await get(CFC, { ...CFC_HEADERS, prefer: "wait=10, barcode=418" })).status).toBe(200);
});

test("an unknown path is a 404 and an unknown method a 405", async () => {
  for (const path of ["/nothing", `${GLS.split("?")[0]}/more`, "//one-integration/action/pre-sign"]) {
    expect(await get(path, GLS_HEADERS)).toMatchObject({ status: 404, contentType: "application/problem+json" });
  }
  const deleted = await fetch(sandbox.baseUrl + CFC, { method: "DELETE", headers: CFC_HEADERS });
  expect([deleted.status, deleted.headers.get("allow")]).toEqual([405, "GET"]);
});

test("a template type may be percent-encoded, and is invalid if it cannot be decoded", async () => {
  const outcome = async (type: string) => JSON.parse((await get(CFC.replace("sales", type), CFC_HEADERS)).text).status;
  expect(await outcome("%73ales")).toBe("CREATED");
  expect(await outcome("sales%E0")).toBe("FAILED");
});

test.each([
  ["CFC", cfcUrl, { status: 400, code: "ExpiredToken", expired: true }],
  ["GLS", glsUrl, { status: 403, code: "AccessDenied", expired: true }],
])("a URL of %s with a lifetime of 0 has expired, also by its expiresAt", async (_api, newUrl, error) => {
  const short = await startSandbox({ lifetimeSeconds: 0 });
  onTestFinished(short.close);
  const preSignedUrl = await newUrl(short);
  expect(preSignedUrl.expiresAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect((await putFile(preSignedUrl, { path: import.meta.filename, checkContent: false })).error).toMatchObject(error);
});

test("lifetimeSeconds is in the URL", async () => {
  const short = await startSandbox({ lifetimeSeconds: 5 });
  onTestFinished(short.close);
  expect(new URL((await glsUrl(short)).url).searchParams.get("X-Amz-Expires")).toBe("5");
});
