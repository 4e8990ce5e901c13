import { createRequire } from "node:module";
import { invalidInput } from "../errors.js";
import { type CommandLine, checkOptionsOfCommand, checkWord, isGiven, parseCommandLine } from "./command-line.js";
import type { Context } from "./context.js";
import { OUTPUT_LOST } from "./exit-codes.js";
import { printFailure } from "./failure.js";
import { help } from "./help.js";
import { COMMAND_NAMES, type Command, type Values } from "./options.js";
import { Output, type OutputStream } from "./output.js";
import { runSandbox } from "./sandbox.js";
import { runUpload } from "./upload.js";
import { runUrl } from "./url.js";

type Run = (operands: readonly string[], values: Values, context: Context) => number | Promise<number>;

const RUN: Readonly<Record<Command, Run>> = { url: runUrl, upload: runUpload, sandbox: runSandbox, help: runHelp };

/** The program's environment, from the process or a test. */
export interface Io extends Omit<Context, "output"> {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[], { stdout, stderr, ...io }: Io): Promise<number> {
  const output = new Output(stdout, stderr, io.env);
  const commandLine = parseCommandLine(args);
  const json = commandLine.values.json !== undefined;
  let code: number;
  try {
    code = await run(commandLine, { ...io, output });
  } catch (thrown) {
    code = printFailure(thrown as Error, output, json);
  }
  return (await output.allWritten()) ? code : code || OUTPUT_LOST;
}

async function run(commandLine: CommandLine, context: Context): Promise<number> {
  const { values, positionals } = commandLine;
  const [word, ...operands] = positionals;
  const known = COMMAND_NAMES.find((name) => name === word);
  if (isGiven("help", commandLine)) return runHelp(known ? [known] : [], values, context);
  if (isGiven("version", commandLine)) {
    context.output.result(createRequire(import.meta.url)("clear-presign/package.json").version);
    return 0;
  }
  checkOptionsOfCommand(commandLine, known);
  return await RUN[known ?? checkWord("command", word, COMMAND_NAMES)](operands, values, context);
}

/** `clear-presign help`: explains a command, or all. */
function runHelp([word, ...more]: readonly string[], _values: Values, { output }: Context): number {
  if (more.length > 0) throw invalidInput("help", "takes one command");
  const text = help(word === undefined ? undefined : checkWord("command", word, COMMAND_NAMES));
  for (const line of text.split("\n")) output.result(line);
  return 0;
}
