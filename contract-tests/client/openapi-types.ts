/** The types of `clear-presign/openapi` work with other clients. Checked by `tsc`; nothing here runs. */
import {
  type CfcErrorCode,
  type CfcErrorDetail,
  type CfcErrorResponse,
  type CfcFileContentType,
  type CfcPreSignedUrlFailed,
  type CfcTemplateType,
  cfcErrorCodeValues,
  type cfcFileContentTypeValues,
  type cfcTemplateTypeValues,
  type components,
  type GlsFailure,
  type operations,
  type paths,
} from "clear-presign/openapi";
import createClient from "openapi-fetch";
import createQueryClient from "openapi-react-query";

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

export function openapiReactQuery() {
  const query = createQueryClient(client);
  const { data, error } = query.useQuery("get", GLS_PATH, { params: glsParams });
  if (data?.success) same<typeof data.result.uploadUrl, string>(true);
  if (error && error !== "UNAUTHORIZED") same<typeof error.error.message, string>(true);
  // @ts-expect-error the integration is missing
  query.useQuery("get", GLS_PATH, { params: { query: { filename: "a.csv" } } });
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
