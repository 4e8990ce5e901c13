import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { ClearError, FileError, StorageError } from "./errors.js";
import { clearError, invalidInput, isClearError } from "./errors.js";
import { backoffMs, member, networkError, pause, within } from "./exchange.js";
import { type CallOptions, checkFields, checkNumber, checkSignal } from "./input.js";
import { isLoopback, type PreSignedUrl } from "./pre-signed-url.js";
import type { Result } from "./result.js";

/** The most that one S3 PUT takes: 5 GiB. Clear's pages state no limit in bytes. */
const MAX_BYTES = 5 * 1024 ** 3;
const CHUNK_BYTES = 1024 * 1024;
/** How long the storage may take to say that it wants the body, before it is sent unasked. */
const CONTINUE_MS = 1000;
/** How long `requestUrl` may take; the clients of this package take 90 seconds unless told otherwise. */
const REQUEST_URL_MS = 120_000;
/** Where both vendor pages' sample URLs point. That it is the only host is inferred. */
const ALLOWED_HOSTS = ["storage.clear.in"];

export interface Progress {
  /** Bytes handed to the network; all of them only once the storage has answered 200. */
  readonly bytes: number;
  readonly total: number;
}

export interface UploadOptions {
  /** Called as bytes go out, and a last time with all of them when the storage has the file. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the upload; the result is then an error of kind `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Number of PUTs, the first included. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Longest time in milliseconds in which no byte moves. Default 60,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Limit of the whole upload in milliseconds. Default: none. */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * Hosts that may receive the file over https. Default: `storage.clear.in` (inferred from the vendor's
   * samples). http is only for loopback, and loopback http needs no entry.
   */
  readonly allowedHosts?: readonly string[] | undefined;
}

export interface Upload {
  /** The URL that the bytes went to. The vendor's next step (trigger, activity) needs it. */
  readonly preSignedUrl: PreSignedUrl;
  readonly bytes: number;
}

/** Gives a fresh URL at each call; hands the signal on to the client where it passes `options`. */
export type RequestUrl = (options: CallOptions) => Promise<Result<PreSignedUrl>>;

