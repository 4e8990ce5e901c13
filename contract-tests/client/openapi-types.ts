/** The types of `clear-presign/openapi` work with other clients. Checked by `tsc`; nothing here runs. */
import {
  type CfcErrorCode,
  type CfcErrorDetail,
  type CfcErrorList,
  type CfcErrorResponse,
  type CfcFileContentType,
  type CfcPreSignedUrl,
  type CfcPreSignedUrlCreated,
  type CfcPreSignedUrlFailed,
  type CfcTemplateType,
  cfcErrorCodeValues,
  type cfcFileContentTypeValues,
  type cfcTemplateTypeValues,
  type components,
  type GlsError,
  type GlsFailure,
  type GlsPreSignedUrl,
  type GlsPreSignedUrlSuccess,
  type GlsResult,
  type GlsUnauthorizedText,
  type operations,
  type paths,
  type ResponseBody,
} from "clear-presign/openapi";
import createClient from "openapi-fetch";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>) => {};

const CFC_PATH = "/integration/v1/generatePreSign/{templateType}";
const GLS_PATH = "/one-integration/action/pre-sign";
const cfcParams = {
  path: { templateType: "sales" },
  query: { fileName: "a.csv" },
  header: { fileContentType: "CSV" },
} as const;
const glsParams = {
  query: { filename: "a.csv" },
  header: { "x-integration-id": "00000000-0000-4000-8000-000000000000" },
};

const client = createClient<paths>({ baseUrl: "https://api-sandbox.clear.in" });

export async function openapiFetch() {
  const { data: cfc, error: cfcError } = await client.GET(CFC_PATH, {
    params: cfcParams,
    headers: { "x-cleartax-auth-token": "token" },
  });
  if (cfc?.status === "CREATED") same<typeof cfc.preSignedS3Url, string>(true);
  if (cfc?.status === "FAILED") same<typeof cfc.errorCode, CfcErrorCode>(true);
  if (cfcError && "errorCode" in cfcError) same<typeof cfcError.errorCode, CfcErrorCode>(true);
  // @ts-expect-error misspelled
  if (cfc?.status === "CRAETED") return;

  const { data, error } = await client.GET(GLS_PATH, { params: glsParams });
  if (data?.success) same<typeof data.result.uploadUrl, string>(true);
  if (data?.success === false) same<typeof data.error.message, string>(true);
  if (error && error !== "UNAUTHORIZED") same<typeof error.error.message, string>(true);

  // @ts-expect-error not a path in the description
  await client.GET("/one-integration/action/presign", { params: glsParams });
  // @ts-expect-error the description has no POST
  await client.POST(GLS_PATH, { params: glsParams });
  // @ts-expect-error fileName is CFC's parameter
  await client.GET(GLS_PATH, { params: { ...glsParams, query: { fileName: "a.csv" } } });
  // @ts-expect-error not a template type
  await client.GET(CFC_PATH, { params: { ...cfcParams, path: { templateType: "SALES" } } });
}

/** Each documented body, as openapi-fetch returns it, is its own schema: nothing disappears, and an array is one. */
export async function documentedBodies() {
  const cfc = await client.GET(CFC_PATH, { params: cfcParams });
  const processed: CfcPreSignedUrl | undefined = cfc.data;
  if (processed?.status === "CREATED") {
    const created: CfcPreSignedUrlCreated = processed;
    same<typeof created.errorCode, null>(true);
  }
  if (processed?.status === "FAILED") {
    const failed: CfcPreSignedUrlFailed = processed;
    same<typeof failed.preSignedS3Url, null>(true);
  }
  const error: CfcErrorResponse | CfcErrorList | undefined = cfc.error;
  if (Array.isArray(error)) {
    const [detail]: readonly (CfcErrorDetail | undefined)[] = error;
    same<CfcErrorDetail["errorValues"], readonly string[] | null>(true);
    return detail;
  }
  const gls = await client.GET(GLS_PATH, { params: glsParams });
  const envelope: GlsPreSignedUrl | undefined = gls.data;
  if (envelope?.success) {
    const success: GlsPreSignedUrlSuccess = envelope;
    const result: GlsResult = success.result;
    same<typeof success.metadata, null>(true);
    return result;
  }
  const failure: GlsFailure | GlsUnauthorizedText | undefined = gls.error;
  if (failure && failure !== "UNAUTHORIZED") {
    const reason: GlsError = failure.error;
    same<typeof failure.result, null>(true);
    return reason;
  }
  const byStatus: ResponseBody<"getCfcPreSignedUrl", 500> = [];
  // @ts-expect-error an undocumented status
  const undocumented: ResponseBody<"getCfcPreSignedUrl", 404> = [];
  return [byStatus, undocumented];
}

/** Bodies for a custom mock. */
export function bodies() {
  const errorMessage = "Account License has expired";
  const failed: CfcPreSignedUrlFailed = {
    status: "FAILED",
    preSignedS3Url: null,
    errorCode: "LICENSE_EXPIRED",
    errorMessage,
  };
  // @ts-expect-error a 401 or 403 has no status
  const denied: CfcErrorResponse = failed;
  const detail: CfcErrorDetail = {
    // @ts-expect-error misspelled
    errorCode: "LICENCE_EXPIRED",
    errorMessage,
    errorField: null,
    errorValues: ["a"],
    errorResolution: null,
  };
  const error = { code: "403", message: "Forbidden", validationErrors: null };
  const forbidden: GlsFailure = { status: 403, success: false, message: "ERROR", result: null, error, metadata: null };
  return [denied, detail, forbidden];
}

same<components["schemas"]["GlsFailure"], GlsFailure>(true);
same<paths[typeof GLS_PATH]["get"], operations["getGlsPreSignedUrl"]>(true);
same<(typeof cfcErrorCodeValues)[number], CfcErrorCode>(true);
same<(typeof cfcFileContentTypeValues)[number], CfcFileContentType>(true);
same<(typeof cfcTemplateTypeValues)[number], CfcTemplateType>(true);
// @ts-expect-error the values cannot be changed
cfcErrorCodeValues.push("INTERNAL_ERROR");
