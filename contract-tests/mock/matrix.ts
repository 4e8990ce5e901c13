/**
 * The requests that the contract is tried with, both sides of every limit, and the answer to each: what the
 * documentation says (or what is marked inferred), and where the plain mock differs from it on purpose.
 */
import type { OperationId } from "../../test-support/description.js";
import type { Request } from "../../test-support/http-message.js";

/** An answer: a status, and the name of the description's example that is its body. */
export interface Answer {
  readonly status: number;
  /** Not given where the body is not one of the description's. */
  readonly example?: string;
  /** The fact that such a response is documented. */
  readonly proves?: string;
}

export interface Case extends Request {
  readonly name: string;
  readonly operation: OperationId;
  /** What the documentation says, and the sandbox does. */
  readonly documented: Answer;
  /** What the plain mock (Prism, strict) does where that is something else. */
  readonly mock: Answer;
  /** Why it cannot be tried on a live server; undefined where it can. */
  readonly notLive: string | undefined;
  /** The facts that the case proves. */
  readonly proves: readonly string[];
}

/** Credentials that the server under test knows. */
export interface Credentials {
  readonly cfcToken: string;
  readonly glsToken: string;
  readonly integrationId: string;
}

/** Where the plain mock differs from the documentation, and why that is as it should be. */
export const DIFFERENCES = {
  "CFC, invalid request":
    "CFC documents no 400; Prism has only its own 422 for a request that does not match the description.",
  "GLS, wrong extension": "GLS documents a 406 for it; Prism answers every invalid request with the documented 400.",
  "unknown token": "Prism takes any token that is not empty; the sandbox knows which ones work.",
  "name in another case": "Prism compares the names of parameters without their case; the sandbox does not.",
  Accept:
    "Prism negotiates: an Accept that matches no media type is a 406 of its own. The sandbox sends the documented response.",
} as const;

const PROBLEM: Answer = { status: 422 };
const UNTOLD = "no vendor page tells the answer";
const INFERRED = "the answer is inferred";

