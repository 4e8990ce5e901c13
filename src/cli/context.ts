import type { Readable } from "node:stream";
import type { Output } from "./output.js";

/** The context of a command, besides its arguments. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  readonly stdin: () => Readable;
  /** Aborted when the process is asked to exit. */
  readonly signal: AbortSignal;
}
