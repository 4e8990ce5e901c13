/**
 * What must compile and what must not: the unions narrow as documented. Checked with every supported TypeScript version
 * against the built package (scripts/package/types.ts). Nothing here runs.
 */
import type { Blob, File } from "node:buffer";
import { createReadStream } from "node:fs";
import { Agent as HttpsAgent } from "node:https";
import type { ReadableStream } from "node:stream/web";
import {
  type CfcApiError,
  type CfcClient,
  type CfcErrorCode,
  type CfcFailedError,
  type CfcForbiddenError,
  type CfcInternalError,
  type CfcUnauthorizedError,
  type ClearError,
  createCfcClient,
  createGlsClient,
  type GlsApiError,
  type GlsBadRequestError,
  type GlsFailedError,
  type GlsForbiddenError,
  type GlsInternalError,
  type GlsNotAcceptableError,
  type GlsUnauthorizedError,
  type PreSignedUrl,
  type RequestError,
  type Result,
  type Untrusted,
  unwrap,
} from "clear-presign";
import type { components, GlsFailure, operations, ResponseBody } from "clear-presign/openapi";
import { startSandbox } from "clear-presign/sandbox";
import { createSandboxApi, sample } from "clear-presign/sandbox/fetch";
import { putFile, type Upload, type UploadError, uploadFile } from "clear-presign/upload";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>) => {};
const never = (_: never) => {};

const authToken = "token";
const integrationId = "00000000-0000-4000-8000-000000000000";

// Options: exactly one of environment and baseUrl, and nothing misspelled.
const cfc: CfcClient = createCfcClient({ environment: "sandbox", authToken });
const gls = createGlsClient({ baseUrl: "http://127.0.0.1:4010", authToken: async () => authToken, integrationId });
createCfcClient({ environment: "production", authToken: () => authToken, fetch: globalThis.fetch });
createCfcClient({ environment: "production", authToken, fetch: createSandboxApi({ lifetimeSeconds: 1 }).fetch });
// @ts-expect-error neither environment nor baseUrl
createCfcClient({ authToken });
// @ts-expect-error both environment and baseUrl
createCfcClient({ environment: "sandbox", baseUrl: "https://api.clear.in", authToken });
// @ts-expect-error an unknown environment
createCfcClient({ environment: "staging", authToken });
// @ts-expect-error misspelled
createCfcClient({ environment: "sandbox", authToken, timeoutMS: 1 });
// @ts-expect-error CFC has no integration id
createCfcClient({ environment: "sandbox", authToken, integrationId });
// @ts-expect-error GLS requires an integration id
createGlsClient({ environment: "sandbox", authToken });
// @ts-expect-error a token that is not a string
createCfcClient({ environment: "sandbox", authToken: 1 });

// Input.
cfc.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" }, { signal: new AbortController().signal });
cfc.getPreSignedUrl({ templateType: "purchase", fileName: "a", fileContentType: "XLS" });
// @ts-expect-error an unknown template type
cfc.getPreSignedUrl({ templateType: "SALES", fileName: "a.csv" });
// @ts-expect-error a media type is not a fileContentType
cfc.getPreSignedUrl({ templateType: "sales", fileName: "a", fileContentType: "text/csv" });
// @ts-expect-error misspelled
cfc.getPreSignedUrl({ templateType: "sales", filename: "a.csv" });
// @ts-expect-error GLS has no template type
gls.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" });
// @ts-expect-error misspelled
cfc.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" }, { timeout: 1 });

// Results: data or error, never both.
export async function results() {
  const { data, error } = await cfc.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" });
  if (error) {
    same<typeof data, undefined>(true);
    same<typeof error, CfcApiError | RequestError>(true);
  } else {
    same<typeof data, PreSignedUrl>(true);
  }
  const result = await gls.getPreSignedUrl({ fileName: "a.csv" });
  if (result.data) same<typeof result.error, undefined>(true);
  // @ts-expect-error a result may be a failure
  result.data.url;
  same<PreSignedUrl, ReturnType<typeof unwrap<PreSignedUrl>>>(true);
  await (await startSandbox()).close();
}

