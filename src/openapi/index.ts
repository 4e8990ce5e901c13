/** The description as types, for clients and mocks of one's own, and its enum values. */
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
