import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import {
  type AbortedError,
  clearError,
  type FileError,
  type NetworkError,
  networkError,
  type TimeoutError,
} from "../errors.js";
import { onAbort } from "../timeout.js";
import { fileError, type OpenFile } from "./file.js";
import { MAX_ANSWER_LENGTH } from "./s3-error.js";

/** Smaller ones take more time; larger ones, or more of them, more memory and hardly less time. */
const CHUNK_BYTES = 1024 * 1024;
const BUFFERS = 2;
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
  const aborted = () => clearError<AbortedError>("The upload was aborted.", { kind: "aborted" });
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(aborted());
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
      method: "PUT",
      // A fresh socket: on a reused one an early refusal can be lost to a reset.
      agent: false,
      headers: { "content-type": contentType, "content-length": size, expect: "100-continue" },
    });
    /** What has come of the storage's answer. */
    let answer: StorageAnswer | undefined;
    const end = (outcome: Outcome) => {
      clearTimeout(idle);
      clearTimeout(unasked);
      stopWaiting();
      request.destroy();
      resolve(outcome);
    };
    const abort = () => end(aborted());
    const timeout = () =>
      clearError<TimeoutError>(
        `No bytes moved for ${idleTimeoutMs} ms.`,
        { kind: "timeout", timeoutMs: idleTimeoutMs },
        true,
      );
    let sending = false;
    const idle = setTimeout(() => {
      if (sending) idle.refresh();
      else end(answer ?? timeout());
    }, idleTimeoutMs);
    const stopWaiting = onAbort(signal, abort);

    const fromFile = <T>(reading: Promise<T>): Promise<T> =>
      reading.catch((error: NodeJS.ErrnoException) => {
        end(fileError(path, "unreadable", `cannot be read: ${error.code}`));
        throw error;
      });
    const sendBody = async () => {
      // Node's own limit sees within a write whether bytes move: on a slow line one takes longer than the limit.
      sending = true;
      request.setTimeout(idleTimeoutMs, () => end(answer ?? timeout()));
      onProgress(0, size);
      // While one is on its way out, the other is read into; each is used anew when its own write is done.
      const buffers = Array.from({ length: BUFFERS }, () => ({
        bytes: Buffer.allocUnsafeSlow(CHUNK_BYTES),
        written: Promise.resolve(),
      }));
      for (let position = 0, turn = 0; position < size; turn = (turn + 1) % BUFFERS) {
        const buffer = buffers[turn] as (typeof buffers)[number];
        await buffer.written;
        const length = Math.min(CHUNK_BYTES, size - position);
        const { bytesRead } = await fromFile(handle.read(buffer.bytes, 0, length, position));
        position += bytesRead;
        if (bytesRead === 0 || position === size) {
          // Before the last byte goes out, so that a file that changed is never stored as a whole one.
          const now = await fromFile(handle.stat());
          if (bytesRead === 0 || now.size !== size || now.mtimeMs !== mtimeMs) {
            return end(fileError(path, "changed", "changed while it was read"));
          }
        }
        if (answer || request.destroyed) return;
        const sent = position;
        buffer.written = new Promise((done, fail) => {
          request.write(buffer.bytes.subarray(0, bytesRead), (error) => {
            if (error) return fail(error);
            if (sent < size) onProgress(sent, size);
            done();
          });
        });
        // Awaited when its turn comes; a failure until then is the request's own error.
        buffer.written.catch(() => {});
      }
      await Promise.all(buffers.map(({ written }) => written));
      sending = false;
      request.setTimeout(0);
      idle.refresh();
      request.end();
    };
    let started = false;
    const start = () => {
      if (started) return;
      started = true;
      idle.refresh();
      // What failed has ended the upload, or is followed by the request's error.
      sendBody().catch(() => {});
    };
    const unasked = setTimeout(start, CONTINUE_MS);

    request.on("continue", start);
    request.on("response", (response) => {
      clearTimeout(unasked);
      sending = false;
      idle.refresh();
      const status = response.statusCode as number;
      // A 200 for a part of the file would be a silent loss.
      if (status === 200 && !request.writableEnded) return end(networkError(url.host, undefined));
      let text = "";
      answer = { status, text };
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        answer = { status, text };
        if (text.length > MAX_ANSWER_LENGTH) end(answer);
      });
      // The answer counts, whole or not.
      response.on("error", () => {});
      response.on("close", () => end({ status, text }));
    });
    // After an answer its own end is what counts: the storage may have closed before it read everything.
    request.on("error", (error) => answer ?? end(networkError(url.host, error)));
    request.on("close", () => answer ?? end(networkError(url.host, undefined)));
    request.flushHeaders();
  });
}
