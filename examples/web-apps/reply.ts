import type { ServerResponse } from "node:http";
import type { ClearError, FileError, Result } from "clear-presign";
import type { Upload } from "clear-presign/upload";
import { MAX_BYTES } from "./clear.js";

/** What the user gets, as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

const fail = (status: number, error: string): Reply => ({ status, body: { error } });

export const NO_FILE = fail(400, 'The form must have a file in its field "file".');
export const NOT_A_FORM = fail(400, "The body must be a complete form of type multipart/form-data.");
export const TOO_LARGE = fail(413, `The file must have at most ${MAX_BYTES} bytes.`);
export const NOT_FOUND = fail(404, "Not found.");

const FILE_STATUS: Record<FileError["reason"], number> = {
  empty: 400,
  unreadable: 400, // the body is malformed or ended early
  "too-large": 413,
  "content-mismatch": 422,
  // Not the user's file, but one that you passed as `path`.
  missing: 500,
  "not-regular": 500,
  changed: 500,
  // The disk is full, or its folder is not writable.
  "temporary-file": 500,
};

/** What the user fills in. Any other invalid field is a mistake of yours. */
const USER_FIELDS = ["file", "stream", "fileName"];

export function statusOf(error: ClearError): number {
  switch (error.kind) {
    case "invalid-input":
      return USER_FIELDS.includes(error.field) ? 400 : 500;
    case "file":
      return FILE_STATUS[error.reason];
    case "callback":
      return error.retryable ? 503 : 500;
    // Clear or its storage. Never its own 401 or 403: your user is logged in; your token was rejected.
    case "api":
    case "unexpected-response":
    case "network":
    case "storage":
      return error.retryable ? 503 : 502;
    case "timeout":
      return 504;
    case "aborted":
      return 499; // for the log: the client is gone
  }
}

export function errorReply(error: ClearError): Reply {
  const status = statusOf(error);
  if (status < 500) return fail(status, error.message);
  // Without secrets. A `cause` is left out.
  console.error(JSON.stringify(error));
  return fail(status, status === 503 || status === 504 ? "Please try again later." : "The file could not be uploaded.");
}

export function replyTo({ data, error }: Result<Upload, ClearError>): Reply {
  return error ? errorReply(error) : { status: 201, body: { bytes: data.bytes } };
}

/** Rejects a body of unknown length or that is too long. The server holds the client to the length. */
export function checkLength(contentLength: string | null | undefined): Reply | undefined {
  if (!contentLength) return fail(411, "The request must have a Content-Length.");
  return Number(contentLength) <= MAX_BYTES ? undefined : TOO_LARGE;
}

/** A signal that is aborted when the client disconnects. */
export function disconnected(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.closed) controller.abort();
  response.once("close", () => controller.abort());
  return controller.signal;
}
