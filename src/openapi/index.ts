/** The OpenAPI description as types, for your own clients and mocks, and its enum values. */
export type {
  CfcErrorCode,
  CfcErrorDetail,
  CfcErrorResponse,
  CfcFileContentType,
  CfcPreSignedUrlFailed,
  CfcTemplateType,
  components,
  GlsFailure,
  operations,
  paths,
} from "../../generated/openapi.js";
export { cfcErrorCodeValues, cfcFileContentTypeValues, cfcTemplateTypeValues } from "../../generated/openapi.js";
