/** mock ↔ client: how the client decodes every documented response, and what it sends. */
import { describe, expect, inject, test } from "vitest";
import { createCfcClient, createGlsClient, type Fetch, type Result } from "../../src/index.js";
import { SANDBOX_CREDENTIALS } from "../../src/sandbox/index.js";
import { type OperationId, operations } from "../../test-support/description.js";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
import { operationsOf, readDescription, selects } from "../../tools/description.js";
import { resultOf } from "../../tools/docs/outcomes.js";
import { proves } from "../facts/proves.js";

const baseUrl = inject("sandbox");
const { cfc: cfcCredentials, gls: glsCredentials } = SANDBOX_CREDENTIALS;

/** A `fetch` that selects one of the sandbox's documented responses by name. */
const preferring =
  (status: number, example: string): Fetch =>
  (url, init) =>
    fetch(url, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), prefer: `code=${status}, example=${example}` },
    });

interface Method {
  readonly api: "cfc" | "gls";
  readonly call: (fetch: Fetch) => Promise<Result<unknown>>;
}

/** The client's method for an operation. */
const METHODS = {
  getCfcPreSignedUrl: {
    api: "cfc",
    call: (fetch) =>
      createCfcClient({ baseUrl, ...cfcCredentials, fetch, maxAttempts: 1 }).getPreSignedUrl({
        templateType: "sales",
        fileName: "a.csv",
      }),
  },
  getGlsPreSignedUrl: {
    api: "gls",
    call: (fetch) =>
      createGlsClient({ baseUrl, ...glsCredentials, fetch, maxAttempts: 1 }).getPreSignedUrl({ fileName: "a.csv" }),
  },
} satisfies Partial<Record<OperationId, Method>>;

/** What the client must return for each documented error response. */
const ERROR_RESPONSES: readonly [
  fact: string,
  operation: keyof typeof METHODS,
  status: number,
  example: string,
  code: string | null,
  message: string,
][] = [
  [
    "cfc.200.failed-invalid-request",
    "getCfcPreSignedUrl",
    200,
    "failed-invalid-request",
    "INTERNAL_ERROR",
    "Internal Error in Clear. Contact support",
  ],
  [
    "cfc.200.failed-license-expired",
    "getCfcPreSignedUrl",
    200,
    "failed-license-expired",
    "LICENSE_EXPIRED",
    "Account License has expired",
  ],
  [
    "cfc.200.failed-api-quota-exceeded",
    "getCfcPreSignedUrl",
    200,
    "failed-api-quota-exceeded",
    "API_QUOTA_EXCEEDED",
    "API access quota has exceeded",
  ],
  [
    "cfc.200.failed-permission-denied",
    "getCfcPreSignedUrl",
    200,
    "failed-permission-denied",
    "PERMISSION_DENIED",
    "Don't have permission. Contact admin for access",
  ],
  ["cfc.401.sample", "getCfcPreSignedUrl", 401, "authorization-failed", "AUTHORIZATION_FAILED", "Invalid Auth Token"],
  [
    "cfc.403.permission-denied",
    "getCfcPreSignedUrl",
    403,
    "permission-denied",
    "PERMISSION_DENIED",
    "Don't have permission. Contact admin for access",
  ],
  [
    "cfc.403.license-expired",
    "getCfcPreSignedUrl",
    403,
    "license-expired",
    "LICENSE_EXPIRED",
    "Account License has expired",
  ],
  [
    "cfc.403.api-quota-exceeded",
    "getCfcPreSignedUrl",
    403,
    "api-quota-exceeded",
    "API_QUOTA_EXCEEDED",
    "API access quota has exceeded",
  ],
  [
    "cfc.500.sample",
    "getCfcPreSignedUrl",
    500,
    "file-content-type-missing",
    "INTERNAL_ERROR",
    "Required request header 'fileContentType' for method parameter type FileContentType is not present",
  ],
  ["gls.200.failure", "getGlsPreSignedUrl", 200, "failure", "400", "Bad Request"],
  ["gls.400.bad-request", "getGlsPreSignedUrl", 400, "bad-request", "400", "Bad Request"],
  ["gls.401.sample", "getGlsPreSignedUrl", 401, "unauthorized", null, "GLS responded with 401: UNAUTHORIZED"],
  ["gls.403.forbidden", "getGlsPreSignedUrl", 403, "forbidden", "403", "Forbidden"],
  [
    "gls.406.sample",
    "getGlsPreSignedUrl",
    406,
    "invalid-file-extension",
    "406",
    "Invalid file extension. Allowed extensions: csv, xlsx, xls, zip",
  ],
  ["gls.500.internal-error", "getGlsPreSignedUrl", 500, "internal-error", "500", "Internal Server Error"],
];

describe("each documented error response is an api error with its status, code, message and body", () => {
  test.each(ERROR_RESPONSES)("%s: %s %i %s", async (fact, operation, status, example, code, message) => {
    proves(fact);
    const { api, call } = METHODS[operation];
    const { data, error } = await call(preferring(status, example));
    const [content] = Object.values(operations[operation].responses[status]?.content ?? {});
    expect(data, "an error response was returned as data").toBeUndefined();
    expect(error).toMatchObject({
      kind: "api",
      api,
      status,
      code,
      message,
      body: content?.examples[example]?.value,
      retryable: false,
    });
  });
});

const DOCUMENTED = operationsOf(readDescription()).flatMap(({ operation: { operationId, responses } }) =>
  Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).flatMap(([mediaType, { examples }]) =>
      Object.entries(examples).map(([name, one]) => ({
        operationId,
        status: Number(status),
        name,
        mediaType,
        value: one.value,
        isSuccess: selects(one, "valid"),
      })),
    ),
  ),
);

