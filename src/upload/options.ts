import type { Agent } from "node:http";
import { type ClearError, invalidInput } from "../errors.js";
import { checkFields, checkFileName, checkHook, checkPositiveInteger, checkSignal } from "../validate.js";
import { checkAllowedHosts } from "./target.js";

export interface Progress {
  /** Bytes handed to the network; all of them only once the storage has answered 200. */
  readonly bytes: number;
  readonly total: number;
}

/** What happens in an upload, for logs and metrics. Nothing in it is a secret. */
export type UploadEvent =
  | {
      /** A PUT begins. One that is sent again without `Expect`, as the storage asked for, has the same `attempt`. */
      readonly type: "request";
      /** Where the file goes: the host of the pre-signed URL, and its port where it has one. */
      readonly host: string;
      /** From 1. */
      readonly attempt: number;
    }
  | {
      /** The storage has responded. */
      readonly type: "response";
      readonly host: string;
      readonly attempt: number;
      readonly status: number;
      /** From the start of the PUT. */
      readonly durationMs: number;
    }
  | {
      /** A PUT failed and there will be another one. */
      readonly type: "retry";
      readonly host: string;
      /** The one that failed. */
      readonly attempt: number;
      readonly waitMs: number;
      readonly error: ClearError;
    };

export interface UploadOptions {
  /**
   * The name in the request for the URL; its extension determines what the file must hold. Required for a file without
   * a name, unless you have the URL already: then only its size is checked.
   *
   * @default the name of the path or of the `File`
   */
  readonly fileName?: string | undefined;
  /** Called as bytes go out, and a last time with all of them when the storage has the file. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called at each request, response and retry. What it throws is ignored. */
  readonly onEvent?: ((event: UploadEvent) => void) | undefined;
  /** Ends the upload; the result is then an error of kind `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The maximum number of PUTs, the first included.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Longest time in milliseconds in which no byte moves. Connecting, with DNS and TLS, counts as such a time.
   *
   * @default 60_000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Limit of the whole upload in milliseconds: asking for URLs, all PUTs and the delays between them.
   *
   * @default none
   */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * Hosts that may receive the file over https, without ports. http is only for loopback, and loopback http needs no
   * entry.
   *
   * @default ["storage.clear.in"] (inferred from the vendor's samples)
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Whether a file that does not hold what its extension (csv, xls, xlsx, zip) says is an error, and one whose URL is
   * signed for another type.
   *
   * @default true
   */
  readonly checkContent?: boolean | undefined;
  /**
   * Connects to the storage, such as through a proxy: the agent of `https-proxy-agent`, or an `https.Agent` with the
   * certificates to trust.
   *
   * @default a new connection for each PUT, through the environment's proxy where Node does so
   */
  readonly agent?: Agent | undefined;
}

/** The options of an upload, checked and with their defaults. */
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
  // What Node itself asks for.
  if (agent !== undefined && typeof Object(agent).addRequest !== "function") {
    throw invalidInput("agent", "must be an http.Agent, such as https-proxy-agent makes");
  }
  return agent;
}

/**
 * @param inputFields - What the options may have besides, for the client.
 * @throws {InvalidInputError} naming the option.
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
