import { describe, expect, test } from "vitest";
import { hasOpenssl, httpsServer, selfSignedCertificate } from "../contract-tests/tls.js";
import { networkError } from "./errors.js";
import { createCfcClient } from "./index.js";

/** All that Node makes of OpenSSL's results of a verification, and its own. */
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

test.each(CERTIFICATE_CODES)("%s is final", (code) => {
  expect(networkError("a", { code })).toMatchObject({ code, retryable: false });
  // As fetch has it.
  expect(networkError("a", { cause: { code } })).toMatchObject({ code, retryable: false });
});

test.each(["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "UND_ERR_SOCKET"])(
  "%s may pass",
  (code) => {
    expect(networkError("a", { code })).toMatchObject({ code, retryable: true });
  },
);

describe.skipIf(!hasOpenssl)("a certificate that is not trusted (needs openssl)", () => {
  test("ends a call to the API at its first attempt", async () => {
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
