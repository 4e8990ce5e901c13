/** The request that every client makes, and the interface of a client. */

/**
 * Creates a client over a `fetch`, with its defaults for retries and time limits. Returns a function that makes the request
 * once and resolves to the pre-signed URL.
 *
 * @typedef {(fetch: typeof globalThis.fetch) => () => Promise<string>} CreateCall
 */

/** @typedef {{ readonly preSignedS3Url: string }} Body */

export const BASE_URL = "https://api-sandbox.clear.in";
export const PATH = "/integration/v1/generatePreSign/{templateType}";
export const TOKEN = "d6c1a4f0-auth-token-of-the-benchmark";
export const TEMPLATE_TYPE = "sales";
export const FILE_NAME = "sales-2026-11.csv";
export const FILE_CONTENT_TYPE = "CSV";
