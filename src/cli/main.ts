import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { type CfcTemplateType, cfcTemplateTypeValues } from "../../generated/openapi.js";
import { createCfcClient } from "../cfc.js";
import { type ClearError, invalidInput, isClearError } from "../errors.js";
import { createGlsClient, type GlsClientOptions } from "../gls.js";
import { type CallOptions, type ClientOptions, ENVIRONMENTS, type Environment } from "../options.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import { type Result, unwrap } from "../result.js";
import { type Upload, uploadFile } from "../upload/index.js";
import { checkEnum, checkPositiveInteger } from "../validate.js";
import { type Output, ProgressDisplay } from "./progress.js";
import { runSandbox } from "./sandbox.js";

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

/** The exit code where some of several files were uploaded, and some not. */
export const SOME_FAILED = 9;

const HELP = `Usage:
  clear-presign url cfc|gls FILE [options]     Print a pre-signed URL for FILE.
  clear-presign upload cfc|gls FILE... [options]
                                               Ask for a URL and upload FILE to it, for each FILE.
  clear-presign sandbox [options]              Run both APIs and a storage on loopback (sandbox --help).

Options:
  --template sales|purchase         The type of the documents (cfc only, required).
  --environment sandbox|production  Clear's environment, or
  --base-url URL                    another host. One of the two is required.
  --json                            Print one JSON document on stdout.
  --show-url                        upload: print the whole URL, its signature included.
  --allowed-host HOST               upload: a storage host besides loopback; repeatable
                                    (default: storage.clear.in).
  --concurrency N                   upload: how many files at a time (default: 1).
  --no-content-check                upload: even a file that does not hold what its extension says.
  --help, --version

Credentials come from the environment only:
  CLEAR_CFC_AUTH_TOKEN, CLEAR_GLS_AUTH_TOKEN, CLEAR_GLS_INTEGRATION_ID

Exit codes:
  0 success, 1 anything else, ${Object.entries(EXIT_CODES)
    .map(([kind, code]) => `${code} ${kind}`)
    .join(", ")}
  Several files: 0 all are uploaded, ${SOME_FAILED} some are, otherwise the code of the failures, 1 where they differ.
`;

/** What the program is given by the process, or by a test. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: Output;
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
        concurrency: { type: "string" },
        "no-content-check": { type: "boolean" },
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

/** Asks the API for a URL for a file. */
type UrlSource = (file: string) => (options: CallOptions) => Promise<Result<PreSignedUrl>>;

/** Where the API is, by the options. */
function target(values: Values): Pick<ClientOptions, "environment" | "baseUrl"> {
  const { environment, "base-url": baseUrl } = values;
  if (environment !== undefined && baseUrl !== undefined) {
    throw invalidInput("--base-url", "must not be given with --environment");
  }
  if (baseUrl === undefined) {
    checkEnum("--environment", environment, ENVIRONMENTS, "(or --base-url) must be given, one of");
  }
  return { environment: environment as Environment, baseUrl };
}

