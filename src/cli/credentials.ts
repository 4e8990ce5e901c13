import { invalidInput } from "../errors.js";

export type Env = Readonly<Record<string, string | undefined>>;

/** An environment variable with a credential. */
export type Credential = "CLEAR_CFC_AUTH_TOKEN" | "CLEAR_GLS_AUTH_TOKEN" | "CLEAR_GLS_INTEGRATION_ID";

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
