import type { Api } from "../errors.js";
import { SANDBOX_CREDENTIALS, type SandboxCredentials } from "./credentials.js";
import { operations } from "./operations.js";

type Env = Readonly<Record<string, string | undefined>>;

/** The environment variable with the token of an API. */
const variableOf = (api: Api) => `CLEAR_${api.toUpperCase()}_AUTH_TOKEN`;

/** Returns the environment variables whose token may be a real one: any but the sandbox's own. */
export function realTokens(env: Env): string[] {
  const apis = Object.keys(SANDBOX_CREDENTIALS) as Api[];
  return apis
    .filter((api) => ![undefined, "", SANDBOX_CREDENTIALS[api].authToken].includes(env[variableOf(api)]))
    .map(variableOf);
}

/** The environment variables that have been warned of in this process. */
const warned = new Set<string>();

/**
 * Warns once of each environment variable whose token is sent to a sandbox that does not accept it: a test then depends
 * on a token, likely a real one, that happens to be in the environment.
 */
export function warnOfRealToken(headers: Headers, credentials: SandboxCredentials): void {
  for (const { api, tokenHeader } of operations) {
    const name = variableOf(api);
    const token = headers.get(tokenHeader);
    if (!token || token !== process.env[name] || token === credentials[api].authToken || warned.has(name)) continue;
    warned.add(name);
    process.emitWarning(`The sandbox received the token in ${name}, and rejects it. Use sandbox.credentials instead.`);
  }
}
