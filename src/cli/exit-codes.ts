import type { ClearError } from "../errors.js";

/** The exit code of each kind of error that is not `retryable`. 0 is success, 1 any other failure. */
export const EXIT_CODES: Record<ClearError["kind"], number> = {
  "invalid-input": 2,
  api: 3,
  "unexpected-response": 4,
  network: 5,
  timeout: 6,
  storage: 7,
  file: 8,
  aborted: 130,
};

/** Some of several files were uploaded, and some not. */
export const SOME_FAILED = 9;
/** Everything was done, but the output could not be written: EX_IOERR of sysexits.h. */
export const OUTPUT_LOST = 74;
/** The same command may succeed later: EX_TEMPFAIL of sysexits.h. */
export const RETRYABLE = 75;

export function exitCode(error: ClearError): number {
  return error.retryable ? RETRYABLE : EXIT_CODES[error.kind];
}
