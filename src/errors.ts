import type {
  CfcErrorCode,
  CfcErrorDetail,
  CfcErrorResponse,
  CfcPreSignedUrlFailed,
  GlsFailure,
} from "../generated/openapi.js";
import type { Untrusted } from "./response.js";

/** The APIs of the description. */
export type Api = "cfc" | "gls";

/** What every error of this package has. */
export interface ClearErrorBase<Kind extends string> extends Error {
  readonly name: "ClearError";
  readonly kind: Kind;
  /** True where the same call, unchanged, may succeed. Automatic retries use exactly this. */
  readonly retryable: boolean;
  /** All fields of the error, its name and message included, for JSON logs. */
  toJSON(): object;
}

/** Rejected before any request was sent. The message says what was wrong and what is allowed. */
export interface InvalidInputError extends ClearErrorBase<"invalid-input"> {
  /** The option or the part of the input that was rejected. */
  readonly field: string;
}

interface CfcErrorWith<Status extends number, Body> extends ClearErrorBase<"api"> {
  readonly api: "cfc";
  readonly status: Status;
  /** The documented `errorCode`; `"UNKNOWN"` where the response has another one, or none. */
  readonly code: CfcErrorCode | "UNKNOWN";
  /** `errorCode` as received; null where the response has none. */
  readonly rawCode: string | null;
  /** The body, without secrets. A 401 or 403 with any other body than the documented one has its text. */
  readonly body: Body;
}

/**
 * An error response that CFC documents: a 200 whose `status` is FAILED, a 401, a 403, or the array of a 500.
 *
 * Source: the CFC page "Get Pre-signed URL", Response Status Codes and Sample Response.
 */
export type CfcApiError = CfcFailedError | CfcDeniedError | CfcInternalError;

export interface CfcFailedError extends CfcErrorWith<200, Untrusted<CfcPreSignedUrlFailed>> {}
export interface CfcDeniedError extends CfcErrorWith<401 | 403, Untrusted<CfcErrorResponse> | string> {}
export interface CfcInternalError extends CfcErrorWith<500, readonly Untrusted<CfcErrorDetail>[]> {}

interface GlsErrorWith<Status extends number, Body> extends ClearErrorBase<"api"> {
  readonly api: "gls";
  readonly status: Status;
  /**
   * `error.code`, in the vendor's sample the status as a string; `"UNKNOWN"` where it is anything but a number. Null
   * where the response has none, as in the plain text of a 401.
   */
  readonly code: `${number}` | "UNKNOWN" | null;
  /** `error.code` as received; null where the response has none. */
  readonly rawCode: string | null;
  /** The body, without secrets. A 401 or 403 without the documented envelope has its text. */
  readonly body: Body;
}

/**
 * An error response that GLS documents: `success` false, or the plain text of a 401.
 *
 * Source: the GLS page "Get Pre-signed URL", Response Status Codes and Sample Error.
 */
export type GlsApiError = GlsFailedError | GlsDeniedError;

export interface GlsFailedError extends GlsErrorWith<200 | 400 | 406 | 500, Untrusted<GlsFailure>> {}
export interface GlsDeniedError extends GlsErrorWith<401 | 403, Untrusted<GlsFailure> | string> {}

/** A response that the description does not have, every redirect included. Redirects are never followed. */
export interface UnexpectedResponseError extends ClearErrorBase<"unexpected-response"> {
  readonly api: Api;
  readonly status: number;
  /** At most 200 characters; null where the response has none. */
  readonly contentType: string | null;
  /** The start of the body, at most 1000 characters, without secrets. */
  readonly text: string;
}

/** The request or its response was lost below HTTP: no connection, or one that ended early. */
export interface NetworkError extends ClearErrorBase<"network"> {
  /** The runtime's error code, such as `ECONNREFUSED`; null where it has none. */
  readonly code: string | null;
}

/** A time limit was reached. */
export interface TimeoutError extends ClearErrorBase<"timeout"> {
  /** The limit in milliseconds. */
  readonly timeoutMs: number;
}

/** The caller's signal ended the call. */
export interface AbortedError extends ClearErrorBase<"aborted"> {}

/** The storage responded to the PUT with anything but 200. */
export interface StorageError extends ClearErrorBase<"storage"> {
  readonly status: number;
  /** S3's error code, such as `SignatureDoesNotMatch`; null where the response has none. */
  readonly code: string | null;
  /** True where the URL was no longer valid: a new one may be accepted, repeating the PUT cannot help. */
  readonly expired: boolean;
  /** The storage's `x-amz-request-id`, for its support; null where the response has none. */
  readonly requestId: string | null;
}

