import { checkFields } from "../validate.js";
import { API_OPTIONS, type ApiOptions, createApi, type SandboxApi } from "./api.js";
import { RequestLog } from "./requests.js";
import { UrlSigner } from "./signing.js";

export { SANDBOX_CREDENTIALS, type SandboxCredentials } from "./credentials.js";
export type { ApiOneShotResponse, OneShotResponse } from "./one-shot.js";
export type { ReceivedRequest } from "./requests.js";
export { type Sample, type SampleName, sample } from "./samples.js";
export type { ApiOptions, SandboxApi };

/**
 * Creates both APIs as a function from a request to a response, without a server, a port or Node. URLs are signed for
 * `https://storage.invalid`, a host that cannot exist, so no file can be sent anywhere.
 *
 * @throws {InvalidInputError} An `invalid-input` error that names the option.
 * @example
 * ```ts
 * const api = createSandboxApi();
 * const cfc = createCfcClient({ environment: "sandbox", ...api.credentials.cfc, fetch: api.fetch });
 * ```
 */
export function createSandboxApi(options: ApiOptions = {}): SandboxApi {
  const checked = checkFields("options", options, API_OPTIONS);
  return createApi(checked, new UrlSigner(), "https://storage.invalid", new RequestLog());
}
