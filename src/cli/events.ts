import type { ClientEvent } from "../options.js";
import type { UploadEvent } from "../upload/index.js";
import { failureLine } from "./failure.js";
import type { Output } from "./output.js";

/**
 * Prints the delay before each retry and, if `verbose`, each request and response.
 *
 * @param prefix - Starts each line, such as with the file's name if there are several files.
 */
export function eventPrinter(
  output: Output,
  prefix: string,
  verbose: boolean,
): (event: ClientEvent | UploadEvent) => void {
  const print = (line: string) => output.message(`clear-presign: ${prefix}${line}`);
  return (event) => {
    if (event.type === "retry") {
      const { attempt, waitMs, error } = event;
      const seconds = (waitMs / 1000).toFixed(1);
      const what = "host" in event ? "upload" : "get a URL";
      print(`attempt ${attempt} to ${what} failed, the next one is in ${seconds} s: ${failureLine(error)}`);
    } else if (verbose && event.type === "request") {
      print(`${"host" in event ? `PUT to ${event.host}` : `GET ${event.url}`} (attempt ${event.attempt})`);
    } else if (verbose && event.type === "response") {
      print(`${event.status} after ${event.durationMs} ms`);
    }
  };
}