/** The file cannot be uploaded as it is. */
export interface FileError extends ClearErrorBase<"file"> {
  readonly reason: "missing" | "unreadable" | "not-regular" | "empty" | "too-large" | "changed" | "content-mismatch";
  /** The path, or the name of a Blob or of bytes. Never their content. */
  readonly path: string;
}

/** What a request to either API can end in, besides the API's own errors. */
export type RequestError = InvalidInputError | UnexpectedResponseError | NetworkError | TimeoutError | AbortedError;

/** Every error of this package, told apart by `kind`. */
export type ClearError = RequestError | CfcApiError | GlsApiError | StorageError | FileError;

/** An error's own fields: those that not every error has. */
type Fields<E> = E extends ClearError ? Omit<E, Exclude<keyof ClearErrorBase<string>, "kind">> : never;

class ClearErrorClass extends Error {
  static {
    // On the prototype, as with the built-in errors: not a field of each error.
    ClearErrorClass.prototype.name = "ClearError";
  }

  /** It has no `cause`: a runtime's own errors may hold headers or a signed URL. */
  constructor(message: string, fields: object, retryable: boolean) {
    super(message);
    Object.assign(this, fields, { retryable });
  }

  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }
}

/** The class of every error of this package, for `instanceof`. Only the package constructs one. */
export const ClearError = ClearErrorClass as unknown as abstract new (fields: never) => ClearError;

/** Builds an error of the kind that `fields` name. */
export function clearError<E extends ClearError>(message: string, fields: Fields<E>, retryable = false): E {
  // A class cannot say that it is a union by `kind`; its fields are those of `E`.
  return new ClearErrorClass(message, fields, retryable) as unknown as E;
}

/** What tells the error responses of an API apart. */
export type StatusAndBody<E extends CfcApiError | GlsApiError> = E extends unknown ? Pick<E, "status" | "body"> : never;

/** The vendor's own message where there is one, or else what was received. */
export function apiMessage(api: Api, status: number, message: unknown, text: string): string {
  if (typeof message === "string" && message !== "") return message;
  return `${api.toUpperCase()} responded with ${status}: ${text.trim().slice(0, 200) || "no body"}`;
}

/** Rejects an input before any request. `rule` completes the sentence "<field> …". */
export function invalidInput(field: string, rule: string): InvalidInputError {
  return clearError<InvalidInputError>(`${field} ${rule}`, { kind: "invalid-input", field });
}

/** The codes of Node and Bun for a certificate that cannot be trusted, from OpenSSL's X509_V_ERR_ constants. */
const CERTIFICATE_ERROR = /CERT|CRL|^(HOSTNAME|INVALID|PATH|UNABLE)_/;

/**
 * The error for a failure below HTTP. Of the runtime's error, or of its cause, only the code is taken. A certificate that
 * cannot be trusted is final.
 */
export function networkError(host: string, cause: unknown): NetworkError {
  const found = Object(cause).code ?? Object(Object(cause).cause).code;
  const code = typeof found === "string" && /^[A-Z][A-Z0-9_]+$/.test(found) ? found : null;
  return clearError<NetworkError>(
    `Request to ${host} failed${code ? `: ${code}` : ""}.`,
    { kind: "network", code },
    !(code && CERTIFICATE_ERROR.test(code)),
  );
}

/** Checks whether a value is an error of this package, even of another copy of it. */
export function isClearError(value: unknown): value is ClearError {
  return value instanceof Error && value.name === "ClearError";
}

type AnyFunction = (...args: never) => unknown;

/**
 * What was thrown, as an error of this package whose stack begins at its caller.
 *
 * @param what - What the caller passed. Anything but an error of this package was thrown while reading it, by a getter
 * or a proxy.
 * @param entry - The function that was called. An async one must await what it returns, to be on the stack later too.
 */
export function errorForCaller(thrown: unknown, what: string, entry: AnyFunction): ClearError {
  const error = isClearError(thrown) ? thrown : invalidInput(what, "could not be read");
  const { stack } = error;
  // Only V8's engines, and those that follow them, can leave frames out. Where none would be left, all are kept.
  Error.captureStackTrace?.(error, entry);
  if (!error.stack?.includes("\n    at ")) Object.assign(error, { stack });
  return error;
}

/**
 * Runs the body of `entry`, a function that throws for its caller.
 *
 * @throws {InvalidInputError}
 */
export function throwForCaller<T>(entry: AnyFunction, what: string, body: () => T): T {
  try {
    return body();
  } catch (thrown) {
    throw errorForCaller(thrown, what, entry);
  }
}
