import createFetchClient from "openapi-fetch";
import {
  type CfcErrorCode,
  type CfcErrorList,
  type CfcFileContentType,
  type CfcPreSignedUrlFailed,
  type CfcRefusal,
  type CfcTemplateType,
  cfcErrorCodeValues,
  cfcFileContentTypeValues,
  cfcTemplateTypeValues,
  type paths,
} from "../generated/openapi.js";
import { type CfcApiError, clearError, invalidInput } from "./errors.js";
import { type Answer, answered, type Endpoint, exchange, member, parseJson, unexpectedResponse } from "./exchange.js";
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

/** Which of CFC's documented refusals an answer is, if any. Everything in it is clean. */
function refusal(answer: Answer, clean: (text: string) => string): CfcApiError | undefined {
  const { status } = answer;
  const safe = clean(answer.text);
  const body = parseJson(safe);
  const detail = status === 500 && Array.isArray(body) ? body[0] : body;
  const raw = member(detail, "errorCode");
  const said = member(detail, "errorMessage");
  const code = (cfcErrorCodeValues as readonly unknown[]).includes(raw)
    ? { code: raw as CfcErrorCode }
    : { code: "UNKNOWN" as const, rawCode: typeof raw === "string" ? raw : null };
  const message = typeof said === "string" && said !== "" ? said : answered(answer, safe);
  const common = { kind: "api", api: "cfc", ...code } as const;
  if (status === 200 && member(body, "status") === "FAILED") {
    return clearError(message, { ...common, status, body: body as CfcPreSignedUrlFailed });
  }
  if (status === 401 || status === 403) {
    const documented = typeof raw === "string" && !Array.isArray(body);
    return clearError(message, { ...common, status, body: documented ? (body as CfcRefusal) : safe });
  }
  if (status === 500 && detail !== body && typeof raw === "string") {
    return clearError(message, { ...common, status, body: body as CfcErrorList });
  }
  return undefined;
}

const endpoint: Endpoint = {
  api: "cfc",
  lifeSeconds: 600,
  decode(answer, clean) {
    const body = parseJson(answer.text);
    const url = member(body, "preSignedS3Url");
    if (answer.status === 200 && member(body, "status") === "CREATED" && typeof url === "string") return { data: url };
    return { error: refusal(answer, clean) ?? unexpectedResponse(answer, clean) };
  },
};

/**
 * A client of Clear Finance Cloud's endpoint.
 *
 * @throws {InvalidInputError} for options that are missing, wrong or unknown. Nothing else ever throws.
 */
export function createCfcClient(options: ClientOptions): CfcClient {
  const checked = checkOptions(options);
  const http = createFetchClient<paths>({ baseUrl: checked.baseUrl });
  return {
    getPreSignedUrl: (input, callOptions = {}) =>
      exchange(endpoint, checked, callOptions, () => {
        checkFields("input", input, ["templateType", "fileName", "fileContentType"]);
        const templateType = checkEnum("templateType", input.templateType, cfcTemplateTypeValues);
        const fileName = checkFileName(input.fileName, FILE_NAME_MAX_LENGTH);
        const byExtension = extension(fileName).toUpperCase() as CfcFileContentType;
        if (input.fileContentType === undefined && !cfcFileContentTypeValues.includes(byExtension)) {
          throw invalidInput("fileName", `must end in .csv, .xls or .xlsx, or fileContentType must say what it is`);
        }
        const fileContentType = checkEnum(
          "fileContentType",
          input.fileContentType ?? byExtension,
          cfcFileContentTypeValues,
        );
        return {
          contentType: CONTENT_TYPES[fileContentType],
          build: (token, fetch) =>
            http.GET("/integration/v1/generatePreSign/{templateType}", {
              params: { path: { templateType }, header: { fileContentType }, query: { fileName } },
              headers: { "x-cleartax-auth-token": token },
              fetch,
            }),
        };
      }),
  };
}
