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

/** Says where the guides, which are in the package, have what to do about an error; undefined for an abort. */
export function hint(error: ClearError): string | undefined {
  if (error.kind === "aborted") return undefined;
  if (error.kind === "invalid-input") return "See clear-presign --help.";
  if (error.kind !== "api") return `See docs/guides/errors.md#kind-${error.kind} in this package.`;
  const anchor = error.api === "cfc" ? `code-${error.code.toLowerCase()}` : `status-${error.status}`;
  return `See docs/guides/${error.api}.md#${anchor} in this package.`;
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
  if (advice !== undefined) output.message(`clear-presign: ${advice}`);
  const where = hint(error);
  if (where !== undefined) output.message(where);
  return exitCode(error);
}
