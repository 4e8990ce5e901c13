import type { Agent } from "node:http";
import { invalidInput } from "../errors.js";
import type { ClientEvent } from "../options.js";
import {
  type Checked,
  checkBoolean,
  checkFileName,
  checkHook,
  checkPositiveInteger,
  checkSignal,
  optional,
} from "../validate.js";
import { checkAllowedHosts } from "./allowed-hosts.js";

export interface Progress {
  /** Bytes handed to the network. Equals `total` only once the storage has responded with 200. */
  readonly bytes: number;
  readonly total: number;
}

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
  /** Called for each request to the storage, its response and each retry. Anything it throws is ignored. */
  readonly onEvent?: ((event: ClientEvent) => void) | undefined;
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

function checkAgent(field: string, agent: unknown): Agent {
  // The same check as Node's.
  if (typeof Object(agent).addRequest !== "function") {
    throw invalidInput(field, "must be an http.Agent, such as https-proxy-agent makes");
  }
  return agent as Agent;
}

/** How each option is checked, with its default. */
export const UPLOAD_OPTIONS = {
  fileName: optional(checkFileName),
  onProgress: optional(checkHook<Progress>),
  onEvent: optional(checkHook<ClientEvent>),
  signal: optional(checkSignal),
  maxAttempts: optional(checkPositiveInteger, 3),
  idleTimeoutMs: optional(checkPositiveInteger, 60_000),
  totalTimeoutMs: optional(checkPositiveInteger),
  allowedHosts: optional(checkAllowedHosts, ["storage.clear.in"]),
  checkContent: optional(checkBoolean, true),
  agent: optional(checkAgent),
};

/** The options of an upload, checked and with defaults applied. */
export type CheckedOptions = Checked<typeof UPLOAD_OPTIONS>;
