import { type AbortedError, type ClearError, clearError, type TimeoutError } from "./errors.js";

/** What waits for a signal. */
const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

function callBack(this: AbortSignal): void {
  callbacksOf.get(this)?.forEach((callback) => {
    callback();
  });
}

/**
 * Calls back when the signal is aborted, until the returned function is called. A signal gets one listener, however
 * many calls share it: runtimes warn of a leak at more than ten.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf.get(signal) ?? new Set();
  callbacksOf.set(signal, callbacks.add(callback));
  signal.addEventListener("abort", callBack);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) signal.removeEventListener("abort", callBack);
  };
}

/**
 * Runs `work` for at most `limitMs`. Nothing outlives it: where the limit or the caller ends it, the signal passed to
 * `work` is aborted, timer and listener are removed, and a late rejection is ignored.
 *
 * @throws {TimeoutError | AbortedError} or what `work` throws.
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
  const ended = new Promise<never>((_resolve, reject) => {
    const end = (error: ClearError) => {
      controller.abort(error);
      reject(error);
    };
    unsubscribe = callerSignal && onAbort(callerSignal, () => end(abortedError()));
    timer = setTimeout(() => end(timeoutError(limitMs)), limitMs);
  });
  try {
    return await Promise.race([ended, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    unsubscribe?.();
  }
}

function abortedError(): AbortedError {
  return clearError("The call was aborted.", { kind: "aborted" });
}

function timeoutError(timeoutMs: number): TimeoutError {
  return clearError(`Timed out after ${timeoutMs} ms.`, { kind: "timeout", timeoutMs }, true);
}

/**
 * Waits.
 *
 * @throws {AbortedError} where the caller's signal ended the wait.
 */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await withTimeout(ms, signal, () => new Promise<never>(() => {}));
  } catch (error) {
    if (signal?.aborted) throw error;
  }
}
