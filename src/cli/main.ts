import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { isClearError } from "../errors.js";
import { checkEnum } from "../validate.js";
import type { Context } from "./context.js";
import { exitCode, OUTPUT_LOST } from "./exit-codes.js";
import { failureDocument, failureLine } from "./failure.js";
import { HELP } from "./help.js";
import { SANDBOX_OPTIONS, UPLOAD_OPTIONS, URL_OPTIONS } from "./options.js";
import { Output, type OutputStream } from "./output.js";
import { runSandbox } from "./sandbox.js";
import { runUpload } from "./upload.js";
import { runUrl } from "./url.js";

const COMMANDS = { url: runUrl, upload: runUpload, sandbox: runSandbox };

/** The program's environment, from the process or a test. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted when the process is asked to exit. */
  readonly signal: AbortSignal;
}

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[], { env, stdout, stderr, signal }: Io): Promise<number> {
  const output = new Output(stdout, stderr, env);
  // Only finds the command, which then checks its own arguments.
  const options = { ...URL_OPTIONS, ...UPLOAD_OPTIONS, ...SANDBOX_OPTIONS };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false });
  let code = 0;
  if (values.help) {
    for (const line of HELP.split("\n")) output.result(line);
  } else if (values.version) {
    output.result(createRequire(import.meta.url)("clear-presign/package.json").version);
  } else {
    code = await runCommand(positionals[0], args, values.json !== undefined, { env, output, signal });
  }
  return (await output.allWritten()) ? code : code || OUTPUT_LOST;
}

async function runCommand(name: string | undefined, args: readonly string[], json: boolean, context: Context) {
  const { output } = context;
  try {
    const command = checkEnum("command", name, Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]);
    return await COMMANDS[command](args, context);
  } catch (thrown) {
    const error = thrown as Error;
    if (json) output.document(failureDocument(error));
    if (!isClearError(error)) {
      output.message(`clear-presign: ${error.message}`);
      return 1;
    }
    output.message(`clear-presign: ${failureLine(error)}`);
    if (error.kind === "invalid-input") output.message("See clear-presign --help.");
    return exitCode(error);
  }
}
