import { expect, test } from "vitest";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
import { createGlsClient } from "../index.js";

const UPLOAD_URL = "https://storage.clear.in/abc.csv?X-Amz-Expires=3599&X-Amz-Signature=canary";
const SUCCESS = {
  status: 200,
  success: true,
  message: "generated pre-sign url successfully",
  result: { status: "OK", uploadUrl: UPLOAD_URL },
  error: null,
  metadata: null,
};
const failure = (status: number, message: string) => ({
  status,
  success: false,
  message: "ERROR",
  result: null,
  error: { code: String(status), message, validationErrors: null },
  metadata: null,
});

async function call(status: number, body: unknown, fileName = "a.csv") {
  const { origin } = await loopbackServer(respondWith(status, body));
  const integrationId = "00000000-0000-4000-8000-000000000000";
  return createGlsClient({ baseUrl: origin, authToken: "token", integrationId, maxAttempts: 1 }).getPreSignedUrl({
    fileName,
  });
}

test.each([
  ["a.csv", "text/csv"],
  ["a.XLS", "application/vnd.ms-excel"],
  ["a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["a.b.Zip", "application/zip"],
])("%s is signed for %s", async (fileName, contentType) => {
  expect((await call(200, SUCCESS, fileName)).data).toMatchObject({
    url: UPLOAD_URL,
    headers: { "content-type": contentType },
  });
});

test.each<[string, number, unknown, object]>([
  [
    "406",
    406,
    failure(406, "Invalid file extension."),
    { status: 406, code: "406", message: "Invalid file extension.", body: failure(406, "Invalid file extension.") },
  ],
  ["400", 400, failure(400, "Bad"), { status: 400, code: "400" }],
  ["403 envelope", 403, failure(403, "No"), { status: 403, code: "403", message: "No" }],
  ["500 envelope", 500, failure(500, "Oops"), { status: 500, code: "500" }],
  ["200 without success", 200, failure(400, "Bad"), { status: 200, code: "400", message: "Bad" }],
  [
    "401 text",
    401,
    "UNAUTHORIZED",
    { status: 401, code: null, message: "GLS responded with 401: UNAUTHORIZED", body: "UNAUTHORIZED" },
  ],
  ["401 envelope", 401, failure(401, "No"), { status: 401, code: "401", body: failure(401, "No") }],
  ["403 from a proxy", 403, "<html>", { status: 403, code: null, body: "<html>" }],
  [
    "a failure without a message",
    406,
    { success: false },
    { status: 406, code: null, message: 'GLS responded with 406: {"success":false}' },
  ],
  [
    "a message that is not a string",
    400,
    { success: false, message: 1 },
    { message: 'GLS responded with 400: {"success":false,"message":1}' },
  ],
  [
    "an empty message",
    400,
    { success: false, message: "" },
    { message: 'GLS responded with 400: {"success":false,"message":""}' },
  ],
  ["a failure without an error object", 400, { success: false, message: "ERROR" }, { message: "ERROR" }],
  ["401 null", 401, "null", { status: 401, code: null, body: "null" }],
  ["401 with other JSON", 401, { status: 401 }, { status: 401, code: null, body: '{"status":401}' }],
  ["a code with a letter", 400, { success: false, error: { code: "E400" } }, { code: "UNKNOWN", rawCode: "E400" }],
  ["a code with a unit", 400, { success: false, error: { code: "400x" } }, { code: "UNKNOWN", rawCode: "400x" }],
  ["a code that is a number", 400, { success: false, error: { code: 400, message: 1 } }, { code: null }],
])("%s is an API error", async (_what, status, body, error) => {
  expect((await call(status, body)).error).toMatchObject({ kind: "api", api: "gls", retryable: false, ...error });
});

test.each<[string, number, unknown]>([
  ["a success without a URL", 200, { ...SUCCESS, result: { status: "OK" } }],
  ["a success without a result", 200, { ...SUCCESS, result: null }],
  ["a success whose URL is in an array", 200, { ...SUCCESS, result: { uploadUrl: [UPLOAD_URL] } }],
  ["a URL without success", 200, { ...SUCCESS, success: "true" }],
  ["a success in a 201", 201, SUCCESS],
  ["the text of a 401 in a 200", 200, "UNAUTHORIZED"],
  ["a 500 without the envelope", 500, "oops"],
  ["a 404 with the envelope", 404, failure(404, "No")],
])("%s is an unexpected response", async (_what, status, body) => {
  expect((await call(status, body)).error).toMatchObject({ kind: "unexpected-response", api: "gls", status });
});
