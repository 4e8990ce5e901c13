/** Reads a page as text, from a file or over HTTP. */
import { readFile, stat } from "node:fs/promises";

const LIMIT = 1024 * 1024;

async function fetched(url: string, timeoutMs: number): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the response is ${response.status}`);
  }
  const chunks = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LIMIT) throw new Error("it is larger than 1 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function fromFile(path: string): Promise<Buffer> {
  const found = await stat(path);
  if (!found.isFile()) throw new Error("it is not a file");
  if (found.size > LIMIT) throw new Error("it is larger than 1 MiB");
  return readFile(path);
}

/**
 * The text of a page of at most 1 MiB, or the reason why it cannot be read.
 * @param source a path, or an http or https URL
 * @param timeoutMs for the whole response
 * @default timeoutMs 30,000
 */
export async function readSource(
  source: string,
  timeoutMs = 30_000,
): Promise<{ text: string; error?: undefined } | { error: string }> {
  try {
    const bytes = await (/^https?:\/\//i.test(source) ? fetched(source, timeoutMs) : fromFile(source));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.trim() === "") return { error: "it is empty" };
    if (/^\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype|html|\?xml|head|body)\b/is.test(text))
      return { error: "it is HTML, not Markdown" };
    return { text };
  } catch (thrown) {
    const error = thrown as Error & { code?: string; cause?: { code?: string; message?: string } };
    if (error.name === "TimeoutError") return { error: `no whole response within ${timeoutMs} ms` };
    if (error.code === "ERR_ENCODING_INVALID_ENCODED_DATA") return { error: "it is not UTF-8 text" };
    return { error: error.code ?? error.cause?.code ?? error.cause?.message ?? error.message };
  }
}
