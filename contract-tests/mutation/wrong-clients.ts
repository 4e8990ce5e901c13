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
    from: 'if (answer.status === 200 && member(body, "status") === "CREATED" && typeof url === "string") return { data: url };',
    to: 'if (answer.status === 200) return { data: String(url ?? "https://storage.clear.in/") };',
    test: "each documented refusal is an api error with its status, code, message and body getCfcPreSignedUrl 200 failed-license-expired",
    message: "a refusal was taken for a success",
  },
  {
    what: "parses the text of a 401 as JSON",
    file: "src/gls.ts",
    from: "if (known === 401 || known === 403) return",
    to: "if (body !== undefined && (known === 401 || known === 403)) return",
    test: "refusals that a caller can cause GLS, an unknown token: plain text, not JSON",
    message: "the text of a 401 must not be read as JSON",
  },
  {
    what: "accepts JSON only",
    file: "src/exchange.ts",
    from: "const headers = Object.fromEntries(request.headers);",
    to: 'const headers = { ...Object.fromEntries(request.headers), accept: "application/json" };',
    test: "over the wire GLS is asked with exactly the documented headers",
    message: "headers of the request to GLS",
  },
  {
    what: "swaps the token headers",
    file: "src/cfc.ts",
    from: '"x-cleartax-auth-token": token',
    to: '"x-clear-auth-token": token',
    test: "over the wire CFC is asked with exactly the documented headers",
    message: "headers of the request to CFC",
  },
  {
    what: "does not encode the file name",
    file: "src/gls.ts",
    from: "createFetchClient<paths>({ baseUrl: checked.baseUrl })",
    to: 'createFetchClient<paths>({ baseUrl: checked.baseUrl, querySerializer: (query) => "filename=" + query["filename"] })',
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
