import { type ClearError, isClearError } from "../errors.js";

/** Formats an error as one line. */
export function failureLine(error: ClearError): string {
  const status = "status" in error ? ` ${error.status}` : "";
  const code = error.kind === "api" && error.code ? ` ${error.code}` : "";
  const { retryAfterMs = null } = "retryAfterMs" in error ? error : {};
  const later = retryAfterMs === null ? "" : ` The server asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
  return `${error.kind}${status}${code}: ${error.message}${later}`;
}

/** Converts an error to a JSON document. An error from outside this package has no `kind`. */
export function failureDocument(error: Error & { readonly code?: unknown }): object {
  if (isClearError(error)) return { error };
  const { name, message, code } = error;
  return { error: { name, message, code, retryable: false } };
}
