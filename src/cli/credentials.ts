import { invalidInput } from "../errors.js";
import { type Env, TOKEN_VARIABLES } from "../sandbox/environment.js";

/** The environment variable with the integration id of GLS. */
export const INTEGRATION_ID = "CLEAR_GLS_INTEGRATION_ID";

/** The environment variables with credentials. */
export const CREDENTIALS = [...Object.values(TOKEN_VARIABLES), INTEGRATION_ID] as const;
export type Credential = (typeof CREDENTIALS)[number];

/**
 * Reads a credential from the environment.
 *
 * @param fallback - Used if it is not set, or empty.
 * @throws {InvalidInputError} Names the variable, never its value.
 */
export function readCredential(env: Env, name: Credential, fallback = ""): string {
  const value = env[name] || fallback;
  if (!value) throw invalidInput(name, "must be set in the environment");
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(value)) throw invalidInput(name, "must be set without quotes in its value");
  if (/^bearer\s/i.test(value)) throw invalidInput(name, 'must be set to the token alone, without "Bearer "');
  return value;
}
