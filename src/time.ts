import { type AbortedError, clearError, type TimeoutError } from "./errors.js";

/** The longest delay of a timer, in milliseconds (24 days). */
export const MAX_TIMER_MS = 2_147_483_647;

/** The callbacks registered for each signal. */
const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

function runCallbacks(this: AbortSignal): void {
  callbacksOf.get(this)?.forEach((callback) => {
    callback();
  });
}

/**
 * Calls back when the signal is aborted. The returned function unsubscribes. A signal gets one listener, however
 * many calls share it, because runtimes warn of a leak at more than ten.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf.get(signal) ?? new Set();
  callbacksOf.set(signal, callbacks.add(callback));
  signal.addEventListener("abort", runCallbacks);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) signal.removeEventListener("abort", runCallbacks);
  };
}

/** Builds the error for an aborted signal. It is not retryable, so that nothing follows. */
export function abortedError(): AbortedError {
  return clearError("The call was aborted.", { kind: "aborted" });
}

function timeoutError(timeoutMs: number): TimeoutError {
  return clearError(`Timed out after ${timeoutMs} ms.`, { kind: "timeout", timeoutMs }, true);
}

/**
 * Runs `work` for at most `limitMs`. Nothing is left behind: on a timeout or an abort by the caller, the signal passed
 * to `work` is aborted, the timer and the listener are removed, and a late rejection is ignored.
 *
 * @throws {TimeoutError | AbortedError} Or whatever `work` throws.
 */
export async function withTimeout<T>(
  limitMs: number,
  callerSignal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  if (callerSignal?.aborted) throw abortedError();
  const controller = new AbortController();
  let unsubscribe: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const end = (error: AbortedError | TimeoutError) => {
        controller.abort(error);
        reject(error);
      };
      unsubscribe = callerSignal && onAbort(callerSignal, () => end(abortedError()));
      timer = setTimeout(() => end(timeoutError(limitMs)), limitMs);
      // In an async function, so that it may also throw at once.
      (async () => work(controller.signal))().then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    unsubscribe?.();
  }
}

/**
 * Waits.
 *
 * @throws {AbortedError} If the caller's signal is aborted.
 */
export function sleep(ms: number, callerSignal: AbortSignal | undefined): Promise<void> {
  return withTimeout(MAX_TIMER_MS, callerSignal, (signal) => {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, MAX_TIMER_MS));
      signal.addEventListener("abort", () => clearTimeout(timer));
    });
  });
}
