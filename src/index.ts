export type { CfcErrorCode, CfcFileContentType, CfcTemplateType } from "../generated/openapi.js";
export { type CfcClient, type CfcInput, createCfcClient } from "./cfc.js";
export {
  type AbortedError,
  type Api,
  type CfcApiError,
  ClearError,
  type FileError,
  type GlsApiError,
  type InvalidInputError,
  isClearError,
  type NetworkError,
  type RequestError,
  type StorageError,
  type TimeoutError,
  type UnexpectedResponseError,
} from "./errors.js";
export { createGlsClient, type GlsClient, type GlsClientOptions, type GlsInput } from "./gls.js";
export type { AuthToken, CallOptions, ClientEvent, ClientOptions, Environment, Fetch } from "./options.js";
export type { PlainPreSignedUrl, PreSignedUrl } from "./pre-signed-url.js";
export type { Untrusted } from "./response.js";
export { type Result, unwrap } from "./result.js";
