import { createRequire } from "node:module";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { type CfcTemplateType, cfcTemplateTypeValues } from "../generated/openapi.js";
import { createCfcClient } from "./cfc.js";
import { type ClearError, invalidInput, isClearError } from "./errors.js";
import { createGlsClient } from "./gls.js";
import { type ClientOptions, checkEnum, type Environment } from "./input.js";
import type { PreSignedUrl } from "./pre-signed-url.js";
import { unwrap } from "./result.js";
import { SANDBOX_CREDENTIALS, startSandbox } from "./sandbox.js";
import { type Progress, type RequestUrl, uploadFile } from "./upload.js";

/** The exit code of each kind of failure. 0 is success, 1 anything else. */
export const EXIT_CODES: Record<ClearError["kind"], number> = {
  "invalid-input": 2,
  api: 3,
  "unexpected-response": 4,
  network: 5,
  timeout: 6,
  storage: 7,
  file: 8,
  aborted: 130,
};

const HELP = `Usage:
  clear-presign url cfc|gls FILE [options]     Print a pre-signed URL for FILE.
  clear-presign upload cfc|gls FILE [options]  Ask for a URL and upload FILE to it.
  clear-presign sandbox [--port N]             Run both APIs and a storage on loopback.

Options:
  --template sales|purchase         The type of the documents (cfc only, required).
  --environment sandbox|production  Clear's environment, or
  --base-url URL                    another host. One of the two is required.
  --json                            Print one JSON document on stdout.
  --show-url                        upload: print the whole URL, its signature included.
  --allowed-host HOST               upload: a storage host besides loopback; repeatable
                                    (default: storage.clear.in).
  --port N                          sandbox: the port of the APIs (default: 4010).
  --help, --version

Credentials come from the environment only:
  CLEAR_CFC_AUTH_TOKEN, CLEAR_GLS_AUTH_TOKEN, CLEAR_GLS_INTEGRATION_ID

Exit codes:
  0 success, 1 anything else, ${Object.entries(EXIT_CODES)
    .map(([kind, code]) => `${code} ${kind}`)
    .join(", ")}
`;

/** What the program is given by the process, or by a test. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Aborted by Ctrl-C and by a request to terminate. */
  readonly signal: AbortSignal;
}

type Values = ReturnType<typeof parse>["values"];

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        template: { type: "string" },
        environment: { type: "string" },
        "base-url": { type: "string" },
        json: { type: "boolean" },
        "show-url": { type: "boolean" },
        "allowed-host": { type: "string", multiple: true },
        port: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw invalidInput("command line:", (error as Error).message);
  }
}

function credential(env: Io["env"], name: string): string {
  const value = env[name];
  if (!value) throw invalidInput(name, "must be set in the environment");
  return value;
}

