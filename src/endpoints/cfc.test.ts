import { expect, test } from "vitest";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
import { type CfcInput, createCfcClient } from "../index.js";

const URL_SIGNED = "https://storage.clear.in/a?X-Amz-Expires=35999&X-Amz-Signature=canary";
const CREATED = { status: "CREATED", preSignedS3Url: URL_SIGNED, errorCode: null, errorMessage: null };
const UNAUTHORIZED = {
  status: null,
  preSignedS3Url: null,
  errorCode: "AUTHORIZATION_FAILED",
  errorMessage: "Invalid Auth Token",
};
const FAILED = {
  ...UNAUTHORIZED,
  status: "FAILED",
  errorCode: "LICENSE_EXPIRED",
  errorMessage: "Account License has expired",
};
const DETAIL = {
  errorCode: "INTERNAL_ERROR",
  errorMessage: "Required",
  errorField: null,
  errorValues: null,
  errorResolution: null,
};
const INPUT: CfcInput = { templateType: "sales", fileName: "a.csv" };

async function call(status: number, body: unknown, input = INPUT, headers = {}) {
  const { origin, requests } = await loopbackServer(respondWith(status, body, headers));
  const result = await createCfcClient({ baseUrl: origin, authToken: "token", maxAttempts: 1 }).getPreSignedUrl(input);
  return { ...result, request: requests[0] };
}

test("sends the documented request", async () => {
  const { request, data } = await call(200, CREATED, { templateType: "purchase", fileName: "a b&é.XLSX" });
  expect(request?.method).toBe("GET");
  expect(request?.url).toBe("/integration/v1/generatePreSign/purchase?fileName=a%20b%26%C3%A9.XLSX");
  expect(request?.headers).toMatchObject({ "x-cleartax-auth-token": "token", filecontenttype: "XLSX", accept: "*/*" });
  expect(request?.headers).not.toHaveProperty("x-clear-auth-token");
  expect(data).toMatchObject({ url: URL_SIGNED, method: "PUT" });
});

