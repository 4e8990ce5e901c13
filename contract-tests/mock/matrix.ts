/**
 * The requests that test the contract, on both sides of every limit, with the response to each: the documented one (or one
 * marked as inferred), and Prism's where it deliberately differs.
 */
import type { OperationId } from "../../test-support/description.js";
import type { Request } from "../../test-support/http-message.js";
import { firstExample, operationsOf, type Parameter, readDescription } from "../../tools/description.js";

/** A status, and the name of the example in the description that is the body. */
export interface ExpectedResponse {
  readonly status: number;
  /** Absent if the body is not an example. */
  readonly example?: string;
  /** The fact that documents the response. */
  readonly proves?: string;
}

export interface Case extends Request {
  readonly name: string;
  readonly operation: OperationId;
  /** The documented response, which the sandbox sends too. */
  readonly documented: ExpectedResponse;
  /** The response of strict Prism. The same as `documented` by default. */
  readonly mock: ExpectedResponse;
  /** Why the case is not run against a live server; undefined if it is. */
  readonly notLive: string | undefined;
  /** The facts that the case proves. */
  readonly proves: readonly string[];
}

/** Credentials that the server under test accepts. */
export interface Credentials {
  readonly cfcToken: string;
  readonly glsToken: string;
  readonly integrationId: string;
}

const PROBLEM: ExpectedResponse = { status: 422 };
const UNDOCUMENTED = "no vendor page documents the response";
const INFERRED = "the response is inferred";

