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

/** The maximum length of a body, in characters, after decompression. */
const MAX_BODY_LENGTH = 1024 * 1024;
/** Statuses after which the same request may succeed later. */
const RETRYABLE_STATUSES = [429, 502, 503, 504];
const MAX_SHOWN_TEXT = 1000;
const MAX_SHOWN_CONTENT_TYPE = 200;

/** Reads the body as a string. A stream is read only up to the limit. */
async function readBody(response: Response): Promise<string> {
  // Bodies that are not web streams, such as node-fetch's, can only be read whole.
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

/** The attempt, and what it needs. */
interface Context {
  readonly api: Api;
  readonly attempt: number;
  readonly options: CheckedOptions;
  readonly secrets: Secrets;
}

/** One attempt of a request: the `fetch` passed to openapi-fetch, and its outcome. */
export class Transport implements Received {
  readonly #context: Context;
  #contentType = "";
  /** 0 until a response has been read. */
  status = 0;
  /** The whole body. */
  text = "";
  /** The delay that the server requested before the next attempt, in milliseconds. */
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
   * Sends a request and reads the whole response, within a limit, so openapi-fetch never waits for a body.
   *
   * @throws {UnexpectedResponseError} If the body is too long. Also throws whatever the injected `fetch` throws.
   */
  async fetch(request: Request, signal: AbortSignal): Promise<Response> {
    const { api, attempt, options } = this.#context;
    const startedAt = performance.now();
    options.onEvent?.({ type: "request", api, attempt, url: request.url });
    const response = await options.fetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      // A GET must not have even an empty body, and in Firefox `request.body` is undefined.
      body: request.body === null ? null : (await request.text()) || null,
      // Keeps the token and the file name from being sent to another host.
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
    // Only what openapi-fetch reads. A real Response would encode the text only to decode it again.
    return { status, ok, headers: new Headers(), text: async () => text } as Response;
  }

  /**
   * Returns the error of a failed attempt. Anything but a `ClearError` was thrown by openapi-fetch's client, because
   * there is no complete response or a success is not JSON.
   */
  failure(cause: unknown): ClearError {
    if (isClearError(cause)) return cause;
    return this.status === 0 ? networkError(this.#context.options.baseUrl.host, cause) : this.unexpected();
  }

  /** Redacts a body and its text. JSON is redacted after parsing, so escapes cannot hide a secret. */
  redacted(body: unknown): { readonly body: unknown; readonly text: string } {
    const { secrets } = this.#context;
    const redactedBody = redactValue(body, secrets);
    const isJson = typeof body === "object" && body !== null;
    return { body: redactedBody, text: isJson ? JSON.stringify(redactedBody) : redact(this.text, secrets.token) };
  }

  /** Builds the error for an undocumented response. */
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