function urlSource(api: string | undefined, values: Values, env: Io["env"]): UrlSource {
  if (checkEnum("api", api, ["cfc", "gls"]) === "cfc") {
    const templateType = checkEnum<CfcTemplateType>("--template", values.template, cfcTemplateTypeValues);
    const authToken = credential(env, "CLEAR_CFC_AUTH_TOKEN");
    const client = createCfcClient({ ...target(values), authToken } as ClientOptions);
    return (file) => (options) => client.getPreSignedUrl({ templateType, fileName: basename(file) }, options);
  }
  if (values.template !== undefined) throw invalidInput("--template", "is for cfc only");
  const authToken = credential(env, "CLEAR_GLS_AUTH_TOKEN");
  const integrationId = credential(env, "CLEAR_GLS_INTEGRATION_ID");
  const client = createGlsClient({ ...target(values), authToken, integrationId } as GlsClientOptions);
  return (file) => (options) => client.getPreSignedUrl({ fileName: basename(file) }, options);
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** A failure in one line. */
function described(error: ClearError): string {
  const status = "status" in error ? ` ${error.status}` : "";
  const code = "code" in error && error.code && error.kind === "api" ? ` ${error.code}` : "";
  return `${error.kind}${status}${code}: ${error.message}`;
}

/** A failure as a JSON document. */
const failure = (error: ClearError) => ({ error });

/** The exit code of an upload of several files. */
function exitCode(results: readonly Result<Upload>[]): number {
  const [kind, ...others] = new Set(results.flatMap(({ error }) => (error ? [error.kind] : [])));
  if (!kind) return 0;
  if ([kind, ...others].includes("aborted")) return EXIT_CODES.aborted;
  if (results.some(({ data }) => data)) return SOME_FAILED;
  return others.length > 0 ? 1 : EXIT_CODES[kind];
}

async function runUpload(source: UrlSource, files: readonly string[], values: Values, io: Io): Promise<number> {
  const { signal, stdout, stderr } = io;
  const concurrency = checkPositiveInteger("--concurrency", Number(values.concurrency ?? 1));
  const sizes = files.map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  const display = new ProgressDisplay(stderr, await Promise.all(sizes));
  const several = files.length > 1;
  const document = ({ preSignedUrl: { url }, bytes }: Upload) => ({
    url: values["show-url"] ? url : withoutQuery(url),
    bytes,
  });

  const uploadOne = async (file: string, i: number): Promise<Result<Upload>> => {
    const result = await uploadFile(source(file), file, {
      signal,
      allowedHosts: values["allowed-host"],
      checkContent: !values["no-content-check"],
      onProgress: ({ bytes }) => display.update(i, bytes),
    });
    const { data, error } = result;
    display.end(i, data !== undefined);
    display.clear();
    if (data) {
      if (!stderr.isTTY) stderr.write(`${file}: ${data.bytes} bytes uploaded\n`);
      if (!values.json) stdout.write(`${several ? `${file}: ` : ""}${document(data).url}\n`);
    } else if (several && error.kind !== "aborted") {
      stderr.write(`clear-presign: ${error.kind === "file" ? "" : `${file}: `}${described(error)}\n`);
    }
    return result;
  };

  const results: Result<Upload>[] = [];
  let next = 0;
  const work = async () => {
    for (let i = next++; i < files.length; i = next++) results[i] = await uploadOne(files[i] as string, i);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, work));

  if (!several) {
    const data = unwrap(results[0] as Result<Upload>);
    if (values.json) stdout.write(`${JSON.stringify(document(data))}\n`);
    return 0;
  }
  if (values.json) {
    const documents = results.map(({ data, error }, i) => ({
      file: files[i],
      ...(data ? document(data) : failure(error as ClearError)),
    }));
    stdout.write(`${JSON.stringify(documents)}\n`);
  }
  const stored = results.filter(({ data }) => data).length;
  const code = exitCode(results);
  const end = code === EXIT_CODES.aborted ? " The upload was aborted." : "";
  stderr.write(`clear-presign: ${stored} of ${files.length} files uploaded.${end}\n`);
  return code;
}

async function run(args: readonly string[], io: Io): Promise<number> {
  if (args[0] === "sandbox") return runSandbox(args.slice(1), io);
  const { values, positionals } = parse(args);
  const [command, api, ...files] = positionals;
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  if (values.version) {
    io.stdout.write(`${createRequire(import.meta.url)("clear-presign/package.json").version}\n`);
    return 0;
  }
  if (checkEnum("command", command, ["url", "upload", "sandbox"]) === "sandbox") {
    throw invalidInput("sandbox", "must be the first argument");
  }
  const [file, ...more] = files;
  if (file === undefined) throw invalidInput("FILE", "must be given, after cfc or gls");
  const source = urlSource(api, values, io.env);
  if (command === "upload") return runUpload(source, files, values, io);
  if (more.length > 0) throw invalidInput("FILE", "must be one file for url");
  const { url, method, headers, expiresAt }: PreSignedUrl = unwrap(await source(file)({ signal: io.signal }));
  io.stdout.write(`${values.json ? JSON.stringify({ url, method, headers, expiresAt }) : url}\n`);
  if (!values.json) {
    io.stderr.write(`PUT the file with content-type: ${headers["content-type"]}, until ${expiresAt.toISOString()}\n`);
  }
  return 0;
}

/** Runs the command line; gives the exit code. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  try {
    return await run(args, io);
  } catch (error) {
    if (!isClearError(error)) {
      io.stderr.write(`clear-presign: ${(error as Error).message}\n`);
      return 1;
    }
    if (args.includes("--json")) io.stdout.write(`${JSON.stringify(failure(error))}\n`);
    io.stderr.write(`clear-presign: ${described(error)}\n`);
    if (error.kind === "invalid-input") io.stderr.write("See clear-presign --help.\n");
    return EXIT_CODES[error.kind];
  }
}
