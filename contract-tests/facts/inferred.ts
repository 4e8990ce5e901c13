/**
 * What the description has beyond the two pages, with its origin. Anything in the description that is neither a fact of a
 * page nor listed here is a difference.
 */
import { cfc, gls, type PageName } from "./documentation.js";

type Body = Record<string, unknown>;

export interface Beyond {
  /** API hosts in addition to those in the page's samples. */
  readonly servers: readonly string[];
  /** The schemas for each table of the page, and when their bodies are sent. Each must have the table's fields. */
  readonly schemas: Readonly<Record<string, Readonly<Record<string, "success" | "error" | "any" | "request">>>>;
  /** For a pre-signed URL, from the neighbouring page "Upload File to Storage". */
  readonly upload?: { readonly method: string; readonly contentTypes: Readonly<Record<string, string>> };
  /** Response bodies without a sample on the page, by status and name. */
  readonly examples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Fields that are not in a table, by the status whose sample has them. */
  readonly fields: Readonly<Record<string, { readonly schema: string; readonly fields: readonly string[] }>>;
  /** The key path of the marker in the description, by the subject of the contradiction. */
  readonly contradictions: Readonly<Record<string, readonly string[]>>;
}

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The 401 sample with another code and message from the page's table. */
function errorResponse(status: "FAILED" | null, errorCode: string, errorMessage: string): Body {
  return { ...(cfc.samples["error 401"]?.body as Body), status, errorCode, errorMessage };
}
const EXPIRED = ["LICENSE_EXPIRED", "Account License has expired"] as const;
const QUOTA = ["API_QUOTA_EXCEEDED", "API access quota has exceeded"] as const;
const PERMISSION = ["PERMISSION_DENIED", "Don't have permission. Contact admin for access"] as const;
const INTERNAL = ["INTERNAL_ERROR", "Internal Error in Clear. Contact support"] as const;

/** The 406 sample with another status, code and message. */
function failure(status: number, code: number, message: string): Body {
  const sample = gls.samples["error 406"]?.body as Body & { error: Body };
  return { ...sample, status, error: { ...sample.error, code: String(code), message } };
}

const cfcPath = ["paths", cfc.path, "get"];
const glsPath = ["paths", gls.path, "get"];

export const beyond: Readonly<Record<PageName, Beyond>> = {
  cfc: {
    // Both are on the page "Learn Clear Finance Cloud Basics".
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
 * The sentences of a page outside its tables, by `says`, each with the fact that states the same, or the reason why there
 * is nothing to test.
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
