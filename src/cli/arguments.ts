import { type ParseArgsConfig, parseArgs } from "node:util";
import { invalidInput, isClearError } from "../errors.js";
import { checkPositiveInteger } from "../validate.js";

export type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** What every command takes. */
export const COMMON_OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
} as const satisfies Options;

/**
 * Parses the arguments of a command.
 *
 * @throws {InvalidInputError} for an option that the command does not have, and for one that is given twice and
 * takes one value.
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

/** The files of a command. */
export function checkFiles(files: readonly string[]): [string, ...string[]] {
  const [file, ...more] = files;
  if (file === undefined) throw invalidInput("FILE", "must be given, after cfc or gls");
  if (files.includes("")) throw invalidInput("FILE", "must not be empty");
  return [file, ...more];
}

/** A number as people write one, which an empty string is not. */
export function numberOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

export function parsePositiveInteger(option: string, text: string): number {
  return checkPositiveInteger(option, numberOf(text));
}

/** Seconds as milliseconds. */
export function parseSeconds(option: string, text: string): number {
  const ms = Math.round(numberOf(text) * 1000);
  // The longest that a timer can wait.
  if (!(ms >= 1 && ms <= 2147483647)) throw invalidInput(option, "must be a number of seconds, at most 2147483");
  return ms;
}
