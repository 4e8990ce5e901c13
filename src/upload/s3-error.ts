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

/** S3's codes after which the same PUT may succeed later, whatever the status. */
const RETRYABLE_CODES = ["InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"];

/** What to do about S3 errors that are not retryable. */
const CURES: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: "what was sent is not what was signed; request a new URL and send exactly its headers",
  AccessDenied: "the URL does not allow this PUT; request a new one, and use it unchanged",
  InvalidAccessKeyId: "the key that signed the URL is no longer valid; request a new one",
  NoSuchBucket: "the bucket of the URL does not exist; check the environment, and request a new one",
  EntityTooLarge: "the file is larger than the storage takes; split it",
};

/** What to do about statuses of proxies. Their bodies are often HTML pages. */
const STATUS_CURES: Readonly<Record<number, string>> = {
  407: "a proxy requires credentials; add them to the URL of the proxy",
  413: "the file is too large for the storage or for a proxy; split it, or have the proxy's limit raised",
};

const HTML = "an HTML page";

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
  if (typeof text !== "string" || !pattern.test(text)) return null;
  const { search, searchParams } = new URL(url);
  const query = [search, ...searchParams.values()].join("\n");
  return query.includes(text.replaceAll('"', "")) ? null : text;
}

/** Names what a body is; null if it is blank. */
function bodyKind({ headers, text }: StorageResponse): string | null {
  const type = headers["content-type"] ?? "";
  const body = text.trim();
  if (body === "") return null;
  if (/html/i.test(type) || /^<(?:!doctype\s+html|html|head|body)\b/i.test(body)) return HTML;
  if (body.startsWith("<")) return "an XML document";
  return /json/i.test(type) || /^[[{]/.test(body) ? "JSON" : "text";
}

/**
 * Checks whether a response proves that the file is stored. S3 responds with an empty 200; a proxy can respond with a
 * page of its own, and with 200.
 */
export function isStored(response: StorageResponse): boolean {
  return response.status === 200 && bodyKind(response) === null;
}

/** Returns the ETag of a stored file as received: S3's is in quotes. Null if there is none. */
export function etagOf({ headers }: StorageResponse, preSignedUrl: PreSignedUrl): string | null {
  return word(headers.etag, /^("?)[\w.:/+=-]{1,63}\1$/, preSignedUrl);
}

/** Returns what to do about an error of the storage. Undefined if something else seems to have responded. */
function cureOf(status: number, code: string | null, retryable: boolean, isHtml: boolean): string | undefined {
  if (status === 200) return undefined;
  if (retryable) return "it may take the same file later";
  const known = (code && CURES[code]) || STATUS_CURES[status];
  if (known || isHtml) return known;
  if (status >= 300 && status < 400) return "redirects are not followed; request a new URL";
  return "request a new URL; repeating the PUT cannot help";
}

/** Builds the error for a response that is not a success. Keeps only S3's code: the rest may contain signed data. */
export function storageError(response: StorageResponse, preSignedUrl: PreSignedUrl): StorageError {
  const { status, headers, text } = response;
  const { Code = "", Message = "" } = readError(text);
  const code = word(Code, /^[A-Z][A-Za-z]{1,63}$/, preSignedUrl);
  // 16 characters from S3, up to 60 from other storages.
  const requestId = word(headers["x-amz-request-id"], /^[\w.:/+=-]{1,63}$/, preSignedUrl);
  const kind = bodyKind(response);
  const denied = (status === 400 || status === 403) && (code === null || code === "AccessDenied") && kind !== HTML;
  const late = Date.now() >= preSignedUrl.expiresAt.getTime();
  const expired = code === "ExpiredToken" || (denied && (late || /\bexpired\b/i.test(Message)));
  // What responded in place of the storage will do so again.
  const retryable =
    !expired &&
    (RETRYABLE_STATUSES.includes(status) || status >= 500 || (code !== null && RETRYABLE_CODES.includes(code)));
  const { date = "", "retry-after": retryAfter = "" } = headers;
  const cure = expired
    ? "the URL is no longer valid; request a new one"
    : cureOf(status, code, retryable, kind === HTML);
  const name = `${status}${code ? ` ${code}` : ""}`;
  return clearError<StorageError>(
    cure === undefined
      ? `The response was ${name} with ${kind}, where the storage sends none: a proxy or firewall between you and the storage may have responded; let PUTs to ${new URL(preSignedUrl.url).host} pass there.`
      : `The storage responded with ${name}: ${cure}.`,
    { kind: "storage", status, code, expired, requestId, retryAfterMs: retryAfterMs(retryAfter, Date.parse(date)) },
    retryable,
  );
}
