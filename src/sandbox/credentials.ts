import { getGlsPreSignedUrl } from "../../generated/operations.js";
import { parameterCheck } from "../parameters.js";
import { checkFields, checkToken, unchecked } from "../validate.js";

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

const GLS_CREDENTIALS = {
  authToken: checkToken,
  integrationId: parameterCheck(getGlsPreSignedUrl.parameters[0]),
};

export function checkCredentials(field: string, credentials: unknown): SandboxCredentials {
  const { cfc, gls } = checkFields(field, credentials, { cfc: unchecked, gls: unchecked });
  return {
    cfc: checkFields(`${field}.cfc`, cfc, { authToken: checkToken }, `${field}.cfc.`),
    gls: checkFields(`${field}.gls`, gls, GLS_CREDENTIALS, `${field}.gls.`),
  };
}
