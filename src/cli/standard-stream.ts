import { fstatSync, writeFileSync } from "node:fs";
import type { OutputStream } from "./output.js";

/** stdout or stderr of the process, whose errors end nothing: the callback of each write reports them. */
export function standardStream(stream: NodeJS.WriteStream & { readonly fd: number }): OutputStream {
  stream.on("error", () => {});
  if (!fstatSync(stream.fd).isFile()) return stream;
  // Where a disk takes only a part of a write, Node's own stream for files drops the rest without an error.
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