test("the table above has every error response of its operations", () => {
  const all = DOCUMENTED.filter(({ operationId, isSuccess }) => operationId in METHODS && !isSuccess);
  expect(ERROR_RESPONSES.map(([, id, status, name]) => `${id} ${status} ${name}`)).toEqual(
    all.map(({ operationId, status, name }) => `${operationId} ${status} ${name}`),
  );
});

test.each(DOCUMENTED)(
  "$operationId reads $status $name as what it is",
  async ({ operationId, status, mediaType, value, isSuccess }) => {
    const result = await resultOf(operationId, status, mediaType, value);
    expect(result).toMatchObject(isSuccess ? { data: {} } : { error: { kind: "api", status } });
  },
);

describe("what Clear's docs leave open", () => {
  const json = (status: number, body: unknown) => async () => Response.json(body, { status });

  test("an empty CFC 500 array is an unexpected response", async () => {
    proves("cfc.500.fields");
    const { error } = await METHODS.getCfcPreSignedUrl.call(json(500, []));
    expect(error).toMatchObject({ kind: "unexpected-response", status: 500 });
  });

  test.each([401, 403])(
    "a code of CFC under another status, such as %i, is returned with that status",
    async (status) => {
      proves("cfc.response.errorCode.enum");
      for (const code of ["AUTHORIZATION_FAILED", "LICENSE_EXPIRED", "INTERNAL_ERROR"]) {
        const body = { status: null, preSignedS3Url: null, errorCode: code, errorMessage: "No" };
        const { error } = await METHODS.getCfcPreSignedUrl.call(json(status, body));
        expect(error).toMatchObject({ kind: "api", status, code });
      }
    },
  );

  test("a `status` in the body of GLS that differs from the response's is not used", async () => {
    proves("gls.response.status");
    const error = { code: "406", message: "No", validationErrors: null };
    const failure = { status: 500, success: false, message: "ERROR", result: null, error, metadata: null };
    const { error: failed } = await METHODS.getGlsPreSignedUrl.call(json(406, failure));
    expect(failed).toMatchObject({ kind: "api", status: 406, code: "406" });
    const result = { status: "OK", uploadUrl: "https://storage.clear.in/a" };
    const success = { status: 500, success: true, message: "", result, error: null, metadata: null };
    expect((await METHODS.getGlsPreSignedUrl.call(json(200, success))).data).toMatchObject({ url: result.uploadUrl });
  });
});

test.each(Object.entries(METHODS))("the documented success of %s is data", async (_operation, { call }) => {
  const { data, error } = await call(fetch);
  expect(error).toBeUndefined();
  expect(data).toBeDefined();
});

describe("requests", () => {
  /** The request head that a server receives. */
  async function wire(call: (origin: string) => Promise<unknown>) {
    const { origin, requests } = await loopbackServer(respondWith(418, ""));
    await call(origin);
    const [request] = requests;
    const { host: _, connection: __, ...headers } = request?.headers ?? {};
    return { count: requests.length, method: request?.method, url: request?.url, headers };
  }
  /** Headers that the runtime's `fetch` adds, the last two for `cache: "no-store"`. */
  const RUNTIME = ["accept-language", "sec-fetch-mode", "user-agent", "accept-encoding", "cache-control", "pragma"];
  const documented = (headers: Readonly<Record<string, unknown>>) => {
    expect([headers["cache-control"], headers["pragma"]]).toEqual(["no-cache", "no-cache"]);
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !RUNTIME.includes(name)));
  };

  const NAME = "März & 50%+?#=.csv";
  const ENCODED = "M%C3%A4rz%20%26%2050%25%2B%3F%23%3D.csv";

  test("the request to CFC has exactly the documented headers", async () => {
    proves("cfc.x-cleartax-auth-token", "cfc.requestBody"); // no content-length
    const seen = await wire((origin) =>
      createCfcClient({ baseUrl: origin, authToken: "cfc-token" }).getPreSignedUrl({
        templateType: "sales",
        fileName: "a.csv",
      }),
    );
    expect(documented(seen.headers), "headers of the request to CFC").toEqual({
      "x-cleartax-auth-token": "cfc-token",
      filecontenttype: "CSV",
      accept: "*/*",
    });
  });

  test("the request to CFC has the file name percent-encoded", async () => {
    proves("cfc.path");
    const { method, url } = await wire((origin) =>
      createCfcClient({ baseUrl: origin, authToken: "t" }).getPreSignedUrl({
        templateType: "purchase",
        fileName: NAME,
      }),
    );
    expect(`${method} ${url}`, "request line to CFC").toBe(
      `GET /integration/v1/generatePreSign/purchase?fileName=${ENCODED}`,
    );
  });

  test("the request to GLS has exactly the documented headers", async () => {
    proves("gls.x-clear-auth-token", "gls.requestBody"); // no content-length
    const integrationId = "01234567-89ab-4cde-8f01-23456789abcd";
    const seen = await wire((origin) =>
      createGlsClient({ baseUrl: origin, authToken: "gls-token", integrationId }).getPreSignedUrl({
        fileName: "a.csv",
      }),
    );
    expect(documented(seen.headers), "headers of the request to GLS").toEqual({
      "x-clear-auth-token": "gls-token",
      "x-integration-id": integrationId,
      accept: "*/*",
    });
  });

  test("the request to GLS has the file name percent-encoded", async () => {
    proves("gls.path");
    const { method, url } = await wire((origin) =>
      createGlsClient({ baseUrl: origin, ...glsCredentials }).getPreSignedUrl({ fileName: NAME }),
    );
    expect(`${method} ${url}`, "request line to GLS").toBe(`GET /one-integration/action/pre-sign?filename=${ENCODED}`);
  });
});
