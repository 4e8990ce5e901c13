import {
  type CfcErrorDetail,
  type CfcFileContentType,
  type CfcTemplateType,
  cfcErrorCodeValues,
  cfcFileContentTypeValues,
  cfcTemplateTypeValues,
  type operations,
  type paths,
} from "../generated/openapi.js";
import {
  apiMessage,
  type CfcApiError,
  clearError,
  invalidInput,
  type RequestError,
  type StatusAndBody,
  throwForCaller,
} from "./errors.js";
import { extension, XLS, XLSX } from "./media-types.js";
import { type CallOptions, type ClientOptions, checkOptions } from "./options.js";
import { type PreSignedUrl, preSignedUrl } from "./pre-signed-url.js";
import { type Operation, Requester } from "./request.js";
import type { DocumentedResponse, Untrusted } from "./response.js";
import type { Result } from "./result.js";
import { checkEnum, checkFields, checkFileName } from "./validate.js";

const FILE_NAME_MAX_LENGTH = 1500;
const LIFETIME_SECONDS = 600;

/** According to the vendor's "Upload File to Storage" page, CSV is signed as an Excel type too. */
const CONTENT_TYPES: Record<CfcFileContentType, string> = { CSV: XLS, XLS, XLSX };

export interface CfcInput {
  readonly templateType: CfcTemplateType;
  /** 1 to 1500 characters, without a path. Sent unchanged. */
  readonly fileName: string;
  /**
   * The type of the file.
   *
   * @default determined by the extension of `fileName`
   */
  readonly fileContentType?: CfcFileContentType | undefined;
}

export interface CfcClient {
  /**
   * Gets a pre-signed URL to PUT one sales or purchase file to, valid for 10 minutes.
   *
   * Source: the CFC page "Get Pre-signed URL".
   *
   * @returns The URL, or an error of kind `invalid-input`, `api`, `unexpected-response`, `network`, `timeout`
   * or `aborted`. Never throws.
   */
  getPreSignedUrl(input: CfcInput, options?: CallOptions): Promise<Result<PreSignedUrl, CfcApiError | RequestError>>;
}

type CfcResponse = DocumentedResponse<operations["getCfcPreSignedUrl"]>;

function checkFileContentType(given: CfcFileContentType | undefined, fileName: string): CfcFileContentType {
  if (given !== undefined) return checkEnum("fileContentType", given, cfcFileContentTypeValues);
  const rule = "(unless fileContentType is given) must have one of the extensions";
  return checkEnum("fileName", extension(fileName).toUpperCase(), cfcFileContentTypeValues, rule);
}

function apiError(
  statusAndBody: StatusAndBody<CfcApiError>,
  detail: Untrusted<Pick<CfcErrorDetail, "errorCode" | "errorMessage">> | undefined,
  text: string,
): CfcApiError {
  const rawCode = typeof detail?.errorCode === "string" ? detail.errorCode : null;
  const code = cfcErrorCodeValues.find((documented) => documented === rawCode) ?? "UNKNOWN";
  const message = apiMessage("cfc", statusAndBody.status, detail?.errorMessage, text);
  return clearError<CfcApiError>(message, { kind: "api", api: "cfc", ...statusAndBody, code, rawCode });
}

function errorOf({ status, body, text }: CfcResponse): CfcApiError | undefined {
  switch (status) {
    case 200:
      return body?.status === "FAILED" ? apiError({ status, body }, body, text) : undefined;
    case 401:
    case 403:
      return apiError({ status, body: typeof body?.errorCode === "string" ? body : text }, body, text);
    case 500: {
      const detail = body?.[0];
      if (!Array.isArray(body) || typeof detail?.errorCode !== "string") return undefined;
      return apiError({ status, body }, detail, text);
    }
    default:
      return undefined;
  }
}

/**
 * Creates a client for the Clear Finance Cloud (CFC) endpoint.
 *
 * @example
 * const cfc = createCfcClient({ environment: "sandbox", authToken });
 * const { data, error } = await cfc.getPreSignedUrl({ templateType: "sales", fileName: "sales.csv" });
 *
 * @throws {InvalidInputError} An `invalid-input` error for a missing, invalid or unknown option. Throws nothing else.
 */
export function createCfcClient(options: ClientOptions): CfcClient {
  const requester = throwForCaller(
    createCfcClient,
    "options",
    () => new Requester<paths>("cfc", "x-cleartax-auth-token", checkOptions(options)),
  );

  function operation(input: CfcInput): Operation<CfcResponse, PreSignedUrl, CfcApiError> {
    checkFields("input", input, ["templateType", "fileName", "fileContentType"]);
    const templateType = checkEnum("templateType", input.templateType, cfcTemplateTypeValues);
    const fileName = checkFileName(input.fileName);
    if ([...fileName].length > FILE_NAME_MAX_LENGTH) {
      throw invalidInput("fileName", `must have at most ${FILE_NAME_MAX_LENGTH} characters`);
    }
    const fileContentType = checkFileContentType(input.fileContentType, fileName);
    return {
      secretFields: ["preSignedS3Url"],
      send: (init) =>
        requester.client.GET("/integration/v1/generatePreSign/{templateType}", {
          ...init,
          params: { path: { templateType }, header: { fileContentType }, query: { fileName } },
        }),
      decode({ status, body }, received) {
        if (status !== 200 || body?.status !== "CREATED") return undefined;
        return preSignedUrl(body.preSignedS3Url, CONTENT_TYPES[fileContentType], LIFETIME_SECONDS, received);
      },
      errorOf,
    };
  }

  async function getPreSignedUrl(input: CfcInput, callOptions: CallOptions = {}) {
    return await requester.request(getPreSignedUrl, callOptions, () => operation(input));
  }

  return { getPreSignedUrl };
}
