import { invalidInput } from "../errors.js";
import { checkFields, checkToken } from "../validate.js";

export interface SandboxCredentials {
  readonly cfc: { readonly authToken: string };
  /** The sandbox accepts any UUID as `integrationId`. */
  readonly gls: { readonly authToken: string; readonly integrationId: string };
}

/** The default credentials of a sandbox. Not secret: they work nowhere else. */
export const SANDBOX_CREDENTIALS: SandboxCredentials = {
  cfc: { authToken: "sandbox-cfc-token" },
  gls: { authToken: "sandbox-gls-token", integrationId: "00000000-0000-4000-8000-000000000000" },
};

export function checkCredentials(credentials: SandboxCredentials): SandboxCredentials {
  checkFields("credentials", credentials, ["cfc", "gls"]);
  const { cfc, gls } = credentials;
  checkFields("credentials.cfc", cfc, ["authToken"]);
  checkFields("credentials.gls", gls, ["authToken", "integrationId"]);
  checkToken("credentials.cfc.authToken", cfc.authToken);
  checkToken("credentials.gls.authToken", gls.authToken);
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(gls.integrationId)) {
    throw invalidInput("credentials.gls.integrationId", "must be a UUID of 36 characters");
  }
  return credentials;
}
