import { isClearError } from "./errors.js";
import { checkResponse, type Fetch, fetchError } from "./fetch.js";
import { retryAfterMs } from "./retry.js";

/** The maximum size of a body that is read, in bytes, after decompression. */
const MAX_BODY_BYTES = 1024 * 1024;

/** A response that was read completely. */
export interface HttpResponse {
  readonly status: number;
  /** Empty if the response has none. */
  readonly contentType: string;
  /** Empty if the body is longer than 1 MiB. */
  readonly text: string;
  /** The body as JSON; undefined if it is not JSON. */
  readonly body: unknown;
  /** Whether the body is longer than 1 MiB. */
  readonly tooLong: boolean;
  /** The delay that the server requested before the next attempt, in milliseconds; null if none. */
  readonly retryAfterMs: number | null;
  /** The start of the request, in milliseconds since the epoch. */
  readonly requestedAt: number;
  /** The server's time of the response, in milliseconds since the epoch; NaN if unknown. */
  readonly respondedAt: number;
  /** How long caches have held the response, in seconds; 0 if unknown. */
  readonly ageSeconds: number;
}

/** Reads the body as a string, a stream only up to the limit. Returns undefined if it is longer. */
async function readBody(response: Response): Promise<string | undefined> {
  // Bodies that are not web streams, such as node-fetch's, can only be read whole.
  if (typeof response.body?.getReader !== "function") {
    const text = String(await response.text());
    return text.length <= MAX_BODY_BYTES ? text : undefined;
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    // An empty chunk counts too, so that a stream of them ends.
    bytes += value.byteLength || 1;
    if (bytes > MAX_BODY_BYTES) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The options of a request, as plain values that any `fetch` understands. */
async function initOf(request: Request, signal: AbortSignal): Promise<RequestInit> {
  return {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    // A GET must not have even an empty body, and in Firefox `request.body` is undefined.
    body: request.body === null ? null : (await request.text()) || null,
    // Keeps the token and the file name from being sent to another host.
    redirect: "manual",
    // A cached URL may have expired. A runtime without this option may throw on it.
    ...("cache" in request && { cache: "no-store" }),
    signal,
  };
}

/**
 * Sends a request and reads the whole response.
 *
 * @throws {NetworkError | CallbackError} If the request failed, or `fetch` does not behave like fetch.
 */
export async function exchange(fetch: Fetch, request: Request, signal: AbortSignal): Promise<HttpResponse> {
  const requestedAt = Date.now();
  try {
    const response = checkResponse(await fetch(request.url, await initOf(request, signal)));
    const header = (name: string) => String(response.headers.get(name) ?? "");
    const respondedAt = Date.parse(header("date"));
    const text = await readBody(response);
    return {
      status: response.status,
      contentType: header("content-type"),
      text: text ?? "",
      body: parsedJson(text ?? ""),
      tooLong: text === undefined,
      retryAfterMs: retryAfterMs(header("retry-after"), respondedAt),
      requestedAt,
      respondedAt,
      ageSeconds: Number.parseInt(header("age"), 10) || 0,
    };
  } catch (thrown) {
    throw isClearError(thrown) ? thrown : fetchError(new URL(request.url).host, thrown);
  }
}
