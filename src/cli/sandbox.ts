import { parseArgs } from "node:util";
import { invalidInput } from "../errors.js";
import { SANDBOX_CREDENTIALS, startSandbox } from "../sandbox/index.js";
import { checkToken } from "../validate.js";

const HELP = `Usage:
  clear-presign sandbox [options]              Run both APIs and a storage on loopback, until Ctrl-C.

Options:
  --port N           The port of the APIs (default: 4010).
  --storage-port N   The port of the storage (default: any free one).
  --lifetime SECONDS How long a URL can be used (default: as documented; 0: expired from the start).
  --verbose          Print each request on stderr.
  --help

The tokens in CLEAR_CFC_AUTH_TOKEN and CLEAR_GLS_AUTH_TOKEN work there; without them, those that are printed.
POST /__sandbox/next queues an error, a delay or a closed connection for the next call.
`;

interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Its abort ends the sandbox. */
  readonly signal: AbortSignal;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "4010" },
        "storage-port": { type: "string", default: "0" },
        lifetime: { type: "string" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw invalidInput("command line:", (error as Error).message);
  }
}

function checkInteger(option: string, value: string, max: number): number {
  if (!/^\d+$/.test(value) || Number(value) > max) throw invalidInput(option, `must be an integer from 0 to ${max}`);
  return Number(value);
}

/** Runs `clear-presign sandbox` until the signal is aborted; returns the exit code. */
export async function runSandbox(args: readonly string[], { env, stdout, stderr, signal }: Io): Promise<number> {
  const values = parse(args);
  if (values.help) {
    stdout.write(HELP);
    return 0;
  }
  const { cfc, gls } = SANDBOX_CREDENTIALS;
  const defaults = {
    CLEAR_CFC_AUTH_TOKEN: cfc.authToken,
    CLEAR_GLS_AUTH_TOKEN: gls.authToken,
    CLEAR_GLS_INTEGRATION_ID: gls.integrationId,
  };
  const token = (name: "CLEAR_CFC_AUTH_TOKEN" | "CLEAR_GLS_AUTH_TOKEN") =>
    checkToken(name, env[name] || defaults[name]);
  const sandbox = await startSandbox({
    port: checkInteger("--port", values.port, 65535),
    storagePort: checkInteger("--storage-port", values["storage-port"], 65535),
    lifetimeSeconds: values.lifetime === undefined ? undefined : checkInteger("--lifetime", values.lifetime, 604_800),
    credentials: {
      cfc: { authToken: token("CLEAR_CFC_AUTH_TOKEN") },
      gls: { authToken: token("CLEAR_GLS_AUTH_TOKEN"), integrationId: gls.integrationId },
    },
    onRequest: ({ target, method, path, status, durationMs }) => {
      if (!values.verbose) return;
      stderr.write(`${target} ${method} ${path} ${status ?? "closed"} ${durationMs.toFixed()} ms\n`);
    },
  });
  stdout.write(`${sandbox.baseUrl}\n`);
  stderr.write(`Both APIs respond there until Ctrl-C; uploads are kept in ${sandbox.directory} until then.\n`);
  const missing = Object.entries(defaults).filter(([name]) => !env[name]);
  if (missing.length < 3) stderr.write("The credentials in your environment work there.\n");
  if (missing.length > 0) stderr.write(`export ${missing.map((pair) => pair.join("=")).join(" ")}\n`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await sandbox.close();
  return 0;
}
