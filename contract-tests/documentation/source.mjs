/** Gets a page as text, from a file or over HTTP. */
import { readFile, stat } from "node:fs/promises";

const LIMIT = 1024 * 1024;

/** @param {string} url @param {number} timeoutMs */
async function fetched(url, timeoutMs) {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the answer is ${response.status}`);
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

/** @param {string} path */
async function fromFile(path) {
  const found = await stat(path);
  if (!found.isFile()) throw new Error("it is no file");
  if (found.size > LIMIT) throw new Error("it is larger than 1 MiB");
  return readFile(path);
}

/**
 * The text of a page of at most 1 MiB, or why there is none.
 * @param {string} source a path, or an http or https URL
 * @param {number} [timeoutMs] for the whole answer; 30,000 by default
 * @returns {Promise<{ text: string, error?: undefined } | { error: string }>}
 */
export async function readSource(source, timeoutMs = 30_000) {
  try {
    const bytes = await (/^https?:\/\//i.test(source) ? fetched(source, timeoutMs) : fromFile(source));
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (thrown) {
    const error = /** @type {Error & { code?: string, cause?: { code?: string, message?: string } }} */ (thrown);
    if (error.name === "TimeoutError") return { error: `no whole answer within ${timeoutMs} ms` };
    if (error.code === "ERR_ENCODING_INVALID_ENCODED_DATA") return { error: "it is no UTF-8 text" };
    return { error: error.code ?? error.cause?.code ?? error.cause?.message ?? error.message };
  }
}
