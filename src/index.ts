export type { CfcErrorCode, CfcFileContentType, CfcTemplateType } from "../generated/types.js";
export type { AuthToken } from "./auth-token.js";
export { type CfcClient, type CfcInput, createCfcClient } from "./endpoints/cfc.js";
export { createGlsClient, type GlsClient, type GlsClientOptions, type GlsInput } from "./endpoints/gls.js";
export {
  type AbortedError,
  type Api,
  type CallbackError,
  type CfcApiError,
  type CfcFailedError,
  type CfcForbiddenError,
  type CfcInternalError,
  type CfcUnauthorizedError,
  ClearError,
  type FileError,
  type GlsApiError,
  type GlsBadRequestError,
  type GlsFailedError,
  type GlsForbiddenError,
  type GlsInternalError,
  type GlsNotAcceptableError,
  type GlsUnauthorizedError,
  type InvalidInputError,
  isClearError,
  type NetworkError,
  type RequestError,
  type StorageError,
  type TimeoutError,
  type UnexpectedResponseError,
} from "./errors.js";
export type { Fetch } from "./fetch.js";
export type { CallOptions, ClientEvent, ClientOptions, Environment } from "./options.js";
export type { PlainPreSignedUrl, PreSignedUrl } from "./pre-signed-url.js";
export type { Untrusted } from "./response.js";
export { type Result, unwrap } from "./result.js";
