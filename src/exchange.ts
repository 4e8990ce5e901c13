import type { AbortedError, ClearError, NetworkError, UnexpectedResponseError } from "./errors.js";
import { clearError, invalidInput, isClearError } from "./errors.js";
import {
  type AuthToken,
  type CallOptions,
  type CheckedOptions,
  checkFields,
  checkSignal,
  checkToken,
} from "./input.js";
import { type PreSignedUrl, preSignedUrl } from "./pre-signed-url.js";
import { REDACTED, redact } from "./redact.js";
import type { Result } from "./result.js";
import { backoffMs, pause, within } from "./wait.js";

/** Longest body that is read, in bytes, after decompression. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Names this package to the server; the version is that of package.json. */
const USER_AGENT = "clear-presign/0.1.0";

/** An HTTP answer, read to its end. */
export interface Answer {
  readonly api: "cfc" | "gls";
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

/** What differs between the two APIs. */
export interface Endpoint {
  readonly api: "cfc" | "gls";
  /** The documented life of a URL in seconds. */
  readonly lifeSeconds: number;
  /** Reads an answer: the URL, or why there is none. `clean` removes the secrets of a text. Pure. */
  readonly decode: (answer: Answer, clean: (text: string) => string) => Result<string>;
}

/** A member of a value that may be anything. */
export function member(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** Parses JSON; undefined where the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message for an answer that has none of its own: its status and the start of its text. */
export function answered({ api, status }: Answer, safeText: string): string {
  return `${api.toUpperCase()} answered ${status}: ${safeText.trim().slice(0, 200) || "no text"}`;
}

/** The error for an answer outside the contract. */
export function unexpectedResponse(
  { api, status, contentType, text }: Answer,
  clean: (text: string) => string,
  why = "which is not documented",
): UnexpectedResponseError {
  return clearError(
    `${api.toUpperCase()} answered ${status}, ${why}.`,
    {
      kind: "unexpected-response",
      api,
      status,
      contentType: contentType && clean(contentType),
      text: clean(text).slice(0, 1000),
    },
    status === 429 || (status >= 502 && status <= 504),
  );
}

async function readBody(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
    if (bytes > MAX_BODY_BYTES) {
      await reader.cancel();
      return undefined;
    }
  }
  return text + decoder.decode();
}

/** The error for a failure below HTTP. Of the runtime's error only its code is taken, wherever it is. */
export function networkError(host: string, cause: unknown): NetworkError {
  let code: string | null = null;
  for (let at = cause, depth = 0; at && !code && depth < 5; at = member(at, "cause"), depth++) {
    const found = member(at, "code");
    if (typeof found === "string" && /^[A-Z][A-Z0-9_]+$/.test(found)) code = found;
  }
  return clearError(`No whole answer from ${host}${code ? `: ${code}` : ""}.`, { kind: "network", code }, true);
}

/** Retry-After in milliseconds, in seconds or as a date by the server's own clock. */
function retryAfterMs(headers: Headers): number {
  const value = headers.get("retry-after") ?? "";
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Only what HTTP calls a date: Date.parse takes far more for one.
  if (!/ GMT$/.test(value)) return 0;
  return Date.parse(value) - (Date.parse(headers.get("date") ?? "") || Date.now()) || 0;
}

/**
 * Sends a GET until it has a final result: retries exactly what is `retryable`, within the limits.
 * Always returns.
 */
async function send(
  request: Request,
  contentType: string,
  endpoint: Endpoint,
  options: CheckedOptions,
  secrets: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result<PreSignedUrl>> {
  const { host, hostname } = new URL(request.url);
  const { api } = endpoint;
  const clean = (text: string) => redact(text, secrets);
  const headers = Object.fromEntries(request.headers);
  // In a page the browser's own name stays: another one would be a header that the API has to allow.
  if (!("document" in globalThis)) headers["user-agent"] = USER_AGENT;
  const deadline = Date.now() + options.totalTimeoutMs;

  for (let attempt = 1; ; attempt++) {
    const requestedAt = Date.now();
    let waitMs = backoffMs(attempt);
    const attemptOnce = async (attemptSignal: AbortSignal): Promise<Result<PreSignedUrl>> => {
      const response = await options.fetch(request.url, {
        headers,
        // Neither a token nor a file name follows a redirect to another host.
        redirect: "manual",
        signal: attemptSignal,
      });
      waitMs = Math.max(waitMs, retryAfterMs(response.headers));
      const text = await readBody(response);
      const durationMs = Date.now() - requestedAt;
      options.onEvent({ type: "response", api, attempt, status: response.status, durationMs });
      const answer = {
        api,
        status: response.status,
        contentType: response.headers.get("content-type"),
        text: text ?? "",
      };
      if (text === undefined) {
        return { error: unexpectedResponse(answer, clean, "with a body of more than 1 MiB") };
      }
      const { data, error } = endpoint.decode(answer, clean);
      if (error) return { error };
      const answeredAt = Date.parse(response.headers.get("date") ?? "");
      const url = preSignedUrl(data, contentType, hostname, endpoint.lifeSeconds, requestedAt, answeredAt);
      if (typeof url !== "string") return { data: url };
      // Whatever the URL is, it was meant as a secret.
      const withoutUrl = (text: string) => clean(text.replaceAll(JSON.stringify(data), REDACTED));
      return { error: unexpectedResponse(answer, withoutUrl, `but ${url}`) };
    };

    options.onEvent({ type: "request", api, attempt, url: request.url });
    let error: ClearError;
    try {
      const timeoutMs = Math.max(1, Math.min(options.timeoutMs, deadline - requestedAt));
      const outcome = await within(timeoutMs, signal, attemptOnce);
      if (isClearError(outcome)) error = outcome;
      else if (outcome.error) error = outcome.error;
      else return outcome;
    } catch (cause) {
      error = networkError(host, cause);
    }
    if (!error.retryable || attempt >= options.maxAttempts || Date.now() + waitMs >= deadline) return { error };
    options.onEvent({ type: "retry", api, attempt, waitMs, error });
    const aborted = await pause(waitMs, signal);
    if (aborted) return { error: aborted };
  }
}

/** Gives the token that a function or a text stands for. */
async function readToken(
  authToken: AuthToken,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string | AbortedError> {
  if (typeof authToken === "string") return authToken;
  let token: unknown;
  try {
    token = await within<unknown>(timeoutMs, signal, authToken);
  } catch {
    throw invalidInput("authToken", "is a function that threw; it must give a text");
  }
  if (isClearError(token)) {
    if (token.kind === "aborted") return token;
    throw invalidInput("authToken", `is a function that gave nothing within ${timeoutMs} ms`);
  }
  return checkToken("authToken", token);
}

/** A checked request: what the storage will be told, and how to build and send the GET. */
export interface Prepared {
  readonly contentType: string;
  /** Builds the request and hands it to `fetch`. */
  readonly build: (token: string, fetch: (request: Request) => Promise<Response>) => Promise<unknown>;
}

/** One call of a client, from its input to its result. `prepare` checks the input and throws what is wrong. */
export async function exchange(
  endpoint: Endpoint,
  options: CheckedOptions,
  callOptions: CallOptions,
  prepare: () => Prepared,
): Promise<Result<PreSignedUrl>> {
  try {
    checkFields("call options", callOptions, ["signal"]);
    const signal = checkSignal(callOptions.signal);
    const { contentType, build } = prepare();
    const token = await readToken(options.authToken, options.timeoutMs, signal);
    if (typeof token !== "string") return { error: token };
    let result: Result<PreSignedUrl> | undefined;
    await build(token, async (request) => {
      result = await send(request, contentType, endpoint, options, [token], signal);
      // openapi-fetch built the request; its reading of answers loses what a failure needs, so it gets none.
      return new Response(null, { status: 204 });
    });
    return result as Result<PreSignedUrl>;
  } catch (error) {
    // What is not ours was thrown while reading the caller's objects, by a getter or a proxy.
    return { error: isClearError(error) ? error : invalidInput("input", "could not be read") };
  }
}
