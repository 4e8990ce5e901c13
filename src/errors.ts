import type {
  CfcErrorCode,
  CfcErrorDetail,
  CfcErrorResponse,
  CfcPreSignedUrlFailed,
  GlsFailure,
} from "../generated/openapi.js";
import type { Untrusted } from "./response.js";

/** The APIs in the description. */
export type Api = "cfc" | "gls";

/** The fields of every error of this package. */
export interface ClearErrorBase<Kind extends string> extends Error {
  readonly name: "ClearError";
  readonly kind: Kind;
  /** True if the same call, unchanged, may succeed later. Automatic retries use exactly this flag. */
  readonly retryable: boolean;
  /** Returns all fields of the error, including its name and message, for JSON logs. */
  toJSON(): object;
}

/** The input was rejected before any request was sent. The message says what was wrong and what is allowed. */
export interface InvalidInputError extends ClearErrorBase<"invalid-input"> {
  /** The option or input field that was rejected. */
  readonly field: string;
}

interface CfcErrorWith<Status extends number, Body> extends ClearErrorBase<"api"> {
  readonly api: "cfc";
  readonly status: Status;
  /** The documented `errorCode`; `"UNKNOWN"` if it is undocumented or missing. */
  readonly code: CfcErrorCode | "UNKNOWN";
  /** `errorCode` as received; null if the response has none. */
  readonly rawCode: string | null;
  /** The redacted body. For a 401 or 403 without the documented body, its text. */
  readonly body: Body;
}

/**
 * A documented error response of CFC: a 200 whose `status` is FAILED, a 401, a 403, or a 500 with an array.
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
   * `error.code`; in the vendor's sample, the status as a string. `"UNKNOWN"` if it is not a number; null if the
   * response has none, such as a plain-text 401.
   */
  readonly code: `${number}` | "UNKNOWN" | null;
  /** `error.code` as received; null if the response has none. */
  readonly rawCode: string | null;
  /** The redacted body. For a 401 or 403 without the documented envelope, its text. */
  readonly body: Body;
}

/**
 * A documented error response of GLS: `success` is false, or a plain-text 401.
 *
 * Source: the GLS page "Get Pre-signed URL", Response Status Codes and Sample Error.
 */
export type GlsApiError = GlsFailedError | GlsDeniedError;

export interface GlsFailedError extends GlsErrorWith<200 | 400 | 406 | 500, Untrusted<GlsFailure>> {}
export interface GlsDeniedError extends GlsErrorWith<401 | 403, Untrusted<GlsFailure> | string> {}

/** An undocumented response. This includes every redirect, since redirects are never followed. */
export interface UnexpectedResponseError extends ClearErrorBase<"unexpected-response"> {
  readonly api: Api;
  readonly status: number;
  /** The content type, at most 200 characters; null if the response has none. */
  readonly contentType: string | null;
  /** The start of the redacted body, at most 1000 characters. */
  readonly text: string;
}

/** The request failed below HTTP: the connection could not be made, or was closed early. */
export interface NetworkError extends ClearErrorBase<"network"> {
  /** The runtime's error code, such as `ECONNREFUSED`; null if there is none. */
  readonly code: string | null;
}

/** A time limit was exceeded. */
export interface TimeoutError extends ClearErrorBase<"timeout"> {
  /** The limit that was exceeded, in milliseconds. */
  readonly timeoutMs: number;
}

/** The caller's signal aborted the call. */
export interface AbortedError extends ClearErrorBase<"aborted"> {}

/** The storage responded to the PUT with a status other than 200. */
export interface StorageError extends ClearErrorBase<"storage"> {
  readonly status: number;
  /** S3's error code, such as `SignatureDoesNotMatch`; null if the response has none. */
  readonly code: string | null;
  /** True if the URL has expired. A new URL may work; repeating the PUT cannot. */
  readonly expired: boolean;
  /** The storage's `x-amz-request-id`, for support requests; null if the response has none. */
  readonly requestId: string | null;
}

