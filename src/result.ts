import type { ClearError } from "./errors.js";

/**
 * The result of every call: exactly one of `data` and `error`.
 * `error` is always an `Error`, so `if (result.error)` is enough to detect a failure.
 */
export type Result<T, E extends ClearError = ClearError> =
  | { readonly data: T; readonly error?: undefined }
  | { readonly data?: undefined; readonly error: E };

/**
 * Returns the data of a result.
 *
 * @throws {ClearError} The result's error, if it has one.
 */
export function unwrap<T>(result: Result<T>): T {
  if (result.error) throw result.error;
  return result.data;
}
