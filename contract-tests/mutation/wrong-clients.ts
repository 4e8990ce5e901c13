/** Clients that are wrong in a way that was seen in public code, and the contract test that must notice each. */
export interface WrongClient {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The test that turns red, by its full name, and words of its message. */
  readonly test: string;
  readonly message: string;
}

export const wrongClients: readonly WrongClient[] = [
  {
    what: "takes a 200 FAILED for a success",
    file: "src/cfc.ts",
    from: 'if (status !== 200 || body?.status !== "CREATED") return undefined;',
    to: 'if (status !== 200) return undefined; body = { preSignedS3Url: "https://storage.clear.in/", ...body };',
    test: "each documented refusal is an api error with its status, code, message and body getCfcPreSignedUrl 200 failed-license-expired",
    message: "a refusal was taken for a success",
  },
  {
    what: "parses the text of a 401 as JSON",
    file: "src/gls.ts",
    from: "const envelope = untrusted<GlsFailure>(body);",
    to: 'if (typeof body === "string") return undefined; const envelope = untrusted<GlsFailure>(body);',
    test: "refusals that a caller can cause GLS, an unknown token: plain text, not JSON",
    message: "the text of a 401 must not be read as JSON",
  },
  {
    what: "accepts JSON only",
    file: "src/request.ts",
    from: "{ [this.#tokenHeader]: token }",
    to: '{ [this.#tokenHeader]: token, accept: "application/json" }',
    test: "over the wire GLS is asked with exactly the documented headers",
    message: "headers of the request to GLS",
  },
  {
    what: "swaps the token headers",
    file: "src/cfc.ts",
    from: '"x-cleartax-auth-token"',
    to: '"x-clear-auth-token"',
    test: "over the wire CFC is asked with exactly the documented headers",
    message: "headers of the request to CFC",
  },
  {
    what: "does not encode the file name",
    file: "src/request.ts",
    from: "baseUrl: options.baseUrl.href",
    to: 'baseUrl: options.baseUrl.href, querySerializer: (query) => Object.entries(query).map((pair) => pair.join("=")).join("&")',
    test: "over the wire GLS is asked with the file name percent-encoded",
    message: "request line to GLS",
  },
  {
    what: "signs CSV as text/csv on CFC",
    file: "src/cfc.ts",
    from: "{ CSV: XLS, XLS, XLSX }",
    to: '{ CSV: "text/csv", XLS, XLSX }',
    test: "each documented success CFC, sales a.csv, is signed for the content type that CFC documents",
    message: "another content type than the signed one is a 403",
  },
];
