import { parseArgs } from "node:util";
import { invalidInput } from "../errors.js";
import { MAX_TIMER_MS } from "../time.js";
import { didYouMean, insteadOf, nearest, shortened } from "./nearest.js";
import { type Command, OPTIONS, type OptionName, type Values } from "./options.js";

/** A parsed command line. Its options are checked once its command is known. */
export type CommandLine = ReturnType<typeof parseCommandLine>;

type OptionToken = Extract<CommandLine["tokens"][number], { kind: "option" }>;

const isKnown = (name: string): name is OptionName => Object.hasOwn(OPTIONS, name);

/** Splits the arguments by the table of all options. Accepts any. */
export function parseCommandLine(args: readonly string[]) {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  // Cast because only `checkOptionsOfCommand` makes the types true.
  return { values: values as Values, positionals, tokens };
}

/** Whether an option is given. `-h` is not in the file name `-hello.zip`. */
export function isGiven(option: OptionName, { tokens }: CommandLine): boolean {
  const options = tokens.filter((token) => token.kind === "option");
  const isName = (index: number) => options.some((token) => token.index === index && !isKnown(token.name));
  return options.some(({ name, index }) => name === option && !isName(index));
}

/**
 * Checks the options that are given.
 *
 * @param command - The command, unless it is unknown.
 * @throws {InvalidInputError} Names the option.
 */
export function checkOptionsOfCommand({ tokens }: CommandLine, command: Command | undefined): void {
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    if (!isKnown(name)) throw unknownOption(token, command);
    const { of, type, multiple = false }: { of: readonly Command[]; type: string; multiple?: boolean } = OPTIONS[name];
    if (command && !of.includes(command)) throw invalidInput(rawName, `is an option of ${list(of)}, not of ${command}`);
    if (type === "boolean") {
      if (value !== undefined) throw invalidInput(rawName, "must be given without a value");
      continue;
    }
    if (value === undefined) throw invalidInput(rawName, "must be given with a value");
    if (!inlineValue && /^-./.test(value)) {
      throw invalidInput(rawName, `must be given with a value; one that starts with - as ${rawName}=-…`);
    }
    if (seen.has(name) && !multiple) throw invalidInput(rawName, "must be given once");
    seen.add(name);
  }
}

function unknownOption({ name, rawName }: OptionToken, command: Command | undefined) {
  const whole = command ? `an option of ${command}` : "an option";
  if (!rawName.startsWith("--")) {
    return invalidInput(rawName, `is not ${whole}. A FILE that starts with - must be given after --, or as ./-…`);
  }
  const names = Object.keys(OPTIONS) as OptionName[];
  const own = names.filter((one) => command && (OPTIONS[one].of as readonly Command[]).includes(command));
  const meant = nearest(name, own) ?? nearest(name, names);
  return invalidInput(shortened(rawName), `is not ${whole}${didYouMean(meant && `--${meant}`)}`);
}

/** Lists words: `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.join(", ").replace(/, (\S+)$/, " and $1");
}

/**
 * Checks a word of the command line that must be one of several.
 *
 * @throws {InvalidInputError} Names the word, and the one that was probably meant.
 */
export function checkWord<T extends string>(field: string, word: string | undefined, known: readonly T[]): T {
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  throw invalidInput(field, `must be one of ${known.join(", ")}${word === undefined ? "" : insteadOf(word, known)}`);
}

/** Standard input, given in place of a FILE. */
export const STDIN = "-";

/** Checks the files of a command. */
export function checkFiles(files: readonly string[], values: Values): [string, ...string[]] {
  const [file, ...more] = files;
  if (file === undefined) throw invalidInput("FILE", "must be given, after cfc or gls");
  if (files.includes("")) throw invalidInput("FILE", "must not be empty");
  if (files.includes(STDIN) && more.length > 0) throw invalidInput("FILE", "must be the only one if it is -, stdin");
  if (values["file-name"] === undefined) {
    if (file === STDIN)
      throw invalidInput("--file-name", "must be given if FILE is -, stdin; a file of that name is ./-");
  } else if (more.length > 0) {
    throw invalidInput("--file-name", "is for one FILE only");
  }
  return [file, ...more];
}

export function parseInteger(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  // `Number` alone would read an empty string as 0.
  if (!/^\d+$/.test(text) || number < min || number > max) {
    throw invalidInput(option, `must be an integer from ${min} to ${max}${insteadOf(text)}`);
  }
  return number;
}

export function parsePositiveInteger(option: string, text: string): number {
  return parseInteger(option, text, 1, MAX_TIMER_MS);
}

/** Parses seconds, and returns milliseconds. */
export function parseSeconds(option: string, text: string): number {
  const ms = Math.round(Number(text) * 1000);
  if (!/^\d+(\.\d+)?$/.test(text) || ms < 1 || ms > MAX_TIMER_MS) {
    throw invalidInput(option, `must be a number of seconds from 0.001 to ${MAX_TIMER_MS / 1000}${insteadOf(text)}`);
  }
  return ms;
}
