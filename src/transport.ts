import { type Api, clearError, type NetworkError, networkError, type UnexpectedResponseError } from "./errors.js";
import type { CheckedOptions } from "./options.js";
import { redact, redactValue, type Secrets } from "./redact.js";
import { retryAfterMs } from "./retry.js";

/** Longest body that is read, in bytes, after decompression. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUSES = [429, 502, 503, 504];
const NO_HEADERS = new Headers();
const MAX_SHOWN_TEXT = 1000;
const MAX_SHOWN_CONTENT_TYPE = 200;

/** A body's chunks, whether it is a web stream or, as with node-fetch, one of Node's. */
function chunksOf(body: ReadableStream<Uint8Array> & Partial<AsyncIterable<Uint8Array>>) {
  if (typeof body.getReader === "function") {
    const reader = body.getReader();
    return { next: () => reader.read(), stop: () => reader.cancel() };
  }
  const iterator = body[Symbol.asyncIterator]();
  return { next: () => iterator.next(), stop: () => iterator.return?.() };
}

/** The body as a string; undefined where it is too long. */
async function readBody(response: Response): Promise<string | undefined> {
  // Runtimes without streams have only the whole text.
  if (!response.body) return await response.text();
  const chunks = chunksOf(response.body);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await chunks.next();
    if (done) return decodeUtf8(parts, length);
    parts.push(value);
    length += value.length;
    if (length > MAX_BODY_BYTES) {
      await chunks.stop();
      return undefined;
    }
  }
}

/** Decodes once, at the end: decoding each part as it comes is several times slower. */
function decodeUtf8(parts: readonly Uint8Array[], length: number): string {
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return new TextDecoder().decode(bytes);
}

/** One attempt of a request: the `fetch` that openapi-fetch is given, and what came of it. */
export class Transport {
  readonly #api: Api;
  readonly #options: CheckedOptions;
  readonly #secrets: Secrets;
  readonly #attempt: number;
  #contentType: string | null = null;
  /** Undefined until a response has come. */
  status: number | undefined;
  /** The whole body. */
  text = "";
  /** How long the server asks to wait before the next attempt, in milliseconds. */
  retryAfterMs = 0;
  /** The start of the attempt, milliseconds since the epoch. */
  readonly requestedAt = Date.now();
  /** The server's own time of the response, NaN where it has none. */
  respondedAt = Number.NaN;

  constructor(api: Api, options: CheckedOptions, secrets: Secrets, attempt: number) {
    this.#api = api;
    this.#options = options;
    this.#secrets = secrets;
    this.#attempt = attempt;
  }

  /**
   * Sends a request and reads its response whole, within a limit, so that what openapi-fetch reads is there.
   *
   * @throws {NetworkError | UnexpectedResponseError}
   */
  async fetch(request: Request, signal: AbortSignal): Promise<Response> {
    const { onEvent } = this.#options;
    const event = { api: this.#api, attempt: this.#attempt };
    const startedAt = performance.now();
    onEvent?.({ type: "request", ...event, url: request.url });
    const { status, text } = await this.#send(request, signal);
    onEvent?.({ type: "response", ...event, status, durationMs: Math.round(performance.now() - startedAt) });
    if (text === undefined) throw this.unexpected("a body of more than 1 MiB");
    this.text = text;
    // All that openapi-fetch reads of a response. A real one would encode the text, only to decode it again.
    return { status, ok: status >= 200 && status < 300, headers: NO_HEADERS, text: async () => text } as Response;
  }

  async #send(request: Request, signal: AbortSignal) {
    try {
      const response = await this.#options.fetch(request.url, {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        body: (await request.text()) || null,
        // Neither a token nor a file name follows a redirect to another host.
        redirect: "manual",
        signal,
      });
      const header = (name: string) => response.headers.get(name) ?? "";
      this.#contentType = header("content-type") || null;
      this.respondedAt = Date.parse(header("date"));
      this.retryAfterMs = retryAfterMs(header("retry-after"), this.respondedAt);
      const text = await readBody(response);
      this.status = response.status;
      return { status: response.status, text };
    } catch (cause) {
      throw networkError(this.#options.baseUrl.host, cause);
    }
  }

  /** The error for what openapi-fetch threw: it could not build the request, or the body of a success is not JSON. */
  failure(cause: unknown): NetworkError | UnexpectedResponseError {
    return this.status === undefined ? networkError(this.#options.baseUrl.host, cause) : this.unexpected();
  }

  /** A body without secrets, and its text. JSON is redacted as parsed, so that no escape hides a secret. */
  redacted(body: unknown): { readonly body: unknown; readonly text: string } {
    const redactedBody = redactValue(body, this.#secrets);
    const isJson = typeof body === "object" && body !== null;
    return {
      body: redactedBody,
      text: isJson ? JSON.stringify(redactedBody) : redact(this.text, this.#secrets.tokens),
    };
  }

  /** The error for a response outside the contract. */
  unexpected(problem = "not a documented response", body?: unknown): UnexpectedResponseError {
    const status = this.status ?? 0;
    const contentType =
      this.#contentType && redact(this.#contentType, this.#secrets.tokens).slice(0, MAX_SHOWN_CONTENT_TYPE);
    const { text } = this.redacted(body);
    return clearError<UnexpectedResponseError>(
      `${this.#api.toUpperCase()} responded with ${status} ${contentType ?? "and no content type"}: ${problem}.`,
      { kind: "unexpected-response", api: this.#api, status, contentType, text: text.slice(0, MAX_SHOWN_TEXT) },
      RETRYABLE_STATUSES.includes(status),
    );
  }
}
