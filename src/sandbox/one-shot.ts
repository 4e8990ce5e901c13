import { invalidInput } from "../errors.js";
import { MAX_TIMER_MS } from "../time.js";
import { checkBoolean, checkFieldNames, checkInteger, optional } from "../validate.js";
import { MAX_LIFETIME_SECONDS } from "./signing.js";

/** The response to one call. Without `status` and `reset`, it is the ordinary response, delayed. */
export interface OneShotResponse {
  /** The status, 200 to 599. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A string is sent as is, anything else as JSON. */
  readonly body?: string | object | undefined;
  /**
   * Milliseconds before the response begins.
   *
   * @default 0
   */
  readonly delayMs?: number | undefined;
  /**
   * Milliseconds between the headers and the body.
   *
   * @default 0
   */
  readonly bodyDelayMs?: number | undefined;
  /**
   * Closes the connection instead of responding; for an upload, once part of the file has arrived.
   *
   * @default false
   */
  readonly reset?: boolean | undefined;
}

/** The response to one call of an API. */
export interface ApiOneShotResponse extends OneShotResponse {
  /** The lifetime of the URL in the ordinary response, in seconds; 0 for a URL that has just expired. */
  readonly lifetimeSeconds?: number | undefined;
}

const FIELDS = ["status", "headers", "body", "delayMs", "bodyDelayMs", "reset"];
export const API_FIELDS = [...FIELDS, "lifetimeSeconds"];

interface Queued {
  /** Undefined for the ordinary response. */
  readonly response: Response | undefined;
  readonly delayMs: number;
  readonly bodyDelayMs: number;
  readonly reset: boolean;
  readonly lifetimeSeconds: number | undefined;
}

const checkMs = checkInteger(0, MAX_TIMER_MS);
const checkLifetime = optional(checkInteger(0, MAX_LIFETIME_SECONDS));

/** Statuses that do not allow a body. */
const WITHOUT_BODY = [204, 205, 304];

function responseOf({ status, headers = {}, body }: OneShotResponse): Response {
  if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 599) {
    throw invalidInput("status", "must be an integer from 200 to 599");
  }
  if (body !== undefined && WITHOUT_BODY.includes(Number(status))) {
    throw invalidInput("body", `must not be given with status ${WITHOUT_BODY.join(", ")}`);
  }
  const json = typeof body === "object";
  try {
    return new Response(json ? JSON.stringify(body) : body, {
      status: Number(status),
      headers: json ? { "content-type": "application/json", ...headers } : headers,
    });
  } catch {
    throw invalidInput("headers and body", "must be an object of strings, and a string or JSON");
  }
}

function check(oneShot: ApiOneShotResponse, fields: readonly string[]): Queued {
  checkFieldNames("a response", oneShot, fields);
  const { status, headers, body, delayMs = 0, bodyDelayMs = 0, reset = false, lifetimeSeconds } = oneShot;
  checkBoolean("reset", reset);
  if (reset && (status !== undefined || bodyDelayMs !== 0)) {
    throw invalidInput("reset", "must not be given together with a response");
  }
  if (lifetimeSeconds !== undefined && (reset || status !== undefined)) {
    throw invalidInput("lifetimeSeconds", "must not be given together with a response or a reset");
  }
  if (status === undefined && (headers !== undefined || body !== undefined)) {
    throw invalidInput("status", "must be given with headers or a body");
  }
  return {
    response: status === undefined ? undefined : responseOf(oneShot),
    delayMs: checkMs("delayMs", delayMs),
    bodyDelayMs: checkMs("bodyDelayMs", bodyDelayMs),
    reset,
    lifetimeSeconds: checkLifetime("lifetimeSeconds", lifetimeSeconds),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal.addEventListener("abort", end);
  });
}

/** Delays the start of a body. Neither an abort nor a reader that cancels it leaves the timer behind. */
function delayed(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  ms: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const cancelled = new AbortController();
  return new ReadableStream({
    start: () => pause(ms, AbortSignal.any([signal, cancelled.signal])),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel(reason) {
      cancelled.abort();
      return reader.cancel(reason);
    },
  });
}

/** Builds what `fetch` throws if a connection is closed. */
export function connectionReset(): TypeError {
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  return new TypeError("fetch failed", { cause });
}

/** A queue of responses for the next calls. */
export class OneShotQueue<OneShot extends OneShotResponse = OneShotResponse> {
  readonly #fields: readonly string[];
  #queue: Queued[] = [];

  /** @param fields - The fields of a response. */
  constructor(fields: readonly string[] = FIELDS) {
    this.#fields = fields;
  }

  /** @throws {InvalidInputError} Names the field. No response is queued then. */
  add(...responses: readonly OneShot[]): void {
    this.#queue.push(...responses.map((one) => check(one, this.#fields)));
  }

  clear(): void {
    this.#queue = [];
  }

  /**
   * Responds to one call.
   *
   * @param signal - Ends a delay.
   * @param ordinary - Gets the lifetime of this call's URL, if it has its own.
   * @param beforeReset - Awaited before a connection is closed.
   * @throws {TypeError} Like `fetch`, if the connection should be closed.
   */
  async respond(
    signal: AbortSignal,
    ordinary: (lifetimeSeconds?: number) => Promise<Response>,
    beforeReset: () => Promise<unknown> = async () => {},
  ): Promise<Response> {
    signal.throwIfAborted();
    const next = this.#queue.shift();
    if (!next) return ordinary();
    // No timer without a delay: a test may use fake timers.
    if (next.delayMs > 0) await pause(next.delayMs, signal);
    if (next.reset) {
      await beforeReset();
      throw connectionReset();
    }
    const response = await (next.response ?? ordinary(next.lifetimeSeconds));
    if (next.bodyDelayMs === 0 || !response.body) return response;
    return new Response(delayed(response.body, next.bodyDelayMs, signal), response);
  }
}
