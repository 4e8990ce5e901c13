/** The compared clients, each with the module that makes the request, and its defaults. */
export const CLIENTS = [
  { name: "clear-presign", module: "./clients/clear-presign.mjs", retries: "2", limit: "30 s, 90 s in all" },
  { name: "openapi-fetch", module: "./clients/openapi-fetch.mjs", retries: "none", limit: "none" },
  { name: "ky", module: "./clients/ky.mjs", retries: "2", limit: "10 s" },
  { name: "ofetch", module: "./clients/ofetch.mjs", retries: "1", limit: "none" },
  { name: "axios", module: "./clients/axios.mjs", retries: "none", limit: "none" },
  { name: "@octokit/request", module: "./clients/octokit-request.mjs", retries: "none", limit: "none" },
  { name: "openai", module: "./clients/openai.mjs", retries: "2", limit: "10 min" },
];
