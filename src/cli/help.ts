import { list } from "./command-line.js";
import { CREDENTIALS } from "./credentials.js";
import { EXIT_CODES, OUTPUT_LOST, RETRYABLE, SOME_FAILED } from "./exit-codes.js";
import { COMMAND_NAMES, COMMANDS, type Command, SHOWN_OPTIONS } from "./options.js";

/** Rows of two columns. */
function rows(cells: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...cells.map(([left]) => left.length));
  return cells.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** What the help adds to the options of a command. */
const NOTES: Partial<Record<Command, string>> = {
  upload: `After --, everything is a FILE. A refused token (401 or 403) stops the rest of the files.`,
  sandbox: `The sandbox accepts the tokens of the environment, or the ones that it prints. POST /__sandbox/next queues an error, a
delay or a closed connection for its next call.`,
};

const CREDENTIAL_HELP = `Credentials come from the environment only:
  ${CREDENTIALS.join(", ")}`;

const EXAMPLES: readonly string[] = [
  "clear-presign upload cfc sales.csv --template sales --environment sandbox",
  "clear-presign upload gls *.zip --concurrency 2 --timeout 600 --environment production",
  "clear-presign upload cfc export.tmp --file-name sales.csv --template sales --environment sandbox",
  "gunzip <sales.csv.gz | clear-presign upload gls - --file-name sales.csv --environment sandbox",
  "clear-presign url gls january.zip --environment sandbox --json",
  "clear-presign sandbox --port 0 --lifetime 5",
  "clear-presign help upload",
];

const EXIT_CODE_HELP = `Exit codes:
  0 success, 1 anything else, ${Object.entries(EXIT_CODES)
    .map(([kind, code]) => `${code} ${kind}`)
    .join(", ")}
  ${RETRYABLE} instead of these if the same command may succeed later (error.retryable)
  ${OUTPUT_LOST} everything was done, but not all output could be written
  Several files: 0 all are uploaded, ${SOME_FAILED} some are, otherwise the code of the failures, 1 if they differ.`;

/** The options of these commands, under a heading for each group of commands that share some. */
function options(commands: readonly Command[]): string[] {
  const headings = SHOWN_OPTIONS.map(({ of }) => {
    const shared = commands.filter((command) => of.includes(command));
    if (commands.length === 1) return shared.length > 0 ? "Options:" : "";
    return shared.length === commands.length ? "Options of every command:" : `Options of ${list(shared)}:`;
  });
  const lines = rows(
    SHOWN_OPTIONS.map(({ option, help, otherwise }) => [
      option,
      `${help}${otherwise ? ` (default: ${otherwise})` : ""}`,
    ]),
  );
  return [...new Set(headings)]
    .filter((heading) => heading !== "")
    .map((heading) => [heading, ...lines.filter((_, i) => headings[i] === heading)].join("\n"));
}

/** Explains a command, or all. */
export function help(command?: Command): string {
  const commands = command ? [command] : COMMAND_NAMES;
  const usage = commands.map((one) => [`clear-presign ${COMMANDS[one].usage}`, COMMANDS[one].help] as const);
  const examples = EXAMPLES.filter((example) => !command || example.includes(`clear-presign ${command} `));
  return [
    ["Usage:", ...rows(usage)].join("\n"),
    ...options(commands),
    ...commands.flatMap((one) => NOTES[one] ?? []),
    CREDENTIAL_HELP,
    ["Examples:", ...examples.map((example) => `  ${example}`)].join("\n"),
    EXIT_CODE_HELP,
  ].join("\n\n");
}
