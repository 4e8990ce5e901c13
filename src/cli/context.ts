import type { Output } from "./output.js";

/** What a command is given besides its arguments. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
}