interface Checked {
  readonly onProgress: (bytes: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
  readonly maxAttempts: number;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number | undefined;
  readonly allowedHosts: readonly string[];
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
  readonly mtimeMs: number;
}

function checkOptions(options: UploadOptions): Checked {
  checkFields("options", options, [
    "onProgress",
    "signal",
    "maxAttempts",
    "idleTimeoutMs",
    "totalTimeoutMs",
    "allowedHosts",
  ]);
  const { onProgress, totalTimeoutMs, allowedHosts = ALLOWED_HOSTS } = options;
  if (!Array.isArray(allowedHosts) || !allowedHosts.every((host) => typeof host === "string")) {
    throw invalidInput("allowedHosts", "must be an array of host names");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalidInput("onProgress", "must be a function");
  }
  return {
    onProgress: (bytes, total) => {
      try {
        onProgress?.({ bytes, total });
      } catch {
        // A hook for display must not end an upload.
      }
    },
    signal: checkSignal(options.signal),
    maxAttempts: checkNumber("maxAttempts", options.maxAttempts, 3),
    idleTimeoutMs: checkNumber("idleTimeoutMs", options.idleTimeoutMs, 60_000),
    totalTimeoutMs: totalTimeoutMs === undefined ? undefined : checkNumber("totalTimeoutMs", totalTimeoutMs, 1),
    allowedHosts,
  };
}

/** The URL to send to, once it is sure that the file may go there and that the signed headers can be sent. */
function checkTarget(preSignedUrl: PreSignedUrl, allowedHosts: readonly string[]): URL {
  const text = preSignedUrl?.url;
  if (typeof text !== "string" || !URL.canParse(text) || typeof preSignedUrl.headers?.["content-type"] !== "string") {
    throw invalidInput("preSignedUrl", "must have a url and headers with a content-type, as a client returns it");
  }
  const url = new URL(text);
  const local = url.protocol === "http:" && isLoopback(url.hostname);
  if (!local && url.protocol !== "https:") throw invalidInput("preSignedUrl", "must be https (http on loopback)");
  if (!local && !allowedHosts.includes(url.hostname)) {
    throw invalidInput("allowedHosts", `does not have ${url.hostname}, where the pre-signed URL points`);
  }
  const signed = (url.searchParams.get("X-Amz-SignedHeaders") ?? "").toLowerCase().split(";");
  for (const name of signed) {
    if (!["", "host", "content-type", "content-length"].includes(name)) {
      throw invalidInput("preSignedUrl", `is signed with the header ${name}, for which there is no value`);
    }
  }
  return url;
}

function fileError(path: string, reason: FileError["reason"], words: string): FileError {
  return clearError(`${path} ${words}`, { kind: "file", reason, path });
}

async function openFile(path: string): Promise<OpenFile> {
  let handle: FileHandle | undefined;
  try {
    // Asked before opening, for opening a FIFO waits for its other end.
    if (!(await stat(path)).isFile()) throw fileError(path, "not-regular", "is not a regular file");
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size, mtimeMs } = await handle.stat();
    if (size === 0) throw fileError(path, "empty", "is empty");
    if (size > MAX_BYTES) throw fileError(path, "too-large", `has ${size} bytes; one PUT takes at most ${MAX_BYTES}`);
    return { path, handle, size, mtimeMs };
  } catch (error) {
    await handle?.close();
    if (isClearError(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw code === "ENOENT" || code === "ENOTDIR"
      ? fileError(path, "missing", "does not exist")
      : fileError(path, "unreadable", `cannot be read: ${code}`);
  }
}

/** The storage's refusal. Its own message is left out: it may hold what was signed. */
function storageError(status: number, text: string, preSignedUrl: PreSignedUrl): StorageError {
  const code = /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1] ?? null;
  const late = (status === 400 || status === 403) && Date.now() >= new Date(preSignedUrl.expiresAt).getTime();
  const expired = late || code === "ExpiredToken" || /<Message>[^<]*expired/i.test(text);
  const retryable = status === 429 || status >= 500 || code === "SlowDown" || code === "RequestTimeout";
  const cure = expired
    ? "the URL is no longer valid; ask for a new one"
    : retryable
      ? "it may take the same file later"
      : code === "SignatureDoesNotMatch"
        ? "what was sent is not what was signed; ask for a new URL and send exactly its headers"
        : "ask for a new URL; repeating the PUT cannot help";
  return clearError(
    `The storage answered ${status}${code ? ` ${code}` : ""}: ${cure}.`,
    { kind: "storage", status, code, expired },
    retryable && !expired,
  );
}

const aborted = () => clearError("The upload was aborted.", { kind: "aborted" });

/** Sends the file once. Resolves when the storage has answered, whatever it answered. */
function put(
  url: URL,
  contentType: string,
  { path, handle, size, mtimeMs }: OpenFile,
  { idleTimeoutMs, onProgress }: Checked,
  signal: AbortSignal,
): Promise<{ status: number; text: string } | ClearError> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(aborted());
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
      method: "PUT",
      // A fresh socket: on a reused one an early refusal can be lost to a reset.
      agent: false,
      headers: { "content-type": contentType, "content-length": size, expect: "100-continue" },
    });
    const end = (outcome: { status: number; text: string } | ClearError) => {
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
        if (text.length < CHUNK_BYTES) text += chunk;
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

async function upload(
  nextUrl: (signal: AbortSignal) => Promise<Result<PreSignedUrl>>,
  renewable: boolean,
  path: string,
  options: Checked,
  signal: AbortSignal,
): Promise<Result<Upload>> {
  const file = await openFile(path);
  try {
    let { data: preSignedUrl, error: refused } = await nextUrl(signal);
    for (let attempt = 1; ; attempt++) {
      if (!preSignedUrl) return { error: refused as ClearError };
      const url = checkTarget(preSignedUrl, options.allowedHosts);
      const outcome = await put(url, preSignedUrl.headers["content-type"], file, options, signal);
      let error: ClearError;
      if (isClearError(outcome)) {
        error = outcome;
      } else if (outcome.status === 200) {
        options.onProgress(file.size, file.size);
        return { data: { preSignedUrl, bytes: file.size } };
      } else {
        error = storageError(outcome.status, outcome.text, preSignedUrl);
      }
      const expired = error.kind === "storage" && error.expired;
      if (attempt >= options.maxAttempts || !(error.retryable || (expired && renewable))) return { error };
      const stopped = await pause(backoffMs(attempt), signal);
      if (stopped) return { error: stopped };
      if (expired) ({ data: preSignedUrl, error: refused } = await nextUrl(signal));
    }
  } finally {
    await file.handle.close();
  }
}

async function settle(
  options: UploadOptions,
  work: (checked: Checked, signal: AbortSignal) => Promise<Result<Upload>>,
): Promise<Result<Upload>> {
  try {
    const checked = checkOptions(options);
    const never = new AbortController().signal;
    if (checked.totalTimeoutMs === undefined) return await work(checked, checked.signal ?? never);
    const outcome = await within(checked.totalTimeoutMs, checked.signal, (signal) => work(checked, signal));
    return isClearError(outcome) ? { error: outcome } : outcome;
  } catch (error) {
    // What is not ours was thrown while reading the caller's objects, by a getter or a proxy.
    return { error: isClearError(error) ? error : invalidInput("options", "could not be read") };
  }
}

/**
 * PUTs a file to a pre-signed URL, streaming, with a Content-Length.
 *
 * @param preSignedUrl - As `getPreSignedUrl` returned it.
 * @param path - A regular file of 1 byte to 5 GiB.
 * @returns how much went where, or an error of kind `invalid-input`, `file`, `storage`, `network`, `timeout`
 * or `aborted`. It never throws. An expired URL is an error; `uploadFile` replaces it.
 */
export function putFile(
  preSignedUrl: PreSignedUrl,
  path: string,
  options: UploadOptions = {},
): Promise<Result<Upload>> {
  return settle(options, (checked, signal) =>
    upload(async () => ({ data: preSignedUrl }), false, path, checked, signal),
  );
}

/**
 * Asks for a URL and PUTs a file to it. The file is looked at before the URL is asked for, and a URL that
 * the storage calls expired is replaced by a new one.
 *
 * @param requestUrl - For example `(options) => cfc.getPreSignedUrl(input, options)`. It may take 2 minutes.
 * @returns as `putFile`, or the error that `requestUrl` returned.
 */
export function uploadFile(requestUrl: RequestUrl, path: string, options: UploadOptions = {}): Promise<Result<Upload>> {
  const nextUrl = async (signal: AbortSignal): Promise<Result<PreSignedUrl>> => {
    let outcome: unknown;
    try {
      outcome = await within<unknown>(REQUEST_URL_MS, signal, (inner) => requestUrl({ signal: inner }));
    } catch {
      throw invalidInput("requestUrl", "must be a function that returns a result; it threw");
    }
    const error = isClearError(outcome) ? outcome : member(outcome, "error");
    if (isClearError(error)) return { error };
    const data = member(outcome, "data");
    if (!data) throw invalidInput("requestUrl", "must return a result, as getPreSignedUrl does");
    return { data: data as PreSignedUrl };
  };
  return settle(options, (checked, signal) => upload(nextUrl, true, path, checked, signal));
}
