/** The maximum size of a request body that is not a file, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Reads the body of a request. Returns undefined if it is longer than 1 MiB, without the rest. */
export async function readText({ body, signal }: Request): Promise<string | undefined> {
  const reader = body?.getReader();
  if (!reader) return "";
  // A source may neither end nor allow to be cancelled.
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return text + decoder.decode();
      bytes += value.length;
      if (bytes > MAX_BODY_BYTES) {
        cancel();
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
