import { checkFields } from "../validate.js";
import { type ApiOptions, checkApiOptions, createApi, type SandboxApi } from "./api.js";
import { UrlSigner } from "./signing.js";

export { SANDBOX_CREDENTIALS, type SandboxCredentials } from "./credentials.js";
export type { OneShotResponse } from "./one-shot.js";
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
  checkFields("options", options, ["credentials", "lifetimeSeconds"]);
  return createApi(checkApiOptions(options), new UrlSigner(), "https://storage.invalid");
}
