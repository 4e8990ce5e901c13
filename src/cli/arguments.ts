import { type ParseArgsConfig, parseArgs } from "node:util";
import { invalidInput, isClearError } from "../errors.js";

export type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/**
 * Parses the arguments of a command.
 *
 * @throws {InvalidInputError} If an option is unknown to the command, or is given twice although it takes one value.
 */
export function parseArguments<const O extends Options>(args: readonly string[], options: O) {
  try {
    const config = { args: [...args], options, allowPositionals: true, tokens: true } as const;
    const { values, positionals, tokens } = parseArgs(config);
    const seen = new Set<string>();
    for (const token of tokens) {
      if (token.kind !== "option" || token.value === undefined || options[token.name]?.multiple) continue;
      if (seen.has(token.name)) throw invalidInput(token.rawName, "must be given once");
      seen.add(token.name);
    }
    return { values: values as Values<O>, positionals: positionals as string[] };
  } catch (error) {
    if (isClearError(error)) throw error;
    throw invalidInput("command line", `cannot be parsed: ${(error as Error).message.replaceAll("\n", " ")}`);
  }
}

/** Checks the files of a command. */
export function checkFiles(files: readonly string[]): [string, ...string[]] {
  const [file, ...more] = files;
  if (file === undefined) throw invalidInput("FILE", "must be given, after cfc or gls");
  if (files.includes("")) throw invalidInput("FILE", "must not be empty");
  return [file, ...more];
}

/** The maximum delay of a timer, in milliseconds. */
const MAX_TIMER_MS = 2_147_483_647;

export function parseInteger(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  // `Number` alone would read an empty string as 0.
  if (!/^\d+$/.test(text) || number < min || number > max) {
    throw invalidInput(option, `must be an integer from ${min} to ${max}`);
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
    throw invalidInput(option, `must be a number of seconds from 0.001 to ${MAX_TIMER_MS / 1000}`);
  }
  return ms;
}
