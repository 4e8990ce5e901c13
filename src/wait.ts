import { clearError } from "./errors.js";

/** The longest wait before the second attempt, in milliseconds; it doubles with each one after. */
const FIRST_WAIT_MS = 500;

/** One listener on a signal, for all that wait for it: many calls may share one, and runtimes warn of a leak. */
const waiting = new WeakMap<AbortSignal, Set<() => void> & { handleEvent(): void }>();

/** Calls back when the signal is aborted, unless the function that it returns was called before. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = waiting.get(signal);
  if (!callbacks) {
    callbacks = Object.assign(new Set<() => void>(), {
      handleEvent(this: Set<() => void>) {
        this.forEach((call) => void call());
      },
    });
    waiting.set(signal, callbacks);
    signal.addEventListener("abort", callbacks);
  }
  const shared = callbacks.add(callback);
  return () => {
    if (!shared.delete(callback) || shared.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener("abort", shared);
  };
}

/**
 * Runs `work` for at most `ms`. Nothing outlives it: the signal that `work` is given is aborted at the end,
 * timer and listener are removed, and a late rejection is swallowed.
 *
 * @throws {TimeoutError | AbortedError} or what `work` throws.
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  const controller = new AbortController();
  let stopWaiting: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const abort = () => reject(clearError("The call was aborted.", { kind: "aborted" }));
      if (outer?.aborted) return abort();
      stopWaiting = outer && onAbort(outer, abort);
      timer = setTimeout(
        () => reject(clearError(`Nothing came within ${ms} ms.`, { kind: "timeout", timeoutMs: ms }, true)),
        ms,
      );
      new Promise<T>((start) => start(work(controller.signal))).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    stopWaiting?.();
    controller.abort();
  }
}

/** The wait after an attempt, in milliseconds: full jitter, so that many clients do not come back together. */
export function backoffMs(attempt: number): number {
  return Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1);
}

/**
 * Waits.
 *
 * @throws {AbortedError} where the caller's signal ended the wait.
 */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await within(ms, signal, () => new Promise(() => {})).catch((end) => {
    if (end.kind === "aborted") throw end;
  });
}
