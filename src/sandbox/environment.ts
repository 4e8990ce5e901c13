import type { Api } from "../errors.js";
import { SANDBOX_CREDENTIALS, type SandboxCredentials } from "./credentials.js";
import { operations } from "./operations.js";

export type Env = Readonly<Record<string, string | undefined>>;

/** The environment variables with the tokens. */
export const TOKEN_VARIABLES = {
  cfc: "CLEAR_CFC_AUTH_TOKEN",
  gls: "CLEAR_GLS_AUTH_TOKEN",
} as const satisfies Record<Api, string>;

/** Returns the environment variables whose token may be a real one: any but the sandbox's own. */
export function realTokens(env: Env): string[] {
  const apis = Object.keys(TOKEN_VARIABLES) as Api[];
  return apis
    .filter((api) => ![undefined, "", SANDBOX_CREDENTIALS[api].authToken].includes(env[TOKEN_VARIABLES[api]]))
    .map((api) => TOKEN_VARIABLES[api]);
}

/** The environment variables that have been warned of in this process. */
const warned = new Set<string>();

/**
 * Warns once of each environment variable whose token is sent to a sandbox that does not accept it: a test then depends
 * on a token, likely a real one, that happens to be in the environment.
 */
export function warnOfRealToken(headers: Headers, credentials: SandboxCredentials): void {
  for (const { api, tokenHeader } of operations) {
    const name = TOKEN_VARIABLES[api];
    const token = headers.get(tokenHeader);
    if (!token || token !== process.env[name] || token === credentials[api].authToken || warned.has(name)) continue;
    warned.add(name);
    process.emitWarning(`The sandbox received the token in ${name}, and rejects it. Use sandbox.credentials instead.`);
  }
}