test.each([
  ["a.csv", undefined, "CSV", "application/vnd.ms-excel"],
  ["a.XLS", undefined, "XLS", "application/vnd.ms-excel"],
  ["a.b.xlsx", undefined, "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["a.txt", "CSV", "CSV", "application/vnd.ms-excel"],
  ["a.csv", "XLSX", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
] as const)("sends %s (%s) as %s, signed for %s", async (fileName, fileContentType, sent, contentType) => {
  const { request, data } = await call(200, CREATED, { templateType: "sales", fileName, fileContentType });
  expect(request?.headers["filecontenttype"]).toBe(sent);
  expect(data?.headers).toEqual({ "content-type": contentType });
});

test("accepts a name of 1500 characters, however many code units it has", async () => {
  // An injected fetch, because a Node server rejects a request line this long.
  const fetch = async () => new Response(JSON.stringify(CREATED));
  const client = createCfcClient({ environment: "sandbox", authToken: "token", fetch });
  const { data } = await client.getPreSignedUrl({ templateType: "sales", fileName: `${"😀".repeat(1496)}.csv` });
  expect(data?.url).toBe(URL_SIGNED);
});

test("the URL of a success that cannot be used is redacted", async () => {
  const { error } = await call(200, { ...CREATED, preSignedS3Url: "http://storage.clear.in/secret" });
  expect(error).toMatchObject({ kind: "unexpected-response", text: expect.stringContaining('"[redacted]"') });
  expect(JSON.stringify(error)).not.toContain("secret");
});

test("accepts unknown fields, and a success whose content type is not JSON", async () => {
  expect((await call(200, { ...CREATED, requestId: 1 }, INPUT, { "content-type": "text/html" })).data).toBeDefined();
  expect((await call(200, `\ufeff${JSON.stringify(CREATED)}`)).data).toBeDefined();
});

test.each<[string, number, unknown, object]>([
  [
    "200 FAILED",
    200,
    FAILED,
    { status: 200, code: "LICENSE_EXPIRED", message: "Account License has expired", body: FAILED },
  ],
  [
    "401",
    401,
    UNAUTHORIZED,
    { status: 401, code: "AUTHORIZATION_FAILED", message: "Invalid Auth Token", body: UNAUTHORIZED },
  ],
  ["403", 403, { ...UNAUTHORIZED, errorCode: "PERMISSION_DENIED" }, { status: 403, code: "PERMISSION_DENIED" }],
  ["500 array", 500, [DETAIL], { status: 500, code: "INTERNAL_ERROR", message: "Required", body: [DETAIL] }],
  ["401 with a new code", 401, { ...UNAUTHORIZED, errorCode: "NEW" }, { status: 401, code: "UNKNOWN", rawCode: "NEW" }],
  [
    "403 from a proxy",
    403,
    "<html>no",
    { status: 403, code: "UNKNOWN", rawCode: null, message: "CFC responded with 403: <html>no", body: "<html>no" },
  ],
  ["401 with an empty body", 401, "", { status: 401, message: "CFC responded with 401: no body", body: "" }],
  ["401 null", 401, "null", { status: 401, code: "UNKNOWN", rawCode: null, body: "null" }],
  ["401 array", 401, [UNAUTHORIZED], { status: 401, code: "UNKNOWN", body: JSON.stringify([UNAUTHORIZED]) }],
  [
    "401 with a message that is not a string",
    401,
    { errorCode: "NEW", errorMessage: 1 },
    { message: 'CFC responded with 401: {"errorCode":"NEW","errorMessage":1}' },
  ],
  [
    "401 with an empty message",
    401,
    { errorCode: "NEW", errorMessage: "" },
    { message: 'CFC responded with 401: {"errorCode":"NEW","errorMessage":""}' },
  ],
  ["200 FAILED without a code", 200, { status: "FAILED" }, { status: 200, code: "UNKNOWN", rawCode: null }],
])("%s is an API error", async (_what, status, body, error) => {
  expect((await call(status, body)).error).toMatchObject({ kind: "api", api: "cfc", retryable: false, ...error });
});

test.each<[string, number, unknown]>([
  ["CREATED without a URL", 200, { ...CREATED, preSignedS3Url: null }],
  ["CREATED with an invalid URL", 200, { ...CREATED, preSignedS3Url: "soon" }],
  ["CREATED with an http URL", 200, { ...CREATED, preSignedS3Url: "http://storage.clear.in/a" }],
  ["a URL without CREATED", 200, { ...CREATED, status: null }],
  ["CREATED in a 201", 201, CREATED],
  ["a body that is not JSON", 200, "OK"],
  ["an empty body", 200, ""],
  ["null", 200, "null"],
  ["a 500 that is not an array", 500, DETAIL],
  ["a 500 that is an empty array", 500, []],
  ["a 500 whose code is a number", 500, [{ ...DETAIL, errorCode: 1 }]],
  ["CREATED with a URL in an array", 200, { ...CREATED, preSignedS3Url: [URL_SIGNED] }],
  ["an array in a 200", 200, [FAILED]],
  ["FAILED in a 400", 400, FAILED],
  ["a 502 from a proxy", 502, "<html>"],
  ["an undocumented 400", 400, UNAUTHORIZED],
])("%s is an unexpected response", async (_what, status, body) => {
  const { error } = await call(status, body);
  expect(error).toMatchObject({ kind: "unexpected-response", api: "cfc", status });
  expect(JSON.stringify(error)).not.toContain("canary");
});

test("a name of 1501 characters is rejected before a request", async () => {
  const { error, request } = await call(200, CREATED, { templateType: "sales", fileName: `${"a".repeat(1497)}.csv` });
  expect(error).toMatchObject({ kind: "invalid-input", field: "fileName" });
  expect(error?.message).toBe("fileName must have at most 1500 characters");
  expect(request).toBeUndefined();
});