// Samples: each has the status and the body of its response.
export function samples() {
  const created = sample("getCfcPreSignedUrl", "200 created");
  same<typeof created.status, 200>(true);
  same<typeof created.body, components["schemas"]["CfcPreSignedUrlCreated"]>(true);
  const failed = sample("getCfcPreSignedUrl", "200 failed-license-expired");
  same<typeof failed.body, components["schemas"]["CfcPreSignedUrlFailed"]>(true);
  const list = sample("getCfcPreSignedUrl", "500 file-content-type-missing");
  same<typeof list.body, components["schemas"]["CfcErrorList"]>(true);
  const forbidden = sample("getGlsPreSignedUrl", "403 forbidden");
  same<typeof forbidden.body, GlsFailure>(true);
  const unauthorized = sample("getGlsPreSignedUrl", "401 unauthorized");
  same<typeof unauthorized.body, "UNAUTHORIZED">(true);
  new Response(unauthorized.body, unauthorized);
  createSandboxApi().next(forbidden, unauthorized);
  // @ts-expect-error no such example
  sample("getGlsPreSignedUrl", "401 authorization-failed");
}

// Uploads: the API's input is required, and so is fileName for a file without a name.
export async function uploads(file: File, blob: Blob, stream: ReadableStream, entry: string | File | null) {
  const { signal } = new AbortController();
  const sales = await uploadFile(cfc, { path: "sales.csv", templateType: "sales", signal, onProgress: () => {} });
  same<typeof sales, Result<Upload, CfcApiError | RequestError | UploadError>>(true);
  const january = await uploadFile(gls, { path: "january.zip" });
  same<typeof january, Result<Upload, GlsApiError | RequestError | UploadError>>(true);
  const { error } = january;
  if (error?.kind === "api") same<typeof error, GlsApiError>(true);
  await uploadFile(cfc, { path: new URL("file:///sales.csv"), templateType: "sales", fileContentType: "CSV" });
  await uploadFile(cfc, { file, templateType: "sales" });
  await uploadFile(cfc, { file: blob, templateType: "sales", fileName: "sales.csv" });
  await uploadFile(gls, { file });
  await uploadFile(gls, { file: blob, fileName: "january.zip", agent: new HttpsAgent() });
  await uploadFile(gls, { file: Buffer.from("a"), fileName: "a.csv" });
  await uploadFile(gls, { stream, fileName: "january.zip" });
  await uploadFile(gls, { stream: createReadStream("january.zip"), fileName: "january.zip" });
  // @ts-expect-error no template type
  await uploadFile(cfc, { path: "sales.csv" });
  // @ts-expect-error an unknown template type
  await uploadFile(cfc, { path: "sales.csv", templateType: "SALES" });
  // @ts-expect-error a Blob has no name
  await uploadFile(cfc, { file: blob, templateType: "sales" });
  // @ts-expect-error a Blob has no name
  await uploadFile(gls, { file: blob });
  // @ts-expect-error bytes have no name
  await uploadFile(gls, { file: new Uint8Array(1) });
  // @ts-expect-error GLS has no template type
  await uploadFile(gls, { path: "january.zip", templateType: "sales" });
  // @ts-expect-error a stream is not a file
  await uploadFile(gls, { file: stream, fileName: "january.zip" });
  // @ts-expect-error a stream has no name
  await uploadFile(gls, { stream });
  // @ts-expect-error a field of a form may be a string
  await uploadFile(gls, { file: entry });
  // @ts-expect-error exactly one of path, file and stream
  await uploadFile(gls, { path: "january.zip", file });
  // @ts-expect-error exactly one of path, file and stream
  await uploadFile(gls, {});
  // @ts-expect-error misspelled
  await uploadFile(gls, { path: "january.zip", onprogress: () => {} });
  // @ts-expect-error the options come second
  await uploadFile({ path: "january.zip" }, gls);

  // Any object with the method, such as one that asks the caller's server. Its input is what the call must have.
  const upload = await uploadFile({ getPreSignedUrl: gls.getPreSignedUrl }, { path: "january.zip" });
  same<typeof upload, Result<Upload, GlsApiError | RequestError | UploadError>>(true);
  await uploadFile(
    { getPreSignedUrl: async () => ({ data: { url: "", headers: { "content-type": "" }, expiresAt: "" } }) },
    { path: "a.csv" },
  );
  const mine = {
    getPreSignedUrl: async (_: { fileName: string; customer: number }): Promise<Result<PreSignedUrl>> => ({
      data: url,
    }),
  };
  await uploadFile(mine, { path: "a.csv", customer: 1 });
  // @ts-expect-error no customer
  await uploadFile(mine, { path: "a.csv" });
  // @ts-expect-error this client has no templateType
  await uploadFile({ getPreSignedUrl: async () => ({ data: url }) }, { path: "a.csv", templateType: "sales" });

  const url: PreSignedUrl = unwrap(upload).preSignedUrl;
  const put = await putFile(url, { file: blob });
  same<typeof put, Result<Upload, UploadError>>(true);
  const { headers, expiresAt } = url;
  await putFile({ url: url.url, headers, expiresAt: expiresAt.toISOString() }, { path: "a.csv" });
  // @ts-expect-error a result is not a URL
  await putFile(upload, { path: "a.csv" });
  // @ts-expect-error misspelled
  await putFile(url, { path: "a.csv", onprogress: () => {} });
  // @ts-expect-error the URL cannot be changed
  url.url = "https://example.com";
}