type Change = Partial<Pick<Case, "method" | "path" | "body" | "mock" | "notLive" | "proves">> & {
  /** Headers to add to the valid request; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
};

function withoutUndefined<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<string, T>;
}

const description = readDescription();

/** The names and the values of the examples of some parameters. */
const examplesOf = (parameters: readonly Parameter[], place: Parameter["in"]) =>
  Object.fromEntries(
    parameters.flatMap((one) => (one.in === place ? [[one.name, String(firstExample(one.examples))]] : [])),
  );

/** A valid request for each operation: the first example of each parameter and of the body, with these credentials. */
export function validRequests({ cfcToken, glsToken, integrationId }: Credentials): Record<OperationId, Request> {
  const tokens: Readonly<Record<string, string>> = { CFC: cfcToken, GLS: glsToken };
  const requests = operationsOf(description).map(({ path, method, operation }) => {
    const { operationId, parameters, requestBody, security, tags } = operation;
    const inPath = examplesOf(parameters, "path");
    const query = new URLSearchParams(examplesOf(parameters, "query"));
    const headers = examplesOf(parameters, "header");
    if ("x-integration-id" in headers) headers["x-integration-id"] = integrationId;
    const [scheme = ""] = Object.keys(security[0] ?? {});
    const tokenHeader = description.components.securitySchemes[scheme]?.name ?? "";
    const json = requestBody?.content["application/json"];
    const request: Request = {
      method,
      path: `${path.replace(/{(\w+)}/g, (_, name) => inPath[name] ?? "")}${query.size > 0 ? `?${query}` : ""}`,
      headers: {
        [tokenHeader]: tokens[tags[0]] ?? "",
        ...headers,
        ...(json && { "content-type": "application/json" }),
      },
      ...(json && { body: JSON.stringify(firstExample(json.examples)) }),
    };
    return [operationId, request];
  });
  return Object.fromEntries(requests);
}

/** Builds the cases of an operation, each of which is the valid request with one change. */
function caseBuilder(api: string, operation: OperationId, validRequest: Request) {
  return (
    name: string,
    documented: ExpectedResponse,
    { headers, mock, notLive, proves, ...change }: Change = {},
  ): Case => ({
    ...validRequest,
    ...change,
    name: `${api}: ${name}`,
    operation,
    headers: withoutUndefined<string | readonly string[]>({ ...validRequest.headers, ...headers }),
    documented,
    mock: mock ?? documented,
    notLive,
    proves: [...(documented.proves ? [documented.proves] : []), ...(proves ?? [])],
  });
}

function cfcCases(credentials: Credentials): Case[] {
  const { glsToken } = credentials;
  const validRequest = validRequests(credentials).getCfcPreSignedUrl;
  const { path } = validRequest;
  const testCase = caseBuilder("CFC", "getCfcPreSignedUrl", validRequest);
  const created = { status: 200, example: "created", proves: "cfc.200.sample" };
  const unauthorized = { status: 401, example: "authorization-failed", proves: "cfc.401.sample" };
  const missing = { status: 500, example: "file-content-type-missing", proves: "cfc.500.sample" };
  const failed = { status: 200, example: "failed-invalid-request", proves: "cfc.200.failed-invalid-request" };
  const invalid = (name: string, change: Change) =>
    testCase(name, failed, { mock: PROBLEM, notLive: INFERRED, ...change });
  const template = (name: string) => path.replace("sales", name);
  const named = (query: string) => path.replace("fileName=filename.xlsx", query);
  return [
    ...["sales", "purchase"].flatMap((type) =>
      ["XLSX", "XLS", "CSV"].map((fileContentType) =>
        testCase(`${type} as ${fileContentType}`, created, {
          path: template(type),
          headers: { fileContentType },
          proves: ["cfc.templateType.enum", "cfc.fileContentType.enum"],
        }),
      ),
    ),
    ...["SALES", "Sales", "sale", "saless", "tds", "%20sales", "null"].map((type) =>
      invalid(`template type ${type}`, { path: template(type), proves: ["cfc.templateType.enum"] }),
    ),
    invalid("no template type", { path: template(""), proves: ["cfc.templateType.mandatory"] }),
    ...["csv", "Csv", "xlsx", "XLSM", "ZIP", "text/csv", "CSV,XLSX"].map((fileContentType) =>
      invalid(`fileContentType ${fileContentType}`, {
        headers: { fileContentType },
        proves: ["cfc.fileContentType.enum"],
      }),
    ),
    invalid("fileContentType twice", {
      headers: { fileContentType: ["CSV", "XLSX"] },
      proves: ["cfc.fileContentType"],
    }),
    testCase("fileContentType empty", missing, {
      headers: { fileContentType: "" },
      mock: PROBLEM,
      notLive: UNDOCUMENTED,
      proves: ["cfc.fileContentType.mandatory"],
    }),
    testCase("no fileContentType", missing, {
      headers: { fileContentType: undefined },
      mock: PROBLEM,
      proves: ["cfc.fileContentType.mandatory"],
    }),
    testCase("fileName of 1 character", created, { path: named("fileName=a"), proves: ["cfc.fileName.length"] }),
    testCase("fileName of 1500 characters", created, {
      path: named(`fileName=${"a".repeat(1500)}`),
      proves: ["cfc.fileName.length"],
    }),
    testCase("fileName of 1500 characters beyond the BMP", created, {
      path: named(`fileName=${"%F0%9F%98%80".repeat(500)}${"a".repeat(1000)}`),
      proves: ["cfc.fileName.length"],
    }),
    testCase("fileName percent-encoded", created, {
      path: named("fileName=M%C3%A4rz%20%26%2B.csv"),
      proves: ["cfc.fileName"],
    }),
    invalid("fileName of 1501 characters", {
      path: named(`fileName=${"a".repeat(1501)}`),
      proves: ["cfc.fileName.length"],
    }),
    invalid("fileName empty", { path: named("fileName="), proves: ["cfc.fileName.length"] }),
    invalid("no fileName", { path: named(""), proves: ["cfc.fileName.mandatory"] }),
    invalid("fileName in lower case", { path: named("filename=a.csv"), mock: created, proves: ["cfc.fileName"] }),
    invalid("fileName twice", { path: named("fileName=a.csv&fileName=b.csv"), proves: ["cfc.fileName"] }),
    testCase("an undocumented parameter", created, {
      path: named("fileName=a.csv&other=1"),
      notLive: UNDOCUMENTED,
      proves: ["cfc.parameters"],
    }),
    testCase("no token", unauthorized, {
      headers: { "x-cleartax-auth-token": undefined },
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    testCase("an empty token", unauthorized, {
      headers: { "x-cleartax-auth-token": "" },
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    testCase("the other API's header", unauthorized, {
      headers: { "x-cleartax-auth-token": undefined, "x-clear-auth-token": glsToken },
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    testCase("an unknown token", unauthorized, {
      headers: { "x-cleartax-auth-token": "unknown" },
      mock: created,
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    testCase("no token in an invalid request", unauthorized, {
      headers: { "x-cleartax-auth-token": undefined, fileContentType: "csv" },
    }),
    ...["POST", "PUT", "PATCH", "DELETE"].map((method) =>
      testCase(`${method} instead of GET`, { status: 405 }, { method, notLive: UNDOCUMENTED, proves: ["cfc.method"] }),
    ),
    testCase("Accept: */*", created, { headers: { accept: "*/*" } }),
    testCase("Accept: application/json", created, { headers: { accept: "application/json" } }),
    testCase("Accept: application/xml", created, {
      headers: { accept: "application/xml" },
      mock: { status: 406 },
      notLive: UNDOCUMENTED,
    }),
  ];
}

function glsCases(credentials: Credentials): Case[] {
  const { cfcToken, integrationId } = credentials;
  const validRequest = validRequests(credentials).getGlsPreSignedUrl;
  const { path } = validRequest;
  const testCase = caseBuilder("GLS", "getGlsPreSignedUrl", validRequest);
  const success = { status: 200, example: "success", proves: "gls.200.sample" };
  const unauthorized = { status: 401, example: "unauthorized", proves: "gls.401.sample" };
  const bad = { status: 400, example: "bad-request", proves: "gls.400.bad-request" };
  const notAcceptable = { status: 406, example: "invalid-file-extension", proves: "gls.406.sample" };
  const named = (query: string) => path.replace("filename=purchase.csv", query);
  const integration = (name: string, id: string | readonly string[], change: Change = {}) =>
    testCase(name, bad, {
      headers: { "x-integration-id": id },
      notLive: INFERRED,
      proves: ["gls.x-integration-id.format", "gls.x-integration-id.length"],
      ...change,
    });
  return [
    ...["csv", "xlsx", "xls", "zip"].map((type) =>
      testCase(`extension ${type}`, success, {
        path: named(`filename=a.${type}`),
        proves: ["gls.filename.extensions"],
      }),
    ),
    ...["CSV", "Xlsx", "xLS", "ZIP"].map((type) =>
      testCase(`extension ${type}`, success, {
        path: named(`filename=a.${type}`),
        notLive: INFERRED,
        proves: ["gls.filename.extensions"],
      }),
    ),
    testCase("a second extension", success, {
      path: named("filename=a.pdf.csv"),
      notLive: UNDOCUMENTED,
      proves: ["gls.filename.extensions"],
    }),
    testCase("an extension alone", success, {
      path: named("filename=.csv"),
      notLive: UNDOCUMENTED,
      proves: ["gls.filename.extensions"],
    }),
    testCase("a long name", success, {
      path: named(`filename=${"a".repeat(3000)}.csv`),
      notLive: UNDOCUMENTED,
      proves: ["gls.filename"],
    }),
    testCase("a name percent-encoded", success, {
      path: named("filename=M%C3%A4rz%20%26%2B.csv"),
      proves: ["gls.filename"],
    }),
    testCase("no extension, as in the documented sample", notAcceptable, {
      path: named("filename=abc"),
      mock: bad,
      proves: ["gls.filename.extensions"],
    }),
    ...["a.pdf", "a.csvx", "a.cs", "a.xl", "a.xlsm", "a.xlsxx", "a.zi", "csv", "a.csv%20", "a.csv.", "a.csv%0A"].map(
      (name) =>
        testCase(`filename ${name}`, notAcceptable, {
          path: named(`filename=${name}`),
          mock: bad,
          proves: ["gls.filename.extensions"],
        }),
    ),
    testCase("no filename", bad, { path: named(""), proves: ["gls.filename.mandatory"] }),
    testCase("filename empty", bad, {
      path: named("filename="),
      notLive: INFERRED,
      proves: ["gls.filename.mandatory"],
    }),
    testCase("filename in camel case", bad, { path: named("fileName=a.csv"), mock: success, proves: ["gls.filename"] }),
    testCase("filename twice", bad, {
      path: named("filename=a.csv&filename=b.csv"),
      notLive: UNDOCUMENTED,
      proves: ["gls.filename"],
    }),
    testCase("an undocumented parameter", success, {
      path: named("filename=a.csv&other=1"),
      notLive: UNDOCUMENTED,
      proves: ["gls.parameters"],
    }),
    testCase("no integration id", bad, {
      headers: { "x-integration-id": undefined },
      proves: ["gls.x-integration-id.mandatory"],
    }),
    integration("integration id empty", ""),
    integration("integration id of 35 characters", integrationId.slice(1)),
    integration("integration id of 37 characters", `${integrationId}0`),
    integration("integration id without hyphens", integrationId.replaceAll("-", "")),
    integration("integration id of 36 characters that is not a UUID", "g".repeat(36)),
    integration("integration id as a URN", `urn:uuid:${integrationId}`, { mock: success }),
    integration("integration id twice", [integrationId, integrationId]),
    testCase("integration id in capitals", success, {
      headers: { "x-integration-id": integrationId.toUpperCase() },
      notLive: UNDOCUMENTED,
    }),
    testCase("no token", unauthorized, {
      headers: { "x-clear-auth-token": undefined },
      proves: ["gls.x-clear-auth-token"],
    }),
    testCase("an empty token", unauthorized, {
      headers: { "x-clear-auth-token": "" },
      proves: ["gls.x-clear-auth-token"],
    }),
    testCase("the other API's header", unauthorized, {
      headers: { "x-clear-auth-token": undefined, "x-cleartax-auth-token": cfcToken },
      proves: ["gls.x-clear-auth-token"],
    }),
    testCase("an unknown token", unauthorized, {
      headers: { "x-clear-auth-token": "unknown" },
      mock: success,
      proves: ["gls.x-clear-auth-token"],
    }),
    testCase("the documented sample, with its placeholders", unauthorized, {
      path: named("filename=purchase.csv"),
      headers: { accept: "*/*", "x-clear-auth-token": "your-access-token", "x-integration-id": "your-integration-id" },
      mock: bad,
      notLive: UNDOCUMENTED,
    }),
    testCase("no token in an invalid request", unauthorized, {
      path: named("filename=abc"),
      headers: { "x-clear-auth-token": undefined },
    }),
    ...["POST", "PUT", "PATCH", "DELETE"].map((method) =>
      testCase(`${method} instead of GET`, { status: 405 }, { method, notLive: UNDOCUMENTED, proves: ["gls.method"] }),
    ),
    testCase("Accept: */*, as in the documented samples", success, { headers: { accept: "*/*" } }),
    testCase("Accept: application/json", success, { headers: { accept: "application/json" } }),
    testCase("Accept: application/xml", success, {
      headers: { accept: "application/xml" },
      mock: { status: 406 },
      notLive: UNDOCUMENTED,
    }),
    testCase("Accept: application/json with an unknown token", unauthorized, {
      headers: { accept: "application/json", "x-clear-auth-token": "unknown" },
      mock: success,
      notLive: UNDOCUMENTED,
    }),
  ];
}

/** All cases, for a server that accepts these credentials. */
export function cases(credentials: Credentials): Case[] {
  return [...cfcCases(credentials), ...glsCases(credentials)];
}
