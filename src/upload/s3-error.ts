import type { IncomingHttpHeaders } from "node:http";
import sax from "sax";
import { clearError, type StorageError } from "../errors.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { RETRYABLE_STATUSES, retryAfterMs } from "../retry.js";

/** The maximum length of a body that is read, in characters. S3's bodies have a twentieth of it. */
export const MAX_BODY_LENGTH = 65536;

/** Any response of the storage. */
export interface StorageResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What to do about S3 errors that are not retryable. */
const CURES: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: "what was sent is not what was signed; request a new URL and send exactly its headers",
  AccessDenied: "the URL does not allow this PUT; request a new one, and use it unchanged",
  InvalidAccessKeyId: "the key that signed the URL is no longer valid; request a new one",
  NoSuchBucket: "the bucket of the URL does not exist; check the environment, and request a new one",
  EntityTooLarge: "the file is larger than the storage takes; split it",
};

/** Reads Code and Message of S3's `<Error>`, as far as the text can be parsed. Never throws. */
function readError(text: string): { Code?: string; Message?: string } {
  const found: Record<string, string> = {};
  const path: string[] = [];
  let content = "";
  const parser = sax.parser(true);
  parser.onopentag = ({ name }) => {
    path.push(name);
    content = "";
  };
  parser.ontext = parser.oncdata = (part) => {
    content += part;
  };
  parser.onclosetag = (name) => {
    if (path.length === 2 && path[0] === "Error") found[name] ??= content;
    path.pop();
  };
  parser.onerror = (error) => {
    throw error;
  };
  try {
    parser.write(text.slice(0, MAX_BODY_LENGTH));
  } catch {
    // Whatever was read before the error is kept.
  }
  return found;
}

/** Returns a word from the storage, unless it occurs in the URL's query: then it may echo the signature. */
function word(text: unknown, pattern: RegExp, { url }: PreSignedUrl): string | null {
  return typeof text === "string" && pattern.test(text) && !new URL(url).search.includes(text) ? text : null;
}

/** Builds the error for any status but 200. Keeps only S3's code: the rest of the body may contain signed data. */
export function storageError({ status, headers, text }: StorageResponse, preSignedUrl: PreSignedUrl): StorageError {
  const { Code = "", Message = "" } = readError(text);
  const code = word(Code, /^[A-Z][A-Za-z]{1,63}$/, preSignedUrl);
  // 16 characters from S3, up to 60 from other storages.
  const requestId = word(headers["x-amz-request-id"], /^[\w.:/+=-]{1,63}$/, preSignedUrl);
  const denied = (status === 400 || status === 403) && (code === null || code === "AccessDenied");
  const late = Date.now() >= preSignedUrl.expiresAt.getTime();
  const expired = code === "ExpiredToken" || (denied && (late || /\bexpired\b/i.test(Message)));
  const retryable =
    RETRYABLE_STATUSES.includes(status) || status >= 500 || code === "SlowDown" || code === "RequestTimeout";
  const { date = "", "retry-after": retryAfter = "" } = headers;
  const cure = expired
    ? "the URL is no longer valid; request a new one"
    : retryable
      ? "it may take the same file later"
      : status >= 300 && status < 400
        ? "redirects are not followed; request a new URL"
        : ((code && CURES[code]) ?? "request a new URL; repeating the PUT cannot help");
  return clearError<StorageError>(
    `The storage responded with ${status}${code ? ` ${code}` : ""}: ${cure}.`,
    { kind: "storage", status, code, expired, requestId, retryAfterMs: retryAfterMs(retryAfter, Date.parse(date)) },
    retryable && !expired,
  );
}