// Errors: kind, then, of what a client returns, api, then code or status; each step exhaustive.
export function narrow(error: ClearError): string {
  switch (error.kind) {
    case "invalid-input":
      return error.field;
    case "unexpected-response":
      same<typeof error.contentType, string | null>(true);
      return error.text;
    case "callback":
      same<typeof error.callback, "authToken" | "fetch" | "getPreSignedUrl">(true);
      return String(error.cause);
    case "network":
      return error.code ?? "";
    case "timeout":
      return String(error.timeoutMs);
    case "aborted":
      return error.message;
    case "storage":
      return `${error.status} ${error.expired}`;
    case "file":
      switch (error.reason) {
        case "missing":
        case "unreadable":
        case "not-regular":
        case "empty":
        case "too-large":
        case "changed":
        case "content-mismatch":
        case "temporary-file":
          return error.path;
        default:
          return never(error.reason) as never;
      }
    case "api":
      return `${error.api} ${error.status} ${error.code}`;
    default:
      return never(error) as never;
  }
}

export function narrowApi(error: CfcApiError | GlsApiError): string {
  return error.api === "cfc" ? narrowCfc(error) : narrowGls(error);
}

// The errors agree with the description: one member for each status, with its documented body or, for some, a string.
type Cfc = "getCfcPreSignedUrl";
type Gls = "getGlsPreSignedUrl";
type BodyOf<E extends { readonly body: unknown }> = Exclude<E["body"], string>;
type Shown<T> = NonNullable<Untrusted<T>>;
same<CfcApiError["status"], keyof operations[Cfc]["responses"]>(true);
same<BodyOf<CfcFailedError>, Shown<Extract<ResponseBody<Cfc, 200>, { status: "FAILED" }>>>(true);
same<BodyOf<CfcUnauthorizedError>, Shown<ResponseBody<Cfc, 401>>>(true);
same<BodyOf<CfcForbiddenError>, Shown<ResponseBody<Cfc, 403>>>(true);
same<BodyOf<CfcInternalError>[number], Untrusted<ResponseBody<Cfc, 500>[number]>>(true);
same<CfcApiError["code"], components["schemas"]["CfcErrorCode"] | "UNKNOWN">(true);
same<GlsApiError["status"], keyof operations[Gls]["responses"]>(true);
same<BodyOf<GlsFailedError>, Shown<Extract<ResponseBody<Gls, 200>, { success: false }>>>(true);
same<BodyOf<GlsBadRequestError>, Shown<ResponseBody<Gls, 400>>>(true);
same<BodyOf<GlsUnauthorizedError>, Shown<GlsFailure>>(true);
same<BodyOf<GlsForbiddenError>, Shown<ResponseBody<Gls, 403>>>(true);
same<BodyOf<GlsNotAcceptableError>, Shown<ResponseBody<Gls, 406>>>(true);
same<BodyOf<GlsInternalError>, Shown<ResponseBody<Gls, 500>>>(true);
same<ResponseBody<Gls, 401>, "UNAUTHORIZED">(true);
same<Extract<CfcApiError, { status: 401 }>, CfcUnauthorizedError>(true);
same<Extract<GlsApiError, { status: 406 }>, GlsNotAcceptableError>(true);

