import { type AbortedError, clearError, type TimeoutError } from "./errors.js";

/** The longest wait before the second attempt, in milliseconds; it doubles with each one after. */
const FIRST_WAIT_MS = 500;

/** One listener on a signal, for all that wait for it: many calls may share one, and runtimes warn of a leak. */
const waiting = new WeakMap<AbortSignal, { readonly callbacks: Set<() => void>; readonly listener: () => void }>();

/** Calls back when the signal is aborted, unless the function that it returns was called before. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let entry = waiting.get(signal);
  if (!entry) {
    const callbacks = new Set<() => void>();
    entry = { callbacks, listener: () => callbacks.forEach((call) => void call()) };
    waiting.set(signal, entry);
    signal.addEventListener("abort", entry.listener);
  }
  const { callbacks, listener } = entry;
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener("abort", listener);
  };
}

/**
 * Runs `work` for at most `ms`. Nothing outlives it: the signal that `work` is given is aborted at the end,
 * timer and listener are removed, and a late rejection is swallowed.
 */
export function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T | TimeoutError | AbortedError> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const end = (act: () => void) => {
      clearTimeout(timer);
      stopWaiting?.();
      act();
      controller.abort();
    };
    const abort = () => end(() => resolve(clearError("The call was aborted.", { kind: "aborted" })));
    const timer = setTimeout(
      () => end(() => resolve(clearError(`Nothing came within ${ms} ms.`, { kind: "timeout", timeoutMs: ms }, true))),
      ms,
    );
    const stopWaiting = outer && onAbort(outer, abort);
    if (outer?.aborted) return abort();
    new Promise<T>((start) => start(work(controller.signal))).then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
  });
}

/** The wait after an attempt, in milliseconds: full jitter, so that many clients do not come back together. */
export function backoffMs(attempt: number): number {
  return Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1);
}

/** Waits; the error where the caller's signal ended the wait. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<AbortedError | undefined> {
  const end = await within(ms, signal, () => new Promise<never>(() => {}));
  return end.kind === "aborted" ? end : undefined;
}
