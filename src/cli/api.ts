import { basename } from "node:path";
import type { Readable } from "node:stream";
import { cfcFileContentTypeValues, cfcTemplateTypeValues } from "../../generated/types.js";
import { createCfcClient } from "../endpoints/cfc.js";
import { createGlsClient } from "../endpoints/gls.js";
import { type Api, type ClearError, invalidInput } from "../errors.js";
import { type CallOptions, type ClientEvent, ENVIRONMENTS } from "../options.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import type { Result } from "../result.js";
import { type Env, TOKEN_VARIABLES } from "../sandbox/environment.js";
import { type Upload, type UploadOptions, uploadFile } from "../upload/index.js";
import { checkWord, parsePositiveInteger, parseSeconds } from "./command-line.js";
import { INTEGRATION_ID, readCredential } from "./credentials.js";
import type { Values } from "./options.js";

/** The statuses of a refused token. */
const REFUSED: ReadonlySet<number> = new Set([401, 403]);

/** What an upload reads: a file, or standard input. */
export type Source = { readonly path: string } | { readonly stream: Readable };

/** The calls of an API that the commands use. */
export interface ApiCalls {
  getPreSignedUrl(file: string, options: CallOptions): Promise<Result<PreSignedUrl>>;
  uploadFile(file: string, source: Source, options: UploadOptions): Promise<Result<Upload>>;
}

/** An API with the settings of a command. */
export interface CommandApi {
  /** Creates a client. `onEvent` receives the events of its requests and uploads. */
  connect(onEvent: OnEvent): ApiCalls;
  /** Explains a refused token; undefined for any other error. */
  refusal(error: ClearError): string | undefined;
}

type OnEvent = (event: ClientEvent) => void;

/** Either client, whose input is that of `inputOf`. */
interface Client {
  getPreSignedUrl(input: { readonly fileName: string }, options: CallOptions): Promise<Result<PreSignedUrl>>;
}

/** What differs between the APIs. */
interface Settings {
  /** The variables with the credentials, for a message. */
  readonly credentials: string;
  readonly create: (onEvent: OnEvent) => Client;
  readonly inputOf: (fileName: string) => { readonly fileName: string };
}

/**
 * Reads the settings of an API from a command's arguments, options and environment.
 *
 * @throws {InvalidInputError} Names the argument, option or environment variable.
 */
export function apiOf(name: string | undefined, values: Values, env: Env): CommandApi {
  const api = checkWord<Api>("api", name, ["cfc", "gls"]);
  const { credentials, create, inputOf } = api === "cfc" ? cfcSettings(values, env) : glsSettings(values, env);
  const fileName = values["file-name"];
  const input = (file: string) => inputOf(fileName ?? basename(file));
  const terms: Terms = {
    ...TERMS,
    authToken: TOKEN_VARIABLES[api],
    fileName: fileName === undefined ? "FILE" : "--file-name",
  };
  const translated = <T>(result: Result<T>): Result<T> =>
    result.error ? { error: inTermsOf(terms, result.error) } : result;
  const createClient = (onEvent: OnEvent) => {
    try {
      return create(onEvent);
    } catch (error) {
      // The clients throw nothing else.
      throw inTermsOf(terms, error as ClearError);
    }
  };
  return {
    connect(onEvent) {
      const client = createClient(onEvent);
      return {
        getPreSignedUrl: async (file, options) => translated(await client.getPreSignedUrl(input(file), options)),
        uploadFile: async (file, source, options) =>
          translated(await uploadFile(client, { ...source, ...options, ...input(file), onEvent })),
      };
    },
    refusal(error) {
      const isRefusal = (error.kind === "api" || error.kind === "unexpected-response") && REFUSED.has(error.status);
      return isRefusal ? `${credentials} was refused by ${target(values)}.` : undefined;
    },
  };
}

function cfcSettings(values: Values, env: Env): Settings {
  const templateType = checkWord("--template", values.template, cfcTemplateTypeValues);
  const { "content-type": type } = values;
  const fileContentType = type === undefined ? undefined : checkWord("--content-type", type, cfcFileContentTypeValues);
  const options = { ...clientOptions(values), authToken: readCredential(env, TOKEN_VARIABLES.cfc) };
  return {
    credentials: TOKEN_VARIABLES.cfc,
    create: (onEvent) => createCfcClient({ ...options, onEvent }),
    inputOf: (fileName) => ({ templateType, fileName, fileContentType }),
  };
}

function glsSettings(values: Values, env: Env): Settings {
  for (const option of ["template", "content-type"] as const) {
    if (values[option] !== undefined) throw invalidInput(`--${option}`, "is for cfc only");
  }
  const options = {
    ...clientOptions(values),
    authToken: readCredential(env, TOKEN_VARIABLES.gls),
    integrationId: readCredential(env, INTEGRATION_ID),
  };
  return {
    // A 403 may mean that they do not belong together.
    credentials: `${TOKEN_VARIABLES.gls}, with ${INTEGRATION_ID},`,
    create: (onEvent) => createGlsClient({ ...options, onEvent }),
    inputOf: (fileName) => ({ fileName }),
  };
}

/** Reads the limits of each call, for the client and the upload. */
export function limits(values: Values): { maxAttempts: number | undefined; totalTimeoutMs: number | undefined } {
  const { timeout, "max-attempts": attempts } = values;
  return {
    maxAttempts: attempts === undefined ? undefined : parsePositiveInteger("--max-attempts", attempts),
    totalTimeoutMs: timeout === undefined ? undefined : parseSeconds("--timeout", timeout),
  };
}

function clientOptions(values: Values) {
  const { environment, "base-url": baseUrl } = values;
  if (baseUrl === undefined) {
    if (environment !== undefined)
      return { environment: checkWord("--environment", environment, ENVIRONMENTS), ...limits(values) };
    throw invalidInput("--environment", `(or --base-url) must be given, one of ${ENVIRONMENTS.join(", ")}`);
  }
  if (environment !== undefined) throw invalidInput("--base-url", "must not be given with --environment");
  return { baseUrl, ...limits(values) };
}

/** Names what a command sends its requests to. */
function target({ environment, "base-url": baseUrl = "" }: Values): string {
  return environment === undefined ? new URL(baseUrl).origin : `the ${environment} environment`;
}

/** Maps the package's names of options and inputs to the command's. */
type Terms = Readonly<Record<string, string>>;

const TERMS: Terms = {
  baseUrl: "--base-url",
  integrationId: INTEGRATION_ID,
  fileContentType: "--content-type",
  allowedHosts: "--allowed-host",
  path: "FILE",
  stream: "FILE",
};

/** Names the field of an `invalid-input` error in the command's terms. */
function inTermsOf(terms: Terms, error: ClearError): ClearError {
  if (error.kind !== "invalid-input") return error;
  const { field, rule, unless } = error;
  const termOf = (name: string) => (Object.hasOwn(terms, name) ? (terms[name] as string) : name);
  return invalidInput(termOf(field), rule, unless === null ? null : termOf(unless));
}
