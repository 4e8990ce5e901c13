import type {
  CfcErrorCode,
  CfcErrorDetail,
  CfcErrorResponse,
  CfcPreSignedUrlFailed,
  GlsFailure,
} from "../generated/types.js";
import type { Untrusted } from "./response.js";

/** The APIs in the description. */
export type Api = "cfc" | "gls";

/** The fields of every error of this package. */
export interface ClearErrorBase<Kind extends string> extends Error {
  readonly name: "ClearError";
  readonly kind: Kind;
  /** True if the same call, unchanged, may succeed later. Automatic retries use exactly this flag. */
  readonly retryable: boolean;
  /** Returns all fields of the error, including its name and message, for JSON logs. Without a `cause`. */
  toJSON(): object;
}

/** The input was rejected before any request was sent. The message says what was wrong and what is allowed. */
export interface InvalidInputError extends ClearErrorBase<"invalid-input"> {
  /** The option or input field that was rejected. */
  readonly field: string;
  /** What `field` must be or must not be: the rest of the sentence that `field` begins. */
  readonly rule: string;
  /** The field that makes up for this one, if it is given; null if there is none. */
  readonly unless: string | null;
}

/**
 * A function that the caller passed did not do what it must: it threw, timed out, or returned something unusable.
 * Retryable if it timed out, or if it threw an error whose own `retryable` is true; nothing is known of other errors.
 */
export interface CallbackError extends ClearErrorBase<"callback"> {
  /** The option that holds the function. */
  readonly callback: "authToken" | "fetch" | "getPreSignedUrl";
  /**
   * What the function threw, unless it was `fetch`: the errors of HTTP clients contain the headers of the request. May
   * contain your own secrets; not part of `toJSON()`.
   */
  readonly cause?: unknown;
}

/** A body that was checked to be the documented object. Any part of it may be missing. */
type Shown<Body> = NonNullable<Untrusted<Body>>;

interface CfcErrorWith<Status extends number, RawCode, Body> extends ClearErrorBase<"api"> {
  readonly api: "cfc";
  readonly status: Status;
  /** The documented `errorCode`; `"UNKNOWN"` if it is undocumented or missing. */
  readonly code: CfcErrorCode | "UNKNOWN";
  /** `errorCode` as received; null if the response has none. */
  readonly rawCode: RawCode;
  /** The redacted body. For a 401 or 403 without the documented body, its text. */
  readonly body: Body;
}

/** A 200 whose `status` is FAILED: the request was processed, but no URL was generated. */
export interface CfcFailedError extends CfcErrorWith<200, string | null, Shown<CfcPreSignedUrlFailed>> {}
/** A 401: the user is not authenticated for the operation. */
export interface CfcUnauthorizedError extends CfcErrorWith<401, string | null, Shown<CfcErrorResponse> | string> {}
/** A 403: the user is not authorized for the operation. */
export interface CfcForbiddenError extends CfcErrorWith<403, string | null, Shown<CfcErrorResponse> | string> {}
/** A 500 with an array of error details. */
export interface CfcInternalError extends CfcErrorWith<500, string, readonly Untrusted<CfcErrorDetail>[]> {}

/**
 * A documented error response of CFC, discriminated by `status`.
 *
 * Source: the CFC page "Get Pre-signed URL", Response Status Codes and Sample Response.
 */
export type CfcApiError = CfcFailedError | CfcUnauthorizedError | CfcForbiddenError | CfcInternalError;

interface GlsErrorWith<Status extends number, Body> extends ClearErrorBase<"api"> {
  readonly api: "gls";
  readonly status: Status;
  /**
   * `error.code`, three digits; in the vendor's sample, the status as a string. `"UNKNOWN"` if it is anything else; null
   * if the response has none, such as a plain-text 401.
   */
  readonly code: `${number}` | "UNKNOWN" | null;
  /** `error.code` as received; null if the response has none. */
  readonly rawCode: string | null;
  /** The redacted body. For a 401 or 403 without the documented envelope, its text. */
  readonly body: Body;
}

/** A 200 whose `success` is false. */
export interface GlsFailedError extends GlsErrorWith<200, Shown<GlsFailure>> {}
/** A 400: the request is invalid, or a required parameter is missing. */
export interface GlsBadRequestError extends GlsErrorWith<400, Shown<GlsFailure>> {}
/** A 401: authentication failed. The documented body is plain text. */
export interface GlsUnauthorizedError extends GlsErrorWith<401, Shown<GlsFailure> | string> {}
/** A 403: forbidden; the page does not say what. */
export interface GlsForbiddenError extends GlsErrorWith<403, Shown<GlsFailure> | string> {}
/** A 406: a parameter is invalid or cannot be processed in the expected format. */
export interface GlsNotAcceptableError extends GlsErrorWith<406, Shown<GlsFailure>> {}
/** A 500: something went wrong on the server. */
export interface GlsInternalError extends GlsErrorWith<500, Shown<GlsFailure>> {}

/**
 * A documented error response of GLS, discriminated by `status`: `success` is false, or a plain-text 401.
 *
 * Source: the GLS page "Get Pre-signed URL", Response Status Codes and Sample Error.
 */
