import { fstatSync, writeFileSync } from "node:fs";
import type { OutputStream } from "./output.js";

/** Wraps stdout or stderr so that an error does not crash the process. The callback of each write reports it. */
export function standardStream(stream: NodeJS.WriteStream & { readonly fd: number }): OutputStream {
  stream.on("error", () => {});
  if (!fstatSync(stream.fd).isFile()) return stream;
  // If a disk accepts only part of a write, Node's file stream silently drops the rest.
  return {
    write(text, done) {
      try {
        writeFileSync(stream.fd, text);
      } catch (error) {
        return done(error as Error);
      }
      done();
    },
  };
}
