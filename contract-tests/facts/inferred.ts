/**
 * What the description says beyond the two pages, each with where it comes from. Whatever is in the description and is
 * neither a fact of a page nor in here is a difference.
 */
import { cfc, gls } from "./documentation.js";

type Body = Record<string, unknown>;

interface Beyond {
  /** API hosts besides those of the page's samples. */
  readonly servers: readonly string[];
  /** By `upload.method` and content types: the neighbouring pages "Upload File to Storage". */
  readonly upload: { readonly method: string; readonly contentTypes: Readonly<Record<string, string>> };
  /** Bodies of answers that the page has no sample of, by status and name. */
  readonly examples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Fields that are in no table, by schema; their names are those of the page's sample. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Where the description tells of a contradiction, by what it is about: a path of keys to the marker's node. */
  readonly contradictions: Readonly<Record<string, readonly string[]>>;
}

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The sample of a 401, with the code and its meaning from the page's table. */
function refusal(status: "FAILED" | null, errorCode: string, errorMessage: string): Body {
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

export const beyond: Readonly<Record<"cfc" | "gls", Beyond>> = {
  cfc: {
    // Both are on the pages "Learn Clear Finance Cloud Basics".
    servers: ["https://api-sandbox.clear.in", "https://api.clear.in"],
    upload: {
      method: "PUT",
      contentTypes: { CSV: "application/vnd.ms-excel", XLS: "application/vnd.ms-excel", XLSX: SHEET },
    },
    examples: {
      "200": {
        "failed-invalid-request": refusal("FAILED", ...INTERNAL),
        "failed-license-expired": refusal("FAILED", ...EXPIRED),
        "failed-api-quota-exceeded": refusal("FAILED", ...QUOTA),
        "failed-permission-denied": refusal("FAILED", ...PERMISSION),
      },
      "403": {
        "permission-denied": refusal(null, ...PERMISSION),
        "license-expired": refusal(null, ...EXPIRED),
        "api-quota-exceeded": refusal(null, ...QUOTA),
      },
    },
    fields: { CfcErrorDetail: ["errorField", "errorValues", "errorResolution"] },
    contradictions: {
      "the URL's life": [...cfcPath, "x-upload", "x-contradiction"],
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
      "the URL's life": [...glsPath, "x-upload", "x-contradiction"],
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
