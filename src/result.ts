import type { ClearError } from "./errors.js";

/**
 * What every call returns: `data` or `error`, never both, never neither.
 * `error` is always an `Error`, so `if (result.error)` tells a failure from a success.
 */
export type Result<T, E extends ClearError = ClearError> =
  | { readonly data: T; readonly error?: undefined }
  | { readonly data?: undefined; readonly error: E };

/**
 * Returns the data of a result.
 *
 * @throws {ClearError} the result's error, where it has one.
 */
export function unwrap<T>(result: Result<T>): T {
  if (result.error) throw result.error;
  return result.data;
}
