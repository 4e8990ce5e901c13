import type { Readable } from "node:stream";
import type { Env } from "../sandbox/environment.js";
import type { Output } from "./output.js";

/** The context of a command, besides its arguments. */
export interface Context {
  readonly env: Env;
  readonly output: Output;
  /** Called only if a command reads it. */
  readonly stdin: () => Readable;
  /** Aborted when the process is asked to exit. */
  readonly signal: AbortSignal;
}