export type GlsApiError =
  | GlsFailedError
  | GlsBadRequestError
  | GlsUnauthorizedError
  | GlsForbiddenError
  | GlsNotAcceptableError
  | GlsInternalError;

/** An undocumented response. This includes every redirect, since redirects are never followed. */
export interface UnexpectedResponseError extends ClearErrorBase<"unexpected-response"> {
  readonly api: Api;
  readonly status: number;
  /** The content type, at most 200 characters; null if the response has none. */
  readonly contentType: string | null;
  /** The start of the redacted body, at most 1000 characters. */
  readonly text: string;
  /** The delay that the server requested (Retry-After) before another call, in milliseconds; null if none. */
  readonly retryAfterMs: number | null;
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

/** The storage, or something in its place, responded to the PUT with anything but an empty 200. */
export interface StorageError extends ClearErrorBase<"storage"> {
  readonly status: number;
  /** S3's error code, such as `SignatureDoesNotMatch`; null if the response has none. */
  readonly code: string | null;
  /** True if the URL has expired. A new URL may work; repeating the PUT cannot. */
  readonly expired: boolean;
  /** The storage's `x-amz-request-id`, for support requests; null if the response has none. */
  readonly requestId: string | null;
  /** The delay that the storage requested (Retry-After) before another PUT, in milliseconds; null if none. */
  readonly retryAfterMs: number | null;
}

/** The file cannot be uploaded as is. */
export interface FileError extends ClearErrorBase<"file"> {
  readonly reason:
    | "missing"
    | "unreadable"
    | "not-regular"
    | "empty"
    | "too-large"
    | "changed"
    | "content-mismatch"
    | "temporary-file";
  /** The path, or the name of a Blob or byte array. Never its content. */
  readonly path: string;
}

/** The errors of a request to either API, besides the API's own. */
export type RequestError =
  | InvalidInputError
  | CallbackError
  | UnexpectedResponseError
  | NetworkError
  | TimeoutError
  | AbortedError;

/** A documented error response of any operation. */
export type ApiError = CfcApiError | GlsApiError;

/** Any error of this package, discriminated by `kind`. */
export type ClearError = RequestError | ApiError | StorageError | FileError;

/** The fields that are specific to an error. */
type Fields<E> = E extends ClearError ? Omit<E, Exclude<keyof ClearErrorBase<string>, "kind"> | "cause"> : never;

class ErrorClass extends Error {
  // Shown by `util.inspect`, also after a minifier has renamed the class.
  static override readonly name = "ClearError";
  static {
    // On the prototype, like built-in errors, rather than on each instance.
    ErrorClass.prototype.name = "ClearError";
  }

  constructor(message: string, fields: object, retryable: boolean) {
    super(message);
    Object.assign(this, fields, { retryable });
  }

  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }
}

/** The class of every error of this package, for `instanceof`. Not meant to be constructed by users. */
export const ClearError = ErrorClass as unknown as abstract new (fields: never) => ClearError;

/** Builds an error of the kind given in `fields`. It has no `cause`: a runtime's errors may contain headers or a signed URL. */
export function clearError<E extends ClearError>(message: string, fields: Fields<E>, retryable = false): E {
  // Cast because a class cannot be typed as a union discriminated by `kind`.
  return new ErrorClass(message, fields, retryable) as unknown as E;
}

/** Builds an error for invalid input. */
export function invalidInput(field: string, rule: string, unless: string | null = null): InvalidInputError {
  return clearError<InvalidInputError>(`${field} ${unless ? `(unless ${unless} is given) ` : ""}${rule}`, {
    kind: "invalid-input",
    field,
    rule,
    unless,
  });
}

/** Builds an error for a caller's function. `problem` completes the sentence "<callback> …". */
export function callbackError(
  callback: CallbackError["callback"],
  problem: string,
  { retryable = false, thrown }: { readonly retryable?: boolean; readonly thrown?: { readonly cause: unknown } } = {},
): CallbackError {
  const error = clearError<CallbackError>(`${callback} ${problem}`, { kind: "callback", callback }, retryable);
  // Not enumerable, as in the constructor of Error, so it is left out of `toJSON()`.
  return thrown ? Object.defineProperty(error, "cause", { value: thrown.cause, configurable: true }) : error;
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
  try {
    return value instanceof Error && value.name === "ClearError";
  } catch {
    // A proxy can throw from any operation.
    return false;
  }
}

/**
 * Converts whatever ended a call to an error of this package. Its stack begins here, so in an async function that has
 * awaited the call it leads to the caller.
 *
 * @param what - Names the argument. A value that is not a `ClearError` was thrown by reading it, through a getter or a
 * proxy.
 */
export function errorOfCall(thrown: unknown, what: string): ClearError {
  const error = isClearError(thrown) ? thrown : invalidInput(what, "could not be read");
  try {
    Error.captureStackTrace?.(error, errorOfCall);
  } catch {
    // A frozen error keeps its own stack.
  }
  return error;
}
