import { invalidInput } from "../errors.js";
import { SANDBOX_CREDENTIALS, startSandbox } from "../sandbox/index.js";
import { COMMON_OPTIONS, numberOf, type Options, parseArguments } from "./arguments.js";
import type { Context } from "./context.js";

export const SANDBOX_OPTIONS = {
  ...COMMON_OPTIONS,
  port: { type: "string", default: "4010" },
} as const satisfies Options;

/** `clear-presign sandbox`: runs both APIs and a storage on loopback until the process is asked to end. */
export async function runSandbox(args: readonly string[], { env, output, signal }: Context): Promise<number> {
  const { values, positionals } = parseArguments(args, SANDBOX_OPTIONS);
  if (positionals.length > 1) throw invalidInput("sandbox", "takes no arguments");
  const port = numberOf(values.port);
  if (!Number.isInteger(port) || port > 65535) throw invalidInput("--port", "must be from 0 to 65535");
  const { cfc, gls } = SANDBOX_CREDENTIALS;
  const defaults = {
    CLEAR_CFC_AUTH_TOKEN: cfc.authToken,
    CLEAR_GLS_AUTH_TOKEN: gls.authToken,
    CLEAR_GLS_INTEGRATION_ID: gls.integrationId,
  };
  const sandbox = await startSandbox({
    port,
    credentials: {
      cfc: { authToken: env["CLEAR_CFC_AUTH_TOKEN"] || cfc.authToken },
      gls: { authToken: env["CLEAR_GLS_AUTH_TOKEN"] || gls.authToken, integrationId: gls.integrationId },
    },
  });
  const { baseUrl, directory } = sandbox;
  if (values.json) output.document({ baseUrl, directory });
  else output.result(baseUrl);
  output.message(`Both APIs answer there until Ctrl-C; uploads are kept in ${directory} until then.`);
  const missing = Object.entries(defaults).filter(([name]) => !env[name]);
  if (missing.length < 3) output.message("The credentials in your environment work there.");
  if (missing.length > 0) output.message(`export ${missing.map((pair) => pair.join("=")).join(" ")}`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await sandbox.close();
  return 0;
}
