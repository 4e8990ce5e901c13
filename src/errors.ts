import type {
  CfcErrorCode,
  CfcErrorList,
  CfcErrorResponse,
  CfcPreSignedUrlFailed,
  GlsFailure,
  GlsUnauthorizedText,
} from "../generated/openapi.js";

interface Failure<Kind extends string> extends Error {
  readonly name: "ClearError";
  readonly kind: Kind;
  /** True where the same call, unchanged, may succeed. Automatic retries use exactly this. */
  readonly retryable: boolean;
}

/** Rejected before any request went out. The message says what was wrong and what is allowed. */
export interface InvalidInputError extends Failure<"invalid-input"> {
  /** The option or input at fault. */
  readonly field: string;
}

/** CFC's `code`: the documented word, or `"UNKNOWN"` with what was there instead (null for nothing). */
type CfcCode =
  | { readonly code: CfcErrorCode; readonly rawCode?: undefined }
  | { readonly code: "UNKNOWN"; readonly rawCode: string | null };

/** CFC's bodies by status. A 401 or 403 with any other body has its text. */
type CfcBody =
  | { readonly status: 200; readonly body: CfcPreSignedUrlFailed }
  | { readonly status: 401 | 403; readonly body: CfcErrorResponse | string }
  | { readonly status: 500; readonly body: CfcErrorList };

/** A refusal that CFC documents: a 200 whose `status` is FAILED, a 401, a 403, or the array of a 500. */
export type CfcApiError = Failure<"api"> & { readonly api: "cfc" } & CfcCode & CfcBody;

/** GLS's bodies by status. A 401 or 403 with any other body has its text. */
type GlsBody =
  | { readonly status: 200 | 400 | 406 | 500; readonly body: GlsFailure }
  | { readonly status: 401; readonly body: GlsFailure | GlsUnauthorizedText | (string & {}) }
  | { readonly status: 403; readonly body: GlsFailure | string };

/** A refusal that GLS documents: `success` false, or the plain text of a 401. */
export type GlsApiError = Failure<"api"> & {
  readonly api: "gls";
  /** `error.code` as received; null where there is none, as in the plain text of a 401. */
  readonly code: string | null;
} & GlsBody;

/** An answer outside the documented contract, every redirect included. Redirects are never followed. */
export interface UnexpectedResponseError extends Failure<"unexpected-response"> {
  readonly api: "cfc" | "gls";
  readonly status: number;
  /** At most 200 characters; null where the answer has none. */
  readonly contentType: string | null;
  /** The start of the body, at most 1000 characters, without secrets. */
  readonly text: string;
}

/** No answer, or not a whole one. */
export interface NetworkError extends Failure<"network"> {
  /** The runtime's error code, such as `ECONNREFUSED`; null where it gives none. */
  readonly code: string | null;
}

/** A limit in time was reached. */
export interface TimeoutError extends Failure<"timeout"> {
  /** The limit in milliseconds. */
  readonly timeoutMs: number;
}

/** The caller's signal ended the call. */
export interface AbortedError extends Failure<"aborted"> {}

/** The storage refused the PUT. */
export interface StorageError extends Failure<"storage"> {
  readonly status: number;
  /** S3's error code, such as `SignatureDoesNotMatch`; null where the answer has none. */
  readonly code: string | null;
  /** True where a new URL may cure it: the URL was no longer valid. Repeating the PUT cannot. */
  readonly expired: boolean;
}

/** The file cannot be uploaded as it is. */
export interface FileError extends Failure<"file"> {
  readonly reason: "missing" | "unreadable" | "not-regular" | "empty" | "too-large" | "changed" | "content-mismatch";
  readonly path: string;
}

/** Every failure of this package, told apart by `kind`. */
export type ClearError =
  | InvalidInputError
  | CfcApiError
  | GlsApiError
  | UnexpectedResponseError
  | NetworkError
  | TimeoutError
  | AbortedError
  | StorageError
  | FileError;

/** A failure's own fields: all but those that every `Error` has. */
type Fields<E> = E extends ClearError ? Omit<E, "name" | "message" | "stack" | "cause" | "retryable"> : never;

/** What decoding finds in a refusal; that its fields fit together is for the contract tests. */
export type ApiFields = Fields<CfcApiError | GlsApiError>;

/** Builds an error. It has no `cause`: a runtime's own errors may hold headers or a signed URL. */
export function clearError<E extends Fields<ClearError>>(message: string, fields: E, retryable = false) {
  return Object.assign(new Error(message), { name: "ClearError" as const, retryable, ...fields });
}

/** A documented refusal, in the vendor's own words where it has any. */
export function apiError<E extends ApiFields>(said: unknown, safeText: string, fields: E) {
  const own = `${fields.api.toUpperCase()} answered ${fields.status}: ${safeText.trim().slice(0, 200) || "no text"}`;
  return clearError(typeof said === "string" && said ? said : own, fields);
}

/** An input that is rejected before any request. `rule` completes the sentence "<field> …". */
export function invalidInput(field: string, rule: string): InvalidInputError {
  return clearError(`${field} ${rule}`, { kind: "invalid-input", field });
}

/** Tells whether a caught value is an error of this package, as `unwrap` throws. */
export function isClearError(value: unknown): value is ClearError {
  return value instanceof Error && value.name === "ClearError";
}
