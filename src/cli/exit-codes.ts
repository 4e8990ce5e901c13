import type { ClearError } from "../errors.js";

/** Exit codes of errors that are not `retryable`, by kind. 0 is success, 1 any other failure. */
export const EXIT_CODES: Record<ClearError["kind"], number> = {
  "invalid-input": 2,
  api: 3,
  "unexpected-response": 4,
  network: 5,
  timeout: 6,
  storage: 7,
  file: 8,
  callback: 10,
  aborted: 130,
};

/** Only some of the files were uploaded. */
export const SOME_FAILED = 9;
/** The command succeeded, but its output could not be written: EX_IOERR of sysexits.h. */
export const OUTPUT_LOST = 74;
/** The same command may succeed later: EX_TEMPFAIL of sysexits.h. */
export const RETRYABLE = 75;

export function exitCode(error: ClearError): number {
  return error.retryable ? RETRYABLE : EXIT_CODES[error.kind];
}
