import {
  type CfcErrorCode,
  type CfcErrorResponse,
  type CfcFileContentType,
  type CfcPreSignedUrlCreated,
  type CfcPreSignedUrlFailed,
  type CfcTemplateType,
  cfcErrorCodeValues,
  cfcFileContentTypeValues,
  cfcTemplateTypeValues,
} from "../generated/openapi.js";
import { type ApiFields, apiError } from "./errors.js";
import { buildRequest, type Endpoint, exchange, type Untrusted } from "./exchange.js";
import {
  type CallOptions,
  type ClientOptions,
  checkEnum,
  checkFields,
  checkFileName,
  checkOptions,
  extension,
} from "./input.js";
import { type PreSignedUrl, XLS, XLSX } from "./pre-signed-url.js";
import type { Result } from "./result.js";

const FILE_NAME_MAX_LENGTH = 1500;

/** The vendor's "Upload File to Storage" page signs CSV as an Excel type too. */
const CONTENT_TYPES: Record<CfcFileContentType, string> = { CSV: XLS, XLS, XLSX };

export interface CfcInput {
  readonly templateType: CfcTemplateType;
  /** 1 to 1500 characters, no path. Sent unchanged. */
  readonly fileName: string;
  /** Default: by the extension of `fileName`. */
  readonly fileContentType?: CfcFileContentType | undefined;
}

export interface CfcClient {
  /**
   * Asks CFC for a URL to PUT one sales or purchase file to.
   *
   * Source: the CFC page "Get Pre-signed URL". The URL lives 10 minutes.
   *
   * @returns the URL, or an error of kind `invalid-input`, `api`, `unexpected-response`, `network`, `timeout`
   * or `aborted`. It never throws.
   */
  getPreSignedUrl(input: CfcInput, options?: CallOptions): Promise<Result<PreSignedUrl>>;
}

const endpoint: Endpoint = {
  api: "cfc",
  tokenHeader: "x-cleartax-auth-token",
  lifeSeconds: 600,
  decode(status, body, safe, safeText) {
    const created = body as Untrusted<CfcPreSignedUrlCreated>;
    if (status === 200 && created?.status === "CREATED" && typeof created.preSignedS3Url === "string") {
      return created.preSignedS3Url;
    }
    const list = status === 500 && Array.isArray(safe);
    const refusal = (list ? safe[0] : safe) as Untrusted<CfcErrorResponse | CfcPreSignedUrlFailed>;
    const code = refusal?.errorCode;
    const coded = typeof code === "string";
    const denied = status === 401 || status === 403;
    if (!denied && !(list && coded) && !(status === 200 && refusal?.status === "FAILED")) return undefined;
    return apiError(refusal?.errorMessage, safeText, {
      kind: "api",
      api: "cfc",
      status,
      ...(cfcErrorCodeValues.includes(code as CfcErrorCode)
        ? { code }
        : { code: "UNKNOWN", rawCode: coded ? code : null }),
      body: denied && !coded ? safeText : safe,
    } as ApiFields);
  },
};

/**
 * A client of Clear Finance Cloud's endpoint.
 *
 * @throws {InvalidInputError} for options that are missing, wrong or unknown. Nothing else ever throws.
 */
export function createCfcClient(options: ClientOptions): CfcClient {
  const checked = checkOptions(options);
  return {
    getPreSignedUrl: (input, callOptions = {}) =>
      exchange(endpoint, checked, callOptions, () => {
        checkFields("input", input, ["templateType", "fileName", "fileContentType"]);
        const templateType = checkEnum("templateType", input.templateType, cfcTemplateTypeValues);
        const fileName = checkFileName(input.fileName, FILE_NAME_MAX_LENGTH);
        const fileContentType =
          input.fileContentType === undefined
            ? checkEnum(
                "fileName",
                extension(fileName).toUpperCase(),
                cfcFileContentTypeValues,
                "(unless fileContentType is given) must have one of the extensions",
              )
            : checkEnum("fileContentType", input.fileContentType, cfcFileContentTypeValues);
        return {
          contentType: CONTENT_TYPES[fileContentType],
          ...buildRequest(checked.baseUrl, "/integration/v1/generatePreSign/{templateType}", {
            path: { templateType },
            header: { fileContentType },
            query: { fileName },
          }),
        };
      }),
  };
}
