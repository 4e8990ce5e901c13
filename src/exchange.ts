import { createFinalURL } from "openapi-fetch";
import type { paths } from "../generated/openapi.js";
import type { CfcApiError, ClearError, GlsApiError, NetworkError } from "./errors.js";
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

/** What differs between the two APIs. */
export interface Endpoint {
  readonly api: "cfc" | "gls";
  readonly tokenHeader: string;
  /** The documented life of a URL in seconds. */
  readonly lifeSeconds: number;
  /**
   * Reads an answer: its URL, the refusal that it is, or undefined where it is outside the contract. Pure.
   *
   * @param body - The body as JSON; undefined where it is none.
   * @param safe - The same without secrets, and `safeText` its text.
   */
  readonly decode: (
    status: number,
    body: unknown,
    safe: unknown,
    safeText: string,
  ) => string | CfcApiError | GlsApiError | undefined;
}

/** JSON that should be a T: what is there, and whether it fits, is for the reader to see. */
export type Untrusted<T> = T extends object
  ? { readonly [K in keyof T]?: Untrusted<NonNullable<T[K]>> } | null
  : unknown;

/** A GET without its token. */
interface GetRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** A checked request. */
export interface Prepared extends GetRequest {
  /** What the storage will be told. */
  readonly contentType: string;
}

/** Builds a GET. A path, a name or a value that the description does not have does not compile. */
export function buildRequest<Path extends keyof paths>(
  baseUrl: string,
  path: Path,
  params: paths[Path]["get"]["parameters"],
): GetRequest {
  const url = createFinalURL(path, {
    baseUrl,
    params: params as { path?: Record<string, unknown> },
    // What URLSearchParams writes is a form's: in a URL a space is no plus.
    querySerializer: (query) => String(new URLSearchParams(query as Record<string, string>)).replaceAll("+", "%20"),
    pathSerializer: (template, values) =>
      template.replace(/{(.+)}/, (_, name) => encodeURIComponent(String(values[name]))),
  });
  return { url, headers: { ...params.header } };
}

/** Parses JSON; undefined where the text is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body as text; undefined where it is too long. */
async function readBody(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let bytes = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    bytes += value.length;
    if (bytes > MAX_BODY_BYTES) {
      await reader.cancel();
      return undefined;
    }
  }
  return new Blob(chunks).text();
}

/** The error for a failure below HTTP. Of the runtime's error, or of its cause, only the code is taken. */
export function networkError(host: string, cause: unknown): NetworkError {
  const found = Object(cause).code ?? Object(Object(cause).cause).code;
  const code = typeof found === "string" && /^[A-Z][A-Z0-9_]+$/.test(found) ? found : null;
  return clearError(`No whole answer from ${host}${code ? `: ${code}` : ""}.`, { kind: "network", code }, true);
}

/** Retry-After in milliseconds, in seconds or as a date by the server's own clock. */
function retryAfterMs(value: string, answeredAt: number): number {
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Only what HTTP calls a date: Date.parse takes far more for one.
  if (!/ GMT$/.test(value)) return 0;
  return Date.parse(value) - (answeredAt || Date.now()) || 0;
}

/** Sends a GET until it has a final result: retries exactly what is `retryable`, within the limits. */
async function send(
  endpoint: Endpoint,
  { url, headers, contentType }: Prepared,
  options: CheckedOptions,
  token: string,
  signal: AbortSignal | undefined,
): Promise<PreSignedUrl> {
  const { api } = endpoint;
  const { href, host, hostname } = new URL(url);
  const clean = (text: string) => redact(text, [token]);
  // In a page the browser's own name stays: another one would be a header that the API has to allow.
  if (!("document" in globalThis)) headers["user-agent"] = USER_AGENT;
  const deadline = Date.now() + options.totalTimeoutMs;

  for (let attempt = 1; ; attempt++) {
    const requestedAt = Date.now();
    let waitMs = backoffMs(attempt);
    const attemptOnce = async (attemptSignal: AbortSignal): Promise<PreSignedUrl> => {
      // Neither a token nor a file name follows a redirect to another host.
      const response = await options.fetch(href, { headers, redirect: "manual", signal: attemptSignal });
      const { status } = response;
      const header = (name: string) => response.headers.get(name) ?? "";
      const answeredAt = Date.parse(header("date"));
      waitMs = Math.max(waitMs, retryAfterMs(header("retry-after"), answeredAt));
      const text = await readBody(response);
      options.onEvent({ type: "response", api, attempt, status, durationMs: Date.now() - requestedAt });
      const safeText = clean(text ?? "");
      const safeType = clean(header("content-type")).slice(0, 200) || null;
      const unexpected = (why: string, shown = safeText) =>
        clearError(
          `${api.toUpperCase()} answered ${status} ${why}.`,
          {
            kind: "unexpected-response",
            api,
            status,
            contentType: safeType,
            text: shown.slice(0, 1000),
          },
          [429, 502, 503, 504].includes(status),
        );
      if (text === undefined) throw unexpected("with more than 1 MiB");
      const decoded =
        endpoint.decode(status, parseJson(text), parseJson(safeText), safeText) ??
        unexpected(`with ${safeType ?? "no content type"}, not as documented`);
      if (typeof decoded !== "string") throw decoded;
      const data = preSignedUrl(decoded, contentType, hostname, endpoint.lifeSeconds, requestedAt, answeredAt);
      if (data) return data;
      // Whatever the URL is, it was meant as a secret.
      throw unexpected(
        "but its URL must be an https URL (http on loopback) without credentials",
        clean(text.replaceAll(JSON.stringify(decoded), REDACTED)),
      );
    };

    options.onEvent({ type: "request", api, attempt, url: href });
    try {
      return await within(Math.max(1, Math.min(options.timeoutMs, deadline - requestedAt)), signal, attemptOnce);
    } catch (cause) {
      const error: ClearError = isClearError(cause) ? cause : networkError(host, cause);
      if (!error.retryable || attempt >= options.maxAttempts || Date.now() + waitMs >= deadline) throw error;
      options.onEvent({ type: "retry", api, attempt, waitMs, error });
    }
    await pause(waitMs, signal);
  }
}

/** Gives the token that a function or a text stands for. */
async function readToken(authToken: AuthToken, timeoutMs: number, signal: AbortSignal | undefined): Promise<string> {
  if (typeof authToken === "string") return authToken;
  let token: unknown;
  try {
    token = await within<unknown>(timeoutMs, signal, authToken);
  } catch (cause) {
    const known = isClearError(cause);
    if (known && cause.kind === "aborted") throw cause;
    throw invalidInput("authToken", `is a function that failed: ${known ? cause.message : "it threw"}`);
  }
  return checkToken("authToken", token);
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
    const prepared = prepare();
    const token = await readToken(options.authToken, options.timeoutMs, signal);
    prepared.headers[endpoint.tokenHeader] = token;
    return { data: await send(endpoint, prepared, options, token, signal) };
  } catch (error) {
    // What is not ours was thrown while reading the caller's objects, by a getter or a proxy.
    return { error: isClearError(error) ? error : invalidInput("input", "could not be read") };
  }
}
