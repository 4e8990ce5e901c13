import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { hasOpenssl, httpsServer, selfSignedCertificate } from "../test-support/tls.js";
import { networkError } from "./errors.js";
import { ClearError, type ClientOptions, createCfcClient, createGlsClient, isClearError } from "./index.js";

const OPTIONS = { baseUrl: "https://api.clear.in", authToken: "token" } as const;
const INPUT = { templateType: "sales", fileName: "sales.csv" } as const;
const DENIED = {
  status: null,
  preSignedS3Url: null,
  errorCode: "AUTHORIZATION_FAILED",
  errorMessage: "Invalid Auth Token",
};

const denied = () =>
  createCfcClient({ ...OPTIONS, fetch: async () => new Response(JSON.stringify(DENIED), { status: 401 }) });

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test("every error is a ClearError and an Error, whatever its kind", async () => {
  const { error } = await denied().getPreSignedUrl(INPUT);
  expect(error).toBeInstanceOf(ClearError);
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe("ClearError: Invalid Auth Token");
  expect(thrown(() => createCfcClient({} as ClientOptions))).toBeInstanceOf(ClearError);
});

test("a JSON log of an error is complete, its message included", async () => {
  const { error } = await denied().getPreSignedUrl(INPUT);
  expect(JSON.parse(JSON.stringify({ error }))).toEqual({
    error: {
      name: "ClearError",
      message: "Invalid Auth Token",
      kind: "api",
      api: "cfc",
      status: 401,
      code: "AUTHORIZATION_FAILED",
      rawCode: "AUTHORIZATION_FAILED",
      body: DENIED,
      retryable: false,
    },
  });
});

test("the stack of an error leads to where the client was called", async () => {
  async function uploadInvoices() {
    return (await denied().getPreSignedUrl(INPUT)).error;
  }
  const createClient = () => createGlsClient({ ...OPTIONS, integrationId: "1" });
  expect((await uploadInvoices())?.stack).toContain("uploadInvoices");
  expect((thrown(createClient) as Error).stack).toContain("createClient");
});

test("an error has a stack in a runtime without captureStackTrace", async () => {
  const { captureStackTrace } = Error;
  Object.assign(Error, { captureStackTrace: undefined });
  const { error } = await denied()
    .getPreSignedUrl(INPUT)
    .finally(() => Object.assign(Error, { captureStackTrace }));
  expect(error?.stack).toMatch(/^ClearError: Invalid Auth Token\n\s+at /);
});

test.each([createCfcClient, createGlsClient])(
  "%o: options that cannot be read are invalid, and what reading them threw is not passed on",
  (createClient) => {
    const options = new Proxy(
      { ...OPTIONS, integrationId: "" },
      {
        ownKeys: () => {
          throw new Error("canary");
        },
      },
    );
    const error = thrown(() => createClient(options));
    expect(error).toMatchObject({ kind: "invalid-input", message: "options could not be read" });
  },
);

test("an error contains neither the runtime's error nor its cause", async () => {
  const fetch = () => Promise.reject(Object.assign(new Error("canary"), { code: "ECONNRESET", cause: "canary" }));
  const { error } = await createCfcClient({ ...OPTIONS, fetch, maxAttempts: 1 }).getPreSignedUrl(INPUT);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  expect(error).not.toHaveProperty("cause");
});

/** Every code that Node reports for a failed certificate verification. */
const CERTIFICATE_CODES = `
  UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID CERT_HAS_EXPIRED
  CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD
  ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG CERT_REVOKED INVALID_CA
  PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH ERR_TLS_CERT_ALTNAME_INVALID
  ERR_TLS_CERT_ALTNAME_FORMAT`
  .trim()
  .split(/\s+/);

test.each(CERTIFICATE_CODES)("%s is not retryable", (code) => {
  expect(networkError("a", { code })).toMatchObject({ code, retryable: false });
  // fetch wraps the error.
  expect(networkError("a", { cause: { code } })).toMatchObject({ code, retryable: false });
});

test.each(["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "UND_ERR_SOCKET"])(
  "%s is retryable",
  (code) => {
    expect(networkError("a", { code })).toMatchObject({ code, retryable: true });
  },
);

describe.skipIf(!hasOpenssl)("an untrusted certificate (needs openssl)", () => {
  test("ends a call to the API after one attempt", async () => {
    const { port } = await httpsServer(selfSignedCertificate(), (_request, response) => response.end());
    const types: string[] = [];
    const client = createCfcClient({
      baseUrl: `https://127.0.0.1:${port}`,
      authToken: "a",
      onEvent: ({ type }) => types.push(type),
    });
    const { error } = await client.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" });
    expect(error).toMatchObject({ kind: "network", code: "DEPTH_ZERO_SELF_SIGNED_CERT", retryable: false });
    expect(types).toEqual(["request"]);
  });
});

test("an error prints as ClearError", async () => {
  const { error } = await denied().getPreSignedUrl(INPUT);
  expect(inspect(error)).toMatch(/^ClearError: /);
  expect(String(error)).toMatch(/^ClearError: /);
  expect(error?.constructor.name).toBe("ClearError");
});

test.each<[string, unknown]>([
  ["a proxy that throws", new Proxy({}, { getPrototypeOf: () => expect.unreachable() })],
  ["an error of another kind", new TypeError("no")],
  ["nothing", undefined],
])("%s is not an error of this package", (_what, value) => {
  expect(isClearError(value)).toBe(false);
});