function narrowCfc(error: CfcApiError): string {
  switch (error.status) {
    case 200:
      same<typeof error, CfcFailedError>(true);
      same<typeof error.body.status, "FAILED" | undefined>(true);
      // @ts-expect-error a field that a server sent need not be a string
      error.body.errorMessage?.trim();
      break;
    case 401:
      same<typeof error, CfcUnauthorizedError>(true);
      break;
    case 403:
      same<typeof error, CfcForbiddenError>(true);
      if (typeof error.body !== "string") same<typeof error.body.status, unknown>(true);
      break;
    case 500:
      same<typeof error, CfcInternalError>(true);
      same<typeof error.rawCode, string>(true);
      same<NonNullable<(typeof error.body)[number]>["errorCode"], CfcErrorCode | undefined>(true);
      break;
    default:
      never(error);
  }
  switch (error.code) {
    case "AUTHORIZATION_FAILED":
    case "LICENSE_EXPIRED":
    case "API_QUOTA_EXCEEDED":
    case "PERMISSION_DENIED":
    case "INTERNAL_ERROR":
      return error.code;
    case "UNKNOWN":
      same<typeof error.rawCode, string | null>(true);
      return error.rawCode ?? "";
    default:
      return never(error.code) as never;
  }
}

function narrowGls(error: GlsApiError): string {
  same<typeof error.code, `${number}` | "UNKNOWN" | null>(true);
  switch (error.status) {
    case 200:
      same<typeof error, GlsFailedError>(true);
      return String(error.body.message);
    case 400:
      same<typeof error, GlsBadRequestError>(true);
      return String(error.body.message);
    case 406:
      same<typeof error, GlsNotAcceptableError>(true);
      return String(error.body.message);
    case 500:
      same<typeof error, GlsInternalError>(true);
      same<typeof error.body.success, false | undefined>(true);
      // @ts-expect-error {"success":false} is also a failure
      error.body.error.message;
      // @ts-expect-error a field that a server sent need not be a string
      error.body.error?.message?.trim();
      return String(error.body.error?.message);
    case 401:
      same<typeof error, GlsUnauthorizedError>(true);
      return typeof error.body === "string" ? error.body : String(error.body.message);
    case 403:
      same<typeof error, GlsForbiddenError>(true);
      return String(error.body);
    default:
      return never(error) as never;
  }
}

export function wrong(error: ClearError, apiError: CfcApiError | GlsApiError) {
  // @ts-expect-error not every error has a status
  error.status;
  // @ts-expect-error no such kind
  if (error.kind === "auth") return;
  // @ts-expect-error no such code
  if (apiError.code === "LICENCE_EXPIRED") return;
  // @ts-expect-error no such status
  if (apiError.api === "gls" && apiError.status === 404) return;
}
