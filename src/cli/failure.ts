import { type ClearError, isClearError } from "../errors.js";

/** Formats an error as one line. */
export function failureLine(error: ClearError): string {
  const status = "status" in error ? ` ${error.status}` : "";
  const code = error.kind === "api" && error.code ? ` ${error.code}` : "";
  return `${error.kind}${status}${code}: ${error.message}`;
}

/** Converts an error to a JSON document. An error from outside this package has no `kind`. */
export function failureDocument(error: Error & { readonly code?: unknown }): object {
  if (isClearError(error)) return { error };
  const { name, message, code } = error;
  return { error: { name, message, code, retryable: false } };
}
