import type { ClientEvent } from "../options.js";
import { failureLine } from "./failure.js";
import type { Output } from "./output.js";

/**
 * Prints the waits before retries and, where `verbose`, each request and response.
 *
 * @param prefix - Begins each line: the file, where there are several.
 */
export function eventPrinter(output: Output, prefix: string, verbose: boolean): (event: ClientEvent) => void {
  const print = (line: string) => output.message(`clear-presign: ${prefix}${line}`);
  return (event) => {
    if (event.type === "retry") {
      const { attempt, waitMs, error } = event;
      print(
        `attempt ${attempt} to get a URL failed, the next one is in ${(waitMs / 1000).toFixed(1)} s: ${failureLine(error)}`,
      );
    } else if (verbose && event.type === "request") {
      print(`GET ${event.url} (attempt ${event.attempt})`);
    } else if (verbose && event.type === "response") {
      print(`${event.status} after ${event.durationMs} ms`);
    }
  };
}
