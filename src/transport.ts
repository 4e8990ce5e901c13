import { type Api, clearError, type NetworkError, networkError, type UnexpectedResponseError } from "./errors.js";
import type { CheckedOptions } from "./options.js";
import { redact, redactValue, type Secrets } from "./redact.js";
import { retryAfterMs } from "./retry.js";

/** Longest body that is read, in bytes, after decompression. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUSES = [429, 502, 503, 504];
/** The methods of which a `Request` may not have a body. */
const METHODS_WITHOUT_BODY = ["GET", "HEAD"];
const MAX_SHOWN_TEXT = 1000;
const MAX_SHOWN_CONTENT_TYPE = 200;

/** The body as a string; undefined where it is too long. */
async function readBody(response: Response): Promise<string | undefined> {
  // Where bodies are not web streams, as with node-fetch, they can only be had whole.
  if (typeof response.body?.getReader !== "function") {
    const text = await response.text();
    return text.length > MAX_BODY_BYTES ? undefined : text;
  }
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > MAX_BODY_BYTES) {
      await reader.cancel();
      return undefined;
    }
  }
  // Decoded at the end: doing so chunk by chunk is several times slower.
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
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
  /** 0 until a response has been read. */
  status = 0;
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
   * @throws {UnexpectedResponseError} where the body is too long, or what the injected `fetch` throws.
   */
  async fetch(request: Request, signal: AbortSignal): Promise<Response> {
    const { onEvent } = this.#options;
    const event = { api: this.#api, attempt: this.#attempt };
    const startedAt = performance.now();
    onEvent?.({ type: "request", ...event, url: request.url });
    const response = await this.#options.fetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: METHODS_WITHOUT_BODY.includes(request.method) ? null : await request.text(),
      // Neither a token nor a file name follows a redirect to another host.
      redirect: "manual",
      signal,
    });
    const header = (name: string) => response.headers.get(name) ?? "";
    this.#contentType = header("content-type") || null;
    this.respondedAt = Date.parse(header("date"));
    this.retryAfterMs = retryAfterMs(header("retry-after"), this.respondedAt);
    const text = await readBody(response);
    const { status } = response;
    this.status = status;
    onEvent?.({ type: "response", ...event, status, durationMs: Math.round(performance.now() - startedAt) });
    if (text === undefined) throw this.unexpected("a body of more than 1 MiB");
    this.text = text;
    // All that openapi-fetch reads of a response. A real one would encode the text, only to decode it again.
    return { status, ok: status >= 200 && status < 300, headers: new Headers(), text: async () => text } as Response;
  }

  /** The error for what the call of openapi-fetch's client threw: no whole response, or a success that is not JSON. */
  failure(cause: unknown): NetworkError | UnexpectedResponseError {
    return this.status === 0 ? networkError(this.#options.baseUrl.host, cause) : this.unexpected();
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
    const { status } = this;
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
