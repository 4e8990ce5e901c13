/**
 * What the description says beyond the two pages, each with where it comes from. Whatever is in the description and is
 * neither a fact of a page nor in here is a difference.
 */
import { cfc, gls, type PageName } from "./documentation.js";

type Body = Record<string, unknown>;

export interface Beyond {
  /** API hosts besides those of the page's samples. */
  readonly servers: readonly string[];
  /** The schemas that a table of the page describes, and when their bodies are sent: each must have the table's fields. */
  readonly schemas: Readonly<Record<string, Readonly<Record<string, "success" | "error" | "any" | "request">>>>;
  /** For a pre-signed URL, from the neighbouring page "Upload File to Storage". */
  readonly upload?: { readonly method: string; readonly contentTypes: Readonly<Record<string, string>> };
  /** Bodies of responses that the page has no sample of, by status and name. */
  readonly examples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Fields that are in no table, by the status whose sample has them. */
  readonly fields: Readonly<Record<string, { readonly schema: string; readonly fields: readonly string[] }>>;
  /** Where the description has a contradiction, by what it is about: a path of keys to the marker's node. */
  readonly contradictions: Readonly<Record<string, readonly string[]>>;
}

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The sample of a 401, with the code and its meaning from the page's table. */
function errorResponse(status: "FAILED" | null, errorCode: string, errorMessage: string): Body {
  return { ...(cfc.samples["error 401"]?.body as Body), status, errorCode, errorMessage };
}
const EXPIRED = ["LICENSE_EXPIRED", "Account License has expired"] as const;
const QUOTA = ["API_QUOTA_EXCEEDED", "API access quota has exceeded"] as const;
const PERMISSION = ["PERMISSION_DENIED", "Don't have permission. Contact admin for access"] as const;
const INTERNAL = ["INTERNAL_ERROR", "Internal Error in Clear. Contact support"] as const;

/** The sample of a 406, with another status and the status in words. */
function failure(status: number, code: number, message: string): Body {
  const sample = gls.samples["error 406"]?.body as Body & { error: Body };
  return { ...sample, status, error: { ...sample.error, code: String(code), message } };
}

const cfcPath = ["paths", cfc.path, "get"];
const glsPath = ["paths", gls.path, "get"];

export const beyond: Readonly<Record<PageName, Beyond>> = {
  cfc: {
    // Both are on the pages "Learn Clear Finance Cloud Basics".
    servers: ["https://api-sandbox.clear.in", "https://api.clear.in"],
    schemas: {
      response: { CfcPreSignedUrlCreated: "success", CfcPreSignedUrlFailed: "error", CfcErrorResponse: "error" },
    },
    upload: {
      method: "PUT",
      contentTypes: { CSV: "application/vnd.ms-excel", XLS: "application/vnd.ms-excel", XLSX: SHEET },
    },
    examples: {
      "200": {
        "failed-invalid-request": errorResponse("FAILED", ...INTERNAL),
        "failed-license-expired": errorResponse("FAILED", ...EXPIRED),
        "failed-api-quota-exceeded": errorResponse("FAILED", ...QUOTA),
        "failed-permission-denied": errorResponse("FAILED", ...PERMISSION),
      },
      "403": {
        "permission-denied": errorResponse(null, ...PERMISSION),
        "license-expired": errorResponse(null, ...EXPIRED),
        "api-quota-exceeded": errorResponse(null, ...QUOTA),
      },
    },
    fields: { "500": { schema: "CfcErrorDetail", fields: ["errorField", "errorValues", "errorResolution"] } },
    contradictions: {
      "the URL's lifetime": [...cfcPath, "x-upload", "x-contradiction"],
      status: ["components", "schemas", "CfcErrorResponse", "x-contradiction"],
      "the shape of a 500": ["components", "responses", "CfcInternalError", "x-contradiction"],
      "the cause of a 500": ["components", "responses", "CfcInternalError", "x-contradiction"],
      fileName: ["components", "parameters", "CfcFileNameQuery", "x-contradiction"],
      templateType: ["components", "parameters", "CfcTemplateTypePath", "x-contradiction"],
      "a used up quota": ["components", "responses", "CfcForbidden", "x-inferred"],
      "a client's mistake": ["components", "schemas", "CfcPreSignedUrlFailed", "x-inferred"],
    },
  },
  gls: {
    // Inferred: no page states a production host for GLS.
    servers: ["https://api.clear.in"],
    schemas: {
      response: { GlsPreSignedUrlSuccess: "success", GlsFailure: "error" },
      result: { GlsResult: "any" },
      error: { GlsError: "any" },
    },
    upload: {
      method: "PUT",
      contentTypes: { csv: "text/csv", xls: "application/vnd.ms-excel", xlsx: SHEET, zip: "application/zip" },
    },
    examples: {
      "200": { failure: failure(200, 400, "Bad Request") },
      "400": { "bad-request": failure(400, 400, "Bad Request") },
      "403": { forbidden: failure(403, 403, "Forbidden") },
      "500": { "internal-error": failure(500, 500, "Internal Server Error") },
    },
    fields: {},
    contradictions: {
      "the URL's lifetime": [...glsPath, "x-upload", "x-contradiction"],
      "the shape of a 401": ["components", "responses", "GlsUnauthorized", "x-contradiction"],
      result: ["components", "schemas", "GlsResult", "properties", "status", "x-contradiction"],
      "the type of result": ["components", "schemas", "GlsFailure", "properties", "result", "x-contradiction"],
      "the type of validationErrors": [
        "components",
        "schemas",
        "GlsError",
        "properties",
        "validationErrors",
        "x-contradiction",
      ],
      "a bad parameter": ["components", "responses", "GlsNotAcceptable", "x-contradiction"],
      "the name of the file": ["components", "schemas", "GlsResult", "properties", "uploadUrl", "x-contradiction"],
    },
  },
};

type Sentences = Readonly<Record<string, { readonly fact: string } | { readonly untested: string }>>;

/**
 * The sentences of a page outside its tables, by what they say, each with the fact that it comes down to, or why there is
 * nothing to test.
 */
export const sentences: Readonly<Record<PageName, Sentences>> = {
  cfc: {
    "the file name is not empty": { fact: "cfc.fileName.length" },
    "fileContentType and templateType have allowed values": { fact: "cfc.fileContentType.enum" },
    "the user may create invoices": { fact: "cfc.403" },
    "what it is for": { untested: "introduces the page" },
    none: { untested: "a GET has no body" },
  },
  gls: {
    "the file name is not empty": { fact: "gls.filename.length" },
    "the URL's lifetime": { fact: "gls.validForSeconds" },
    none: { untested: "a GET has no body, and the path has no parameters" },
  },
};