type Change = Partial<Pick<Case, "method" | "path" | "body" | "mock" | "notLive" | "proves">> & {
  /** Headers on top of the good ones; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
};

function withoutUndefined<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<string, T>;
}

/** A request of each operation that has its success for a response. */
export function goodRequests({ cfcToken, glsToken, integrationId }: Credentials): Record<OperationId, Request> {
  return {
    getCfcPreSignedUrl: {
      method: "GET",
      path: "/integration/v1/generatePreSign/sales?fileName=a.csv",
      headers: { "x-cleartax-auth-token": cfcToken, fileContentType: "CSV" },
    },
    getGlsPreSignedUrl: {
      method: "GET",
      path: "/one-integration/action/pre-sign?filename=a.csv",
      headers: { "x-clear-auth-token": glsToken, "x-integration-id": integrationId },
    },
  };
}

/** Builds the cases of an operation: each is its good request with one change. */
function around(api: string, operation: OperationId, good: Request) {
  return (name: string, documented: Answer, { headers, mock, notLive, proves, ...change }: Change = {}): Case => ({
    ...good,
    ...change,
    name: `${api}: ${name}`,
    operation,
    headers: withoutUndefined<string | readonly string[]>({ ...good.headers, ...headers }),
    documented,
    mock: mock ?? documented,
    notLive,
    proves: [...(documented.proves ? [documented.proves] : []), ...(proves ?? [])],
  });
}

function cfcCases(credentials: Credentials): Case[] {
  const { glsToken } = credentials;
  const good = goodRequests(credentials).getCfcPreSignedUrl;
  const { path } = good;
  const of = around("CFC", "getCfcPreSignedUrl", good);
  const created = { status: 200, example: "created", proves: "cfc.200.sample" };
  const unauthorized = { status: 401, example: "authorization-failed", proves: "cfc.401.sample" };
  const missing = { status: 500, example: "file-content-type-missing", proves: "cfc.500.sample" };
  const failed = { status: 200, example: "failed-invalid-request", proves: "cfc.200.failed-invalid-request" };
  const invalid = (name: string, change: Change) => of(name, failed, { mock: PROBLEM, notLive: INFERRED, ...change });
  const template = (name: string) => path.replace("sales", name);
  const named = (query: string) => path.replace("fileName=a.csv", query);
  return [
    ...["sales", "purchase"].flatMap((type) =>
      ["XLSX", "XLS", "CSV"].map((fileContentType) =>
        of(`${type} as ${fileContentType}`, created, {
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
    of("fileContentType empty", missing, {
      headers: { fileContentType: "" },
      mock: PROBLEM,
      notLive: UNTOLD,
      proves: ["cfc.fileContentType.mandatory"],
    }),
    of("no fileContentType", missing, {
      headers: { fileContentType: undefined },
      mock: PROBLEM,
      proves: ["cfc.fileContentType.mandatory"],
    }),
    of("fileName of 1 character", created, { path: named("fileName=a"), proves: ["cfc.fileName.length"] }),
    of("fileName of 1500 characters", created, {
      path: named(`fileName=${"a".repeat(1500)}`),
      proves: ["cfc.fileName.length"],
    }),
    of("fileName of 1500 characters beyond the BMP", created, {
      path: named(`fileName=${"%F0%9F%98%80".repeat(500)}${"a".repeat(1000)}`),
      proves: ["cfc.fileName.length"],
    }),
    of("fileName percent-encoded", created, {
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
    of("a parameter that nobody documents", created, {
      path: named("fileName=a.csv&other=1"),
      notLive: UNTOLD,
      proves: ["cfc.parameters"],
    }),
    of("no token", unauthorized, {
      headers: { "x-cleartax-auth-token": undefined },
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    of("an empty token", unauthorized, {
      headers: { "x-cleartax-auth-token": "" },
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    of("the other API's header", unauthorized, {
      headers: { "x-cleartax-auth-token": undefined, "x-clear-auth-token": glsToken },
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    of("an unknown token", unauthorized, {
      headers: { "x-cleartax-auth-token": "unknown" },
      mock: created,
      proves: ["cfc.x-cleartax-auth-token"],
    }),
    of("no token in an invalid request", unauthorized, {
      headers: { "x-cleartax-auth-token": undefined, fileContentType: "csv" },
    }),
    ...["POST", "PUT", "PATCH", "DELETE"].map((method) =>
      of(`${method} instead of GET`, { status: 405 }, { method, notLive: UNTOLD, proves: ["cfc.method"] }),
    ),
    of("Accept: */*", created, { headers: { accept: "*/*" } }),
    of("Accept: application/json", created, { headers: { accept: "application/json" } }),
    of("Accept: application/xml", created, {
      headers: { accept: "application/xml" },
      mock: { status: 406 },
      notLive: UNTOLD,
    }),
  ];
}

function glsCases(credentials: Credentials): Case[] {
  const { cfcToken, integrationId } = credentials;
  const good = goodRequests(credentials).getGlsPreSignedUrl;
  const { path } = good;
  const of = around("GLS", "getGlsPreSignedUrl", good);
  const success = { status: 200, example: "success", proves: "gls.200.sample" };
  const unauthorized = { status: 401, example: "unauthorized", proves: "gls.401.sample" };
  const bad = { status: 400, example: "bad-request", proves: "gls.400.bad-request" };
  const notAcceptable = { status: 406, example: "invalid-file-extension", proves: "gls.406.sample" };
  const named = (query: string) => path.replace("filename=a.csv", query);
  const integration = (name: string, id: string | readonly string[]) =>
    of(name, bad, {
      headers: { "x-integration-id": id },
      notLive: INFERRED,
      proves: ["gls.x-integration-id.format", "gls.x-integration-id.length"],
    });
  return [
    ...["csv", "xlsx", "xls", "zip"].map((type) =>
      of(`extension ${type}`, success, { path: named(`filename=a.${type}`), proves: ["gls.filename.extensions"] }),
    ),
    ...["CSV", "Xlsx", "xLS", "ZIP"].map((type) =>
      of(`extension ${type}`, success, {
        path: named(`filename=a.${type}`),
        notLive: INFERRED,
        proves: ["gls.filename.extensions"],
      }),
    ),
    of("a second extension", success, {
      path: named("filename=a.pdf.csv"),
      notLive: UNTOLD,
      proves: ["gls.filename.extensions"],
    }),
    of("an extension alone", success, {
      path: named("filename=.csv"),
      notLive: UNTOLD,
      proves: ["gls.filename.extensions"],
    }),
    of("a long name", success, {
      path: named(`filename=${"a".repeat(3000)}.csv`),
      notLive: UNTOLD,
      proves: ["gls.filename.length"],
    }),
    of("a name percent-encoded", success, { path: named("filename=M%C3%A4rz%20%26%2B.csv"), proves: ["gls.filename"] }),
    of("no extension, as in the documented sample", notAcceptable, {
      path: named("filename=abc"),
      mock: bad,
      proves: ["gls.filename.extensions"],
    }),
    ...["a.pdf", "a.csvx", "a.cs", "a.xl", "a.xlsm", "a.xlsxx", "a.zi", "csv", "a.csv%20", "a.csv.", "a.csv%0A"].map(
      (name) =>
        of(`filename ${name}`, notAcceptable, {
          path: named(`filename=${name}`),
          mock: bad,
          proves: ["gls.filename.extensions"],
        }),
    ),
    of("no filename", bad, { path: named(""), proves: ["gls.filename.mandatory"] }),
    of("filename empty", bad, { path: named("filename="), notLive: INFERRED, proves: ["gls.filename.length"] }),
    of("filename in camel case", bad, { path: named("fileName=a.csv"), mock: success, proves: ["gls.filename"] }),
    of("filename twice", bad, {
      path: named("filename=a.csv&filename=b.csv"),
      notLive: UNTOLD,
      proves: ["gls.filename"],
    }),
    of("a parameter that nobody documents", success, {
      path: named("filename=a.csv&other=1"),
      notLive: UNTOLD,
      proves: ["gls.parameters"],
    }),
    of("no integration id", bad, {
      headers: { "x-integration-id": undefined },
      proves: ["gls.x-integration-id.mandatory"],
    }),
    integration("integration id empty", ""),
    integration("integration id of 35 characters", integrationId.slice(1)),
    integration("integration id of 37 characters", `${integrationId}0`),
    integration("integration id without hyphens", integrationId.replaceAll("-", "")),
    integration("integration id of 36 characters that is no UUID", "g".repeat(36)),
    integration("integration id as a URN", `urn:uuid:${integrationId}`),
    integration("integration id twice", [integrationId, integrationId]),
    of("integration id in capitals", success, {
      headers: { "x-integration-id": integrationId.toUpperCase() },
      notLive: UNTOLD,
    }),
    of("no token", unauthorized, { headers: { "x-clear-auth-token": undefined }, proves: ["gls.x-clear-auth-token"] }),
    of("an empty token", unauthorized, { headers: { "x-clear-auth-token": "" }, proves: ["gls.x-clear-auth-token"] }),
    of("the other API's header", unauthorized, {
      headers: { "x-clear-auth-token": undefined, "x-cleartax-auth-token": cfcToken },
      proves: ["gls.x-clear-auth-token"],
    }),
    of("an unknown token", unauthorized, {
      headers: { "x-clear-auth-token": "unknown" },
      mock: success,
      proves: ["gls.x-clear-auth-token"],
    }),
    of("no token in an invalid request", unauthorized, {
      path: named("filename=abc"),
      headers: { "x-clear-auth-token": undefined },
    }),
    ...["POST", "PUT", "PATCH", "DELETE"].map((method) =>
      of(`${method} instead of GET`, { status: 405 }, { method, notLive: UNTOLD, proves: ["gls.method"] }),
    ),
    of("Accept: */*, as in the documented samples", success, { headers: { accept: "*/*" } }),
    of("Accept: application/json", success, { headers: { accept: "application/json" } }),
    of("Accept: application/xml", success, {
      headers: { accept: "application/xml" },
      mock: { status: 406 },
      notLive: UNTOLD,
    }),
    of("Accept: application/json with an unknown token", unauthorized, {
      headers: { accept: "application/json", "x-clear-auth-token": "unknown" },
      mock: success,
      notLive: UNTOLD,
    }),
  ];
}

/** All cases, for a server that knows these credentials. */
export function cases(credentials: Credentials): Case[] {
  return [...cfcCases(credentials), ...glsCases(credentials)];
}
