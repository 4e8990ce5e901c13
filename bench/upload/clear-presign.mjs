import { putFile } from "../../dist/src/upload/index.js";

/**
 * Uploads a file with this package to a storage on loopback.
 *
 * @param {string} url @param {string} path @param {{ readonly "content-type": string }} headers
 * @returns {Promise<boolean>} whether the file is stored
 */
export async function upload(url, path, headers) {
  const preSignedUrl = {
    url,
    method: /** @type {const} */ ("PUT"),
    headers,
    expiresAt: new Date(Date.now() + 600_000),
  };
  const { data } = await putFile(preSignedUrl, { path, allowedHosts: ["127.0.0.1"], maxAttempts: 1 });
  return data !== undefined;
}
