import {
  type Api,
  type ClearError,
  clearError,
  isClearError,
  networkError,
  type UnexpectedResponseError,
} from "./errors.js";
import type { CheckedOptions } from "./options.js";
import { redact, redactValue, type Secrets } from "./redact.js";
import type { Received } from "./response.js";
import { retryAfterMs } from "./retry.js";

/** Longest body that is read, in characters, after decompression. */
const MAX_BODY_LENGTH = 1024 * 1024;
/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUSES = [429, 502, 503, 504];
const MAX_SHOWN_TEXT = 1000;
const MAX_SHOWN_CONTENT_TYPE = 200;

/** The body as a string. A stream is not read further than to the limit. */
async function readBody(response: Response): Promise<string> {
  // Where bodies are not web streams, as with node-fetch, they can only be had whole.
  if (!response.body?.getReader) return await response.text();
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.length <= MAX_BODY_LENGTH) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

/** Which attempt it is, and what it needs. */
interface Context {
  readonly api: Api;
  readonly attempt: number;
  readonly options: CheckedOptions;
  readonly secrets: Secrets;
}

/** One attempt of a request: the `fetch` that openapi-fetch is given, and what came of it. */
export class Transport implements Received {
  readonly #context: Context;
  #contentType = "";
  /** 0 until a response has been read. */
  status = 0;
  /** The whole body. */
  text = "";
  /** How long the server asks to wait before the next attempt, in milliseconds. */
  retryAfterMs = 0;
  readonly requestedAt = Date.now();
  respondedAt = Number.NaN;

  constructor(context: Context) {
    this.#context = context;
  }

  get hostname(): string {
    return this.#context.options.baseUrl.hostname;
  }

  /**
   * Sends a request and reads its response whole, within a limit, so that what openapi-fetch reads is there.
   *
   * @throws {UnexpectedResponseError} where the body is too long, or what the injected `fetch` throws.
   */
  async fetch(request: Request, signal: AbortSignal): Promise<Response> {
    const { api, attempt, options } = this.#context;
    const startedAt = performance.now();
    options.onEvent?.({ type: "request", api, attempt, url: request.url });
    const response = await options.fetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      // A GET may have none, not even an empty one, and Firefox has no `body` of a request.
      body: request.body === null ? null : (await request.text()) || null,
      // Neither a token nor a file name follows a redirect to another host.
      redirect: "manual",
      signal,
    });
    const header = (name: string) => response.headers.get(name) ?? "";
    this.#contentType = header("content-type");
    this.respondedAt = Date.parse(header("date"));
    this.retryAfterMs = retryAfterMs(header("retry-after"), this.respondedAt);
    const text = await readBody(response);
    const { status, ok } = response;
    this.status = status;
    const durationMs = Math.round(performance.now() - startedAt);
    options.onEvent?.({ type: "response", api, attempt, status, durationMs });
    if (text.length > MAX_BODY_LENGTH) throw this.unexpected("a body of more than 1 MiB");
    this.text = text;
    // All that openapi-fetch reads of a response. A real one would encode the text, only to decode it again.
    return { status, ok, headers: new Headers(), text: async () => text } as Response;
  }

  /**
   * The error for what ended the attempt: one of this package, or what the call of openapi-fetch's client threw, where
   * there is no whole response or a success that is not JSON.
   */
  failure(cause: unknown): ClearError {
    if (isClearError(cause)) return cause;
    return this.status === 0 ? networkError(this.#context.options.baseUrl.host, cause) : this.unexpected();
  }

  /** A body without secrets, and its text. JSON is redacted as parsed, so that no escape hides a secret. */
  redacted(body: unknown): { readonly body: unknown; readonly text: string } {
    const { secrets } = this.#context;
    const redactedBody = redactValue(body, secrets);
    const isJson = typeof body === "object" && body !== null;
    return { body: redactedBody, text: isJson ? JSON.stringify(redactedBody) : redact(this.text, secrets.token) };
  }

  /** The error for a response outside the contract. */
  unexpected(problem = "not a documented response", body?: unknown): UnexpectedResponseError {
    const { api, secrets } = this.#context;
    const { status } = this;
    const contentType = redact(this.#contentType, secrets.token).slice(0, MAX_SHOWN_CONTENT_TYPE) || null;
    const text = this.redacted(body).text.slice(0, MAX_SHOWN_TEXT);
    return clearError<UnexpectedResponseError>(
      `${api.toUpperCase()} responded with ${status} ${contentType ?? "without content type"}: ${problem}.`,
      { kind: "unexpected-response", api, status, contentType, text },
      RETRYABLE_STATUSES.includes(status),
    );
  }
}
