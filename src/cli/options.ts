import type { ParseArgsConfig, parseArgs } from "node:util";
import { cfcFileContentTypeValues, cfcTemplateTypeValues } from "../../generated/types.js";
import { ENVIRONMENTS } from "../options.js";

/** The commands: their arguments, and what they do. */
export const COMMANDS = {
  url: { usage: "url cfc|gls FILE [options]", help: "Print a pre-signed URL for FILE." },
  upload: {
    usage: "upload cfc|gls FILE... [options]",
    help: "Request a URL for each FILE and upload FILE to it. - is stdin.",
  },
  sandbox: { usage: "sandbox [options]", help: "Run both APIs and a storage on loopback." },
  help: { usage: "help [COMMAND]", help: "Explain a command." },
} as const;

export type Command = keyof typeof COMMANDS;

/** Cast because `Object.keys` returns `string[]`. */
export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly Command[];

/** An option, for `parseArgs`, for the help and for the guide. */
interface Option extends NonNullable<NonNullable<ParseArgsConfig["options"]>[string]> {
  /** The commands that have it. */
  readonly of: readonly Command[];
  /** How the help names the value. */
  readonly value?: string;
  readonly help: string;
  readonly default?: string;
  /** What applies without the option, if it has no `default` or one to explain. */
  readonly otherwise?: string;
}

const either = (values: readonly string[]) => values.join("|");

/** Every option of every command. */
export const OPTIONS = {
  environment: {
    of: ["url", "upload"],
    type: "string",
    value: either(ENVIRONMENTS),
    help: "Clear's environment; this or --base-url is required",
  },
  "base-url": { of: ["url", "upload"], type: "string", value: "URL", help: "another host" },
  template: {
    of: ["url", "upload"],
    type: "string",
    value: either(cfcTemplateTypeValues),
    help: "the type of the documents; CFC only, required",
  },
  "content-type": {
    of: ["url", "upload"],
    type: "string",
    value: either(cfcFileContentTypeValues),
    help: "the type of the file; CFC only",
    otherwise: "by the extension",
  },
  "file-name": {
    of: ["url", "upload"],
    type: "string",
    value: "NAME",
    help: "the name for Clear; for one FILE only, required for stdin",
    otherwise: "the name of FILE",
  },
  timeout: {
    of: ["url", "upload"],
    type: "string",
    value: "SECONDS",
    help: "the limit for each FILE, from the first request to the last",
    otherwise: "90 for a URL",
  },
  "max-attempts": {
    of: ["url", "upload"],
    type: "string",
    value: "N",
    help: "of each request, the first included",
    otherwise: "3",
  },
  concurrency: {
    of: ["upload"],
    type: "string",
    value: "N",
    help: "how many files at a time",
    default: "1",
  },
  "allowed-host": {
    of: ["upload"],
    type: "string",
    multiple: true,
    value: "HOST",
    help: "a storage host, besides loopback; repeatable",
    otherwise: "storage.clear.in",
  },
  "show-url": { of: ["upload"], type: "boolean", help: "print the whole URL, with its signature" },
  "no-content-check": {
    of: ["upload"],
    type: "boolean",
    help: "upload even a file that does not match its extension",
  },
  quiet: { of: ["upload"], type: "boolean", help: "print nothing on success, and only the failures otherwise" },
  port: {
    of: ["sandbox"],
    type: "string",
    value: "N",
    help: "the port of the APIs",
    default: "4010",
  },
  "storage-port": {
    of: ["sandbox"],
    type: "string",
    value: "N",
    help: "the port of the storage",
    default: "0",
    otherwise: "any free one",
  },
  "allow-origin": {
    of: ["sandbox"],
    type: "string",
    multiple: true,
    value: "ORIGIN",
    help: "an origin whose web pages may upload to the storage; repeatable",
    otherwise: "none",
  },
  lifetime: {
    of: ["sandbox"],
    type: "string",
    value: "SECONDS",
    help: "how long a URL is valid; with 0 it has already expired",
    otherwise: "as documented",
  },
  verbose: {
    of: ["url", "upload", "sandbox"],
    type: "boolean",
    short: "v",
    help: "print each request and response on stderr, without secrets",
  },
  json: { of: ["url", "upload", "sandbox"], type: "boolean", help: "print one JSON document on stdout" },
  help: { of: COMMAND_NAMES, type: "boolean", short: "h", help: "explain the command" },
  version: { of: COMMAND_NAMES, type: "boolean", help: "print the version of this package" },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

/** The values of the options, of which a command has only its own. */
export type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

/** An option as the help and the guide show it. */
export interface ShownOption {
  /** Such as `-v, --verbose` or `--port N`. */
  readonly option: string;
  readonly of: readonly Command[];
  readonly help: string;
  readonly otherwise: string;
}

export const SHOWN_OPTIONS: readonly ShownOption[] = Object.entries<Option>(OPTIONS).map(
  ([name, { of, short, value, help, default: byDefault = "", otherwise = byDefault }]) => ({
    option: `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
    of,
    help,
    otherwise,
  }),
);
