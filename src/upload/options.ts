import type { Agent } from "node:http";
import { type ClearError, invalidInput } from "../errors.js";
import { checkFields, checkFileName, checkHook, checkPositiveInteger, checkSignal } from "../validate.js";
import { checkAllowedHosts } from "./target.js";

export interface Progress {
  /** Bytes handed to the network. Equals `total` only once the storage has responded with 200. */
  readonly bytes: number;
  readonly total: number;
}

/** An event of an upload, for logs and metrics. Contains no secrets. */
export type UploadEvent =
  | {
      /** A PUT begins. If the storage rejects `Expect`, the PUT is repeated without it, with the same `attempt`. */
      readonly type: "request";
      /** The host of the pre-signed URL, including its port if it has one. */
      readonly host: string;
      /** Starts at 1. */
      readonly attempt: number;
    }
  | {
      /** The storage has responded. */
      readonly type: "response";
      readonly host: string;
      readonly attempt: number;
      readonly status: number;
      /** Milliseconds since the start of the PUT. */
      readonly durationMs: number;
    }
  | {
      /** A PUT failed and another will follow. */
      readonly type: "retry";
      readonly host: string;
      /** The attempt that failed. */
      readonly attempt: number;
      readonly waitMs: number;
      readonly error: ClearError;
    };

export interface UploadOptions {
  /**
   * The file name in the request for the URL. Its extension determines the expected content. Required for a file
   * without a name, unless you already have the URL; then only the file's size is checked.
   *
   * @default the name in the path, or of the `File`
   */
  readonly fileName?: string | undefined;
  /** Called as bytes are sent, and once more with the total when the storage has the file. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called for each request, response and retry. Anything it throws is ignored. */
  readonly onEvent?: ((event: UploadEvent) => void) | undefined;
  /** Aborts the upload. The result is then an error of kind `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The maximum number of PUTs, including the first.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Time limit in milliseconds without any byte sent or received. Also limits connecting, including DNS and TLS.
   *
   * @default 60_000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Time limit for the whole upload in milliseconds: requesting URLs, all PUTs and the delays between them.
   *
   * @default none
   */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * Hosts, without ports, that may receive the file over https. http is allowed on loopback only, which needs no
   * entry.
   *
   * @default ["storage.clear.in"] (inferred from the vendor's samples)
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Whether to reject a file whose content does not match its extension (csv, xls, xlsx, zip), or whose URL is signed
   * for another type.
   *
   * @default true
   */
  readonly checkContent?: boolean | undefined;
  /**
   * The agent that connects to the storage, such as a proxy agent from `https-proxy-agent`, or an `https.Agent` with
   * the certificates to trust.
   *
   * @default a new connection for each PUT, through the environment's proxy if Node uses it
   */
  readonly agent?: Agent | undefined;
}

/** The options of an upload, checked and with defaults applied. */
export interface CheckedOptions {
  readonly fileName: string | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly onEvent: ((event: UploadEvent) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly maxAttempts: number;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number | undefined;
  readonly allowedHosts: readonly string[];
  readonly checkContent: boolean;
  readonly agent: Agent | undefined;
}

function checkAgent(agent: Agent | undefined): Agent | undefined {
  // The same check as Node's.
  if (agent !== undefined && typeof Object(agent).addRequest !== "function") {
    throw invalidInput("agent", "must be an http.Agent, such as https-proxy-agent makes");
  }
  return agent;
}

/**
 * @param inputFields - Additional options that are passed to the client.
 * @throws {InvalidInputError} Names the option.
 */
export function checkOptions(options: UploadOptions, inputFields: readonly string[] = []): CheckedOptions {
  checkFields("options", options, [
    ...inputFields,
    "fileName",
    "onProgress",
    "onEvent",
    "signal",
    "maxAttempts",
    "idleTimeoutMs",
    "totalTimeoutMs",
    "allowedHosts",
    "checkContent",
    "agent",
  ]);
  const {
    fileName,
    onProgress,
    onEvent,
    signal,
    maxAttempts = 3,
    idleTimeoutMs = 60_000,
    totalTimeoutMs,
    allowedHosts = ["storage.clear.in"],
    checkContent = true,
    agent,
  } = options;
  if (typeof checkContent !== "boolean") throw invalidInput("checkContent", "must be true or false");
  return {
    fileName: fileName === undefined ? undefined : checkFileName(fileName),
    onProgress: checkHook("onProgress", onProgress),
    onEvent: checkHook("onEvent", onEvent),
    signal: checkSignal(signal),
    maxAttempts: checkPositiveInteger("maxAttempts", maxAttempts),
    idleTimeoutMs: checkPositiveInteger("idleTimeoutMs", idleTimeoutMs),
    totalTimeoutMs: totalTimeoutMs === undefined ? undefined : checkPositiveInteger("totalTimeoutMs", totalTimeoutMs),
    allowedHosts: checkAllowedHosts(allowedHosts),
    checkContent,
    agent: checkAgent(agent),
  };
}
