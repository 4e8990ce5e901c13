import { getCfcPreSignedUrl as operation } from "../../generated/operations.js";
import {
  type CfcErrorDetail,
  type CfcFileContentType,
  type CfcTemplateType,
  cfcErrorCodeValues,
  cfcFileContentTypeValues,
} from "../../generated/types.js";
import { createCall, type Endpoint } from "../call.js";
import { extension } from "../content-type.js";
import type { CfcApiError, RequestError } from "../errors.js";
import { type CallOptions, CLIENT_OPTIONS, type ClientOptions, checkOptions } from "../options.js";
import { type PreSignedUrl, preSignedUrl } from "../pre-signed-url.js";
import type { Untrusted } from "../response.js";
import type { Result } from "../result.js";
import { checkEnum, checkFileName } from "../validate.js";

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
   * @returns The URL, or an error of kind `invalid-input`, `callback`, `api`, `unexpected-response`, `network`, `timeout`
   * or `aborted`. Never throws.
   */
  getPreSignedUrl(input: CfcInput, options?: CallOptions): Promise<Result<PreSignedUrl, CfcApiError | RequestError>>;
}

function typeOfName(fileName: string): CfcFileContentType {
  const rule = "must have one of the extensions";
  return checkEnum("fileName", extension(fileName).toUpperCase(), cfcFileContentTypeValues, rule, "fileContentType");
}

function failure<Status extends CfcApiError["status"]>(
  status: Status,
  hasBody: boolean,
  detail: Untrusted<Pick<CfcErrorDetail, "errorCode" | "errorMessage">> | undefined,
) {
  const rawCode = typeof detail?.errorCode === "string" ? detail.errorCode : null;
  const code = cfcErrorCodeValues.find((documented) => documented === rawCode) ?? ("UNKNOWN" as const);
  return { status, code, rawCode, message: detail?.errorMessage, hasBody };
}

export const ENDPOINT: Endpoint<"getCfcPreSignedUrl", CfcInput, PreSignedUrl, CfcApiError> = {
  operation,
  fields: { templateType: "templateType", fileName: "fileName", fileContentType: "fileContentType" },
  parameters(input) {
    const fileName = checkFileName("fileName", input.fileName);
    const fileContentType = input.fileContentType ?? typeOfName(fileName);
    return { path: { templateType: input.templateType }, header: { fileContentType }, query: { fileName } };
  },
  read({ status, body }, received) {
    if (status !== 200 || body?.status !== "CREATED") return undefined;
    return preSignedUrl(body.preSignedS3Url, operation.upload, received);
  },
  error({ status, body }) {
    switch (status) {
      case 200:
        return body?.status === "FAILED" ? failure(status, true, body) : undefined;
      case 401:
      case 403:
        return failure(status, typeof body?.errorCode === "string", body);
      case 500: {
        const detail = Array.isArray(body) ? body[0] : undefined;
        if (typeof detail?.errorCode !== "string") return undefined;
        return { ...failure(status, true, detail), rawCode: detail.errorCode };
      }
      default:
        return undefined;
    }
  },
};

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
  const call = createCall(checkOptions(options, CLIENT_OPTIONS));
  return { getPreSignedUrl: (input, callOptions) => call(ENDPOINT, input, callOptions) };
}