/** A function that asks the API for a URL for this file. */
function urlSource(api: string | undefined, file: string, values: Values, env: Io["env"]): RequestUrl {
  const target = { environment: values.environment as Environment, baseUrl: values["base-url"] };
  const fileName = basename(file);
  if (checkEnum("api", api, ["cfc", "gls"]) === "cfc") {
    const templateType = checkEnum<CfcTemplateType>("--template", values.template, cfcTemplateTypeValues);
    const authToken = credential(env, "CLEAR_CFC_AUTH_TOKEN");
    const client = createCfcClient({ ...target, authToken } as ClientOptions);
    return (options) => client.getPreSignedUrl({ templateType, fileName }, options);
  }
  if (values.template !== undefined) throw invalidInput("--template", "is for cfc only");
  const authToken = credential(env, "CLEAR_GLS_AUTH_TOKEN");
  const integrationId = credential(env, "CLEAR_GLS_INTEGRATION_ID");
  const client = createGlsClient({ ...(target as ClientOptions), authToken, integrationId });
  return (options) => client.getPreSignedUrl({ fileName }, options);
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function progressBar({ bytes, total }: Progress): string {
  const part = bytes / total;
  // 100 % is for a file that the storage has: all bytes on their way are 99.
  const percent = bytes === total ? 100 : Math.min(99, Math.floor(part * 100));
  const bar = "#".repeat(Math.round(part * 30)).padEnd(30, ".");
  return `\r[${bar}] ${String(percent).padStart(3)} %${bytes === total ? "\n" : ""}`;
}

async function runSandbox(values: Values, { env, stdout, stderr, signal }: Io): Promise<void> {
  const port = Number(values.port ?? 4010);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw invalidInput("--port", "must be from 0 to 65535");
  const { cfc, gls } = SANDBOX_CREDENTIALS;
  const own = env["CLEAR_CFC_AUTH_TOKEN"] ?? env["CLEAR_GLS_AUTH_TOKEN"];
  const sandbox = await startSandbox({
    port,
    credentials: {
      cfc: { authToken: env["CLEAR_CFC_AUTH_TOKEN"] ?? cfc.authToken },
      gls: { authToken: env["CLEAR_GLS_AUTH_TOKEN"] ?? gls.authToken, integrationId: gls.integrationId },
    },
  });
  stdout.write(`${sandbox.baseUrl}\n`);
  stderr.write("Both APIs answer there until Ctrl-C; uploads are kept until then.\n");
  if (own === undefined) {
    stderr.write(`export CLEAR_CFC_AUTH_TOKEN=${cfc.authToken} CLEAR_GLS_AUTH_TOKEN=${gls.authToken}\n`);
  } else {
    stderr.write("The tokens that work are those of your environment.\n");
  }
  stderr.write(`export CLEAR_GLS_INTEGRATION_ID=${gls.integrationId}\n`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await sandbox.close();
}

async function run(args: readonly string[], io: Io): Promise<void> {
  const { values, positionals } = parse(args);
  const [command, api, file, ...rest] = positionals;
  if (values.help) {
    io.stdout.write(HELP);
    return;
  }
  if (values.version) {
    io.stdout.write(`${createRequire(import.meta.url)("clear-presign/package.json").version}\n`);
    return;
  }
  checkEnum("command", command, ["url", "upload", "sandbox"]);
  if (command === "sandbox") return runSandbox(values, io);
  if (file === undefined || rest.length > 0) throw invalidInput("FILE", "must be one file, after cfc or gls");
  const requestUrl = urlSource(api, file, values, io.env);
  const print = (text: string, document: object) => {
    io.stdout.write(`${values.json ? JSON.stringify(document) : text}\n`);
  };
  if (command === "url") {
    const { url, method, headers, expiresAt }: PreSignedUrl = unwrap(await requestUrl({ signal: io.signal }));
    print(url, { url, method, headers, expiresAt });
    if (!values.json) {
      io.stderr.write(`PUT the file with content-type: ${headers["content-type"]}, until ${expiresAt.toISOString()}\n`);
    }
    return;
  }
  const { preSignedUrl, bytes } = unwrap(
    await uploadFile(requestUrl, file, {
      signal: io.signal,
      allowedHosts: values["allowed-host"],
      onProgress: io.stderr.isTTY ? (progress) => io.stderr.write(progressBar(progress)) : undefined,
    }),
  );
  const url = values["show-url"] ? preSignedUrl.url : withoutQuery(preSignedUrl.url);
  print(url, { url, bytes });
}

/** Runs the command line; gives the exit code. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  try {
    await run(args, io);
    return 0;
  } catch (error) {
    if (!isClearError(error)) {
      io.stderr.write(`clear-presign: ${(error as Error).message}\n`);
      return 1;
    }
    if (args.includes("--json")) {
      io.stdout.write(`${JSON.stringify({ error: { ...error, message: error.message } })}\n`);
    }
    const status = "status" in error ? ` ${error.status}` : "";
    const code = "code" in error && error.code && error.kind === "api" ? ` ${error.code}` : "";
    io.stderr.write(`clear-presign: ${error.kind}${status}${code}: ${error.message}\n`);
    if (error.kind === "invalid-input") io.stderr.write("See clear-presign --help.\n");
    return EXIT_CODES[error.kind];
  }
}
