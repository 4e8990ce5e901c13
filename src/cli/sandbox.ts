import { invalidInput } from "../errors.js";
import { checkOrigins } from "../sandbox/cors.js";
import { realTokens } from "../sandbox/environment.js";
import { SANDBOX_CREDENTIALS, startSandbox } from "../sandbox/index.js";
import { MAX_LIFETIME_SECONDS } from "../sandbox/signing.js";
import { checkToken } from "../validate.js";
import { parseInteger } from "./command-line.js";
import type { Context } from "./context.js";
import { type Credential, readCredential } from "./credentials.js";
import type { Values } from "./options.js";

/** `clear-presign sandbox`: runs both APIs and a storage on loopback until the process is asked to exit. */
export async function runSandbox(
  operands: readonly string[],
  values: Values,
  { env, output, signal }: Context,
): Promise<number> {
  if (operands.length > 0) throw invalidInput("sandbox", "takes no arguments");
  const { cfc, gls } = SANDBOX_CREDENTIALS;
  const defaults: Record<Credential, string> = {
    CLEAR_CFC_AUTH_TOKEN: cfc.authToken,
    CLEAR_GLS_AUTH_TOKEN: gls.authToken,
    CLEAR_GLS_INTEGRATION_ID: gls.integrationId,
  };
  const token = (name: Credential) => checkToken(name, readCredential(env, name, defaults[name]));
  const sandbox = await startSandbox({
    port: parseInteger("--port", values.port, 0, 65535),
    storagePort: parseInteger("--storage-port", values["storage-port"], 0, 65535),
    lifetimeSeconds:
      values.lifetime === undefined ? undefined : parseInteger("--lifetime", values.lifetime, 0, MAX_LIFETIME_SECONDS),
    allowOrigin: checkOrigins("--allow-origin", values["allow-origin"] ?? []),
    credentials: {
      cfc: { authToken: token("CLEAR_CFC_AUTH_TOKEN") },
      gls: { authToken: token("CLEAR_GLS_AUTH_TOKEN"), integrationId: gls.integrationId },
    },
    onRequest: ({ target, method, path, status, durationMs }) => {
      if (values.verbose)
        output.message(`${target} ${method} ${path} ${status ?? "closed"} ${durationMs.toFixed()} ms`);
    },
  });
  const { baseUrl, directory } = sandbox;
  if (values.json) output.document({ baseUrl, directory });
  else output.result(baseUrl);
  output.message(`Both APIs run until Ctrl-C. Uploads are kept in ${directory} until then.`);
  const missing = Object.entries(defaults).filter(([name]) => !env[name]);
  if (missing.length < 3) output.message("The credentials in your environment are accepted.");
  const real = realTokens(env).join(" and ");
  if (real)
    output.message(`Warning: ${real} may be a real token. The sandbox needs none: unset it, or use another shell.`);
  if (missing.length > 0) output.message(`export ${missing.map((pair) => pair.join("=")).join(" ")}`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await sandbox.close();
  return 0;
}
