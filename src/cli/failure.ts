import { type ClearError, isClearError } from "../errors.js";
import { exitCode } from "./exit-codes.js";
import type { Output } from "./output.js";

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

/**
 * Prints why a command failed, and returns its exit code.
 *
 * @param advice - What to do about it.
 */
export function printFailure(error: Error, output: Output, json: boolean, advice?: string): number {
  if (json) output.document(failureDocument(error));
  if (!isClearError(error)) {
    output.message(`clear-presign: ${error.message}`);
    return 1;
  }
  output.message(`clear-presign: ${failureLine(error)}`);
  if (error.kind === "invalid-input") output.message("See clear-presign --help.");
  if (advice !== undefined) output.message(`clear-presign: ${advice}`);
  return exitCode(error);
}
