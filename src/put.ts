import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type AbortedError, clearError, type FileError, type NetworkError, type TimeoutError } from "./errors.js";
import { networkError } from "./exchange.js";
import { fileError, type OpenFile } from "./file.js";
import { MAX_ANSWER_LENGTH } from "./storage-error.js";

const CHUNK_BYTES = 1024 * 1024;
/** How long the storage may take to say that it wants the body, before it is sent unasked. */
const CONTINUE_MS = 1000;

/** What the storage said, whatever it was. */
export interface StorageAnswer {
  readonly status: number;
  readonly text: string;
}

type Outcome = StorageAnswer | FileError | NetworkError | TimeoutError | AbortedError;

interface PutOptions {
  /** Longest time in which no byte moves. */
  readonly idleTimeoutMs: number;
  readonly onProgress: (bytes: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a file once. Resolves when the storage has answered, or with what kept it from that. */
export function put(
  url: URL,
  contentType: string,
  { path, handle, size, mtimeMs }: OpenFile,
  { idleTimeoutMs, onProgress, signal }: PutOptions,
): Promise<Outcome> {
  const aborted = () => clearError("The upload was aborted.", { kind: "aborted" });
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(aborted());
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
      method: "PUT",
      // A fresh socket: on a reused one an early refusal can be lost to a reset.
      agent: false,
      headers: { "content-type": contentType, "content-length": size, expect: "100-continue" },
    });
    const end = (outcome: Outcome) => {
      clearTimeout(idle);
      signal.removeEventListener("abort", abort);
      request.destroy();
      resolve(outcome);
    };
    const abort = () => end(aborted());
    const idle = setTimeout(
      () =>
        end(clearError(`No byte moved for ${idleTimeoutMs} ms.`, { kind: "timeout", timeoutMs: idleTimeoutMs }, true)),
      idleTimeoutMs,
    );
    signal.addEventListener("abort", abort);

    const sendBody = async () => {
      const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
      // One buffer is read into while the other is on its way out.
      let written: Promise<void> = Promise.resolve();
      for (let position = 0, turn = 0; position < size && !request.destroyed; turn ^= 1) {
        const buffer = buffers[turn as 0 | 1];
        const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK_BYTES, size - position), position);
        position += bytesRead;
        if (bytesRead === 0 || position === size) {
          // Before the last byte goes out, so that a file that changed is never stored as a whole one.
          const now = await handle.stat();
          if (bytesRead === 0 || now.size !== size || now.mtimeMs !== mtimeMs) {
            return end(fileError(path, "changed", "changed while it was read"));
          }
        }
        await written;
        idle.refresh();
        onProgress(position - bytesRead, size);
        written = new Promise((done, fail) => {
          request.write(buffer.subarray(0, bytesRead), (error) => (error ? fail(error) : done()));
        });
        // Awaited at the next turn; a failure until then is the request's own error.
        written.catch(() => {});
      }
      await written;
      idle.refresh();
      request.end();
    };
    let started = false;
    const start = () => {
      clearTimeout(unasked);
      idle.refresh();
      if (started) return;
      started = true;
      sendBody().catch((error: NodeJS.ErrnoException) => {
        // A failed write is followed by the request's error event; what is left is the file's.
        if (error.syscall === "read") end(fileError(path, "unreadable", `cannot be read: ${error.code}`));
      });
    };
    const unasked = setTimeout(start, CONTINUE_MS);

    request.on("continue", start);
    request.on("response", (response) => {
      clearTimeout(unasked);
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        idle.refresh();
        if (text.length < MAX_ANSWER_LENGTH) text += chunk;
        else response.destroy();
      });
      // A 200 for a part of the file would be a silent loss.
      const early = response.statusCode === 200 && !request.writableEnded;
      response.on("close", () =>
        end(early ? networkError(url.host, undefined) : { status: response.statusCode ?? 0, text }),
      );
      response.on("error", () => {});
    });
    request.on("error", (error) => end(networkError(url.host, error)));
    request.on("close", () => clearTimeout(unasked));
    request.flushHeaders();
  });
}
