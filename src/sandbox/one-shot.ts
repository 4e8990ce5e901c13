import { invalidInput } from "../errors.js";
import { MAX_TIMER_MS } from "../time.js";
import { checkBoolean, checkFieldNames, checkInteger } from "../validate.js";

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

export const ONE_SHOT_FIELDS = ["status", "headers", "body", "delayMs", "bodyDelayMs", "reset"];

interface Queued {
  /** Undefined for the ordinary response. */
  readonly response: Response | undefined;
  readonly delayMs: number;
  readonly bodyDelayMs: number;
  readonly reset: boolean;
}

const checkMs = checkInteger(0, MAX_TIMER_MS);

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

function check(oneShot: OneShotResponse): Queued {
  checkFieldNames("a response", oneShot, ONE_SHOT_FIELDS);
  const { status, headers, body, delayMs = 0, bodyDelayMs = 0, reset = false } = oneShot;
  checkBoolean("reset", reset);
  if (reset && (status !== undefined || bodyDelayMs !== 0)) {
    throw invalidInput("reset", "must not be given together with a response");
  }
  if (status === undefined && (headers !== undefined || body !== undefined)) {
    throw invalidInput("status", "must be given with headers or a body");
  }
  return {
    response: status === undefined ? undefined : responseOf(oneShot),
    delayMs: checkMs("delayMs", delayMs),
    bodyDelayMs: checkMs("bodyDelayMs", bodyDelayMs),
    reset,
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** A queue of responses for the next calls. */
export class OneShotQueue {
  readonly #queue: Queued[] = [];

  /** @throws {InvalidInputError} Names the field. No response is queued then. */
  add(...responses: readonly OneShotResponse[]): void {
    this.#queue.push(...responses.map(check));
  }

  /**
   * Responds to one call.
   *
   * @param signal - Ends a delay.
   * @param beforeReset - Awaited before a connection is closed.
   * @throws {TypeError} Like `fetch`, if the connection should be closed.
   */
  async respond(
    signal: AbortSignal,
    ordinary: () => Promise<Response>,
    beforeReset: () => Promise<unknown> = async () => {},
  ): Promise<Response> {
    signal.throwIfAborted();
    const next = this.#queue.shift();
    if (!next) return ordinary();
    // No timer without a delay: a test may use fake timers.
    if (next.delayMs > 0) await pause(next.delayMs, signal);
    if (next.reset) {
      await beforeReset();
      const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      throw new TypeError("fetch failed", { cause });
    }
    const response = await (next.response ?? ordinary());
    if (next.bodyDelayMs === 0 || !response.body) return response;
    const late = new TransformStream<Uint8Array, Uint8Array>({ start: () => pause(next.bodyDelayMs, signal) });
    return new Response(response.body.pipeThrough(late), response);
  }
}