/** The file cannot be uploaded as is. */
export interface FileError extends ClearErrorBase<"file"> {
  readonly reason: "missing" | "unreadable" | "not-regular" | "empty" | "too-large" | "changed" | "content-mismatch";
  /** The path, or the name of a Blob or byte array. Never its content. */
  readonly path: string;
}

/** The errors of a request to either API, besides the API's own. */
export type RequestError = InvalidInputError | UnexpectedResponseError | NetworkError | TimeoutError | AbortedError;

/** Any error of this package, discriminated by `kind`. */
export type ClearError = RequestError | CfcApiError | GlsApiError | StorageError | FileError;

/** The fields that are specific to an error. */
type Fields<E> = E extends ClearError ? Omit<E, Exclude<keyof ClearErrorBase<string>, "kind">> : never;

class ClearErrorClass extends Error {
  static {
    // On the prototype, like built-in errors, rather than on each instance.
    ClearErrorClass.prototype.name = "ClearError";
  }

  /** Takes no `cause`: a runtime's errors may contain headers or a signed URL. */
  constructor(message: string, fields: object, retryable: boolean) {
    super(message);
    Object.assign(this, fields, { retryable });
  }

  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }
}

/** The class of every error of this package, for `instanceof`. Not meant to be constructed by users. */
export const ClearError = ClearErrorClass as unknown as abstract new (fields: never) => ClearError;

/** Builds an error of the kind given in `fields`. */
export function clearError<E extends ClearError>(message: string, fields: Fields<E>, retryable = false): E {
  // Cast because a class cannot be typed as a union discriminated by `kind`.
  return new ClearErrorClass(message, fields, retryable) as unknown as E;
}

/** The fields that discriminate the error responses of an API. */
export type StatusAndBody<E extends CfcApiError | GlsApiError> = E extends unknown ? Pick<E, "status" | "body"> : never;

/** Returns the vendor's message if there is one, or else describes the response. */
export function apiMessage(api: Api, status: number, message: unknown, text: string): string {
  if (typeof message === "string" && message !== "") return message;
  return `${api.toUpperCase()} responded with ${status}: ${text.trim().slice(0, 200) || "no body"}`;
}

/** Builds an error for invalid input. `rule` completes the sentence "<field> …". */
export function invalidInput(field: string, rule: string): InvalidInputError {
  return clearError<InvalidInputError>(`${field} ${rule}`, { kind: "invalid-input", field });
}

/** Codes of Node and Bun for an untrusted certificate, from OpenSSL's X509_V_ERR_ constants. */
const CERTIFICATE_ERROR = /CERT|CRL|^(HOSTNAME|INVALID|PATH|UNABLE)_/;

/**
 * Builds the error for a failure below HTTP. Only the code of the runtime's error, or of its cause, is kept. An
 * untrusted certificate is not retryable.
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

/** Checks whether a value is an error of this package, including one from another copy of it. */
export function isClearError(value: unknown): value is ClearError {
  return value instanceof Error && value.name === "ClearError";
}

type AnyFunction = (...args: never) => unknown;

/**
 * Converts a thrown value to an error of this package whose stack begins at the caller of `entry`.
 *
 * @param what - Names the argument. A thrown value that is not a `ClearError` came from reading it, through a getter or
 * a proxy.
 * @param entry - The public function that was called. An async one must await its result, to stay on the stack.
 */
export function errorForCaller(thrown: unknown, what: string, entry: AnyFunction): ClearError {
  const error = isClearError(thrown) ? thrown : invalidInput(what, "could not be read");
  const { stack } = error;
  // Only V8 and engines that imitate it can omit frames. If none would be left, all are kept.
  Error.captureStackTrace?.(error, entry);
  if (!error.stack?.includes("\n    at ")) Object.assign(error, { stack });
  return error;
}

/**
 * Runs the body of `entry`. The stack of an error begins at the caller of `entry`.
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
