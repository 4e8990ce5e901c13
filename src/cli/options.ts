import type { Options } from "./arguments.js";

/** Options of every command. */
export const COMMON_OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
  verbose: { type: "boolean", short: "v" },
} as const satisfies Options;

/** Options of the commands that request a URL from Clear. */
export const URL_OPTIONS = {
  ...COMMON_OPTIONS,
  template: { type: "string" },
  environment: { type: "string" },
  "base-url": { type: "string" },
  "file-name": { type: "string" },
  "content-type": { type: "string" },
  timeout: { type: "string" },
  "max-attempts": { type: "string" },
} as const satisfies Options;

/** Options of `upload`. */
export const UPLOAD_OPTIONS = {
  ...URL_OPTIONS,
  "show-url": { type: "boolean" },
  "allowed-host": { type: "string", multiple: true },
  concurrency: { type: "string", default: "1" },
  "no-content-check": { type: "boolean" },
} as const satisfies Options;

/** Options of `sandbox`. */
export const SANDBOX_OPTIONS = {
  ...COMMON_OPTIONS,
  port: { type: "string", default: "4010" },
  "storage-port": { type: "string", default: "0" },
  lifetime: { type: "string" },
  "allow-origin": { type: "string", multiple: true },
} as const satisfies Options;
