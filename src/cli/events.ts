import type { ClientEvent } from "../options.js";
import { failureLine } from "./failure.js";
import type { Output } from "./output.js";

/**
 * Prints the delay before each retry and, if `verbose`, each request and response.
 *
 * @param prefix - Starts each line, such as with the file's name if there are several files.
 */
export function eventPrinter(output: Output, prefix: string, verbose: boolean): (event: ClientEvent) => void {
  const print = (line: string) => output.message(`clear-presign: ${prefix}${line}`);
  return (event) => {
    const { attempt } = event;
    if (event.type === "retry") {
      const { waitMs, error } = event;
      const seconds = (waitMs / 1000).toFixed(1);
      const what = event.target === "storage" ? "upload" : "get a URL";
      print(`attempt ${attempt} to ${what} failed, the next one is in ${seconds} s: ${failureLine(error)}`);
    } else if (verbose && event.type === "request") {
      print(`${event.method} ${event.url} (attempt ${attempt})`);
    } else if (verbose && event.type === "response") {
      print(`${event.status} after ${event.durationMs} ms`);
    }
  };
}
