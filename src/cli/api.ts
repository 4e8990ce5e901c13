import { basename } from "node:path";
import { type CfcFileContentType, type CfcTemplateType, cfcTemplateTypeValues } from "../../generated/types.js";
import { createCfcClient } from "../endpoints/cfc.js";
import { createGlsClient } from "../endpoints/gls.js";
import { type ClearError, invalidInput } from "../errors.js";
import { type CallOptions, type ClientEvent, ENVIRONMENTS } from "../options.js";
import type { PreSignedUrl } from "../pre-signed-url.js";
import type { Result } from "../result.js";
import { type Upload, type UploadOptions, uploadFile } from "../upload/index.js";
import { checkEnum } from "../validate.js";
import { parsePositiveInteger, parseSeconds, type Values } from "./arguments.js";
import type { URL_OPTIONS } from "./options.js";

type ApiValues = Values<typeof URL_OPTIONS>;
type Env = Readonly<Record<string, string | undefined>>;

/** The calls of an API that the commands use. */
export interface ApiCalls {
  getPreSignedUrl(file: string, options: CallOptions): Promise<Result<PreSignedUrl>>;
  uploadFile(file: string, options: UploadOptions): Promise<Result<Upload>>;
}

/** Creates a client. `onEvent` receives the events of its requests and uploads. */
export type ConnectApi = (onEvent: (event: ClientEvent) => void) => ApiCalls;

/**
 * Reads the settings of an API from a command's arguments, options and environment.
 *
 * @throws {InvalidInputError} Names the argument, option or environment variable.
 */
export function apiOf(name: string | undefined, files: readonly string[], values: ApiValues, env: Env): ConnectApi {
  const api = checkEnum("api", name, ["cfc", "gls"]);
  const fileName = values["file-name"];
  if (fileName !== undefined && files.length > 1) throw invalidInput("--file-name", "is for one FILE only");
  const terms = { ...TERMS, fileName: fileName === undefined ? "FILE" : "--file-name" };
  const nameOf = (file: string) => fileName ?? basename(file);

  if (api === "cfc") {
    const templateType = checkEnum<CfcTemplateType>("--template", values.template, cfcTemplateTypeValues);
    // Checked by the client.
    const fileContentType = values["content-type"] as CfcFileContentType | undefined;
    const authToken = credential(env, "CLEAR_CFC_AUTH_TOKEN");
    const options = { ...clientOptions(values), authToken };
    return connection({ ...terms, authToken: "CLEAR_CFC_AUTH_TOKEN" }, (onEvent) => {
      const client = createCfcClient({ ...options, onEvent });
      const inputOf = (file: string) => ({ templateType, fileName: nameOf(file), fileContentType });
      return {
        getPreSignedUrl: (file, callOptions) => client.getPreSignedUrl(inputOf(file), callOptions),
        uploadFile: (file, uploadOptions) =>
          uploadFile(client, { path: file, ...uploadOptions, ...inputOf(file), onEvent }),
      };
    });
  }
  for (const option of ["template", "content-type"] as const) {
    if (values[option] !== undefined) throw invalidInput(`--${option}`, "is for cfc only");
  }
  const authToken = credential(env, "CLEAR_GLS_AUTH_TOKEN");
  const integrationId = credential(env, "CLEAR_GLS_INTEGRATION_ID");
  const options = { ...clientOptions(values), authToken, integrationId };
  return connection({ ...terms, authToken: "CLEAR_GLS_AUTH_TOKEN" }, (onEvent) => {
    const client = createGlsClient({ ...options, onEvent });
    const inputOf = (file: string) => ({ fileName: nameOf(file) });
    return {
      getPreSignedUrl: (file, callOptions) => client.getPreSignedUrl(inputOf(file), callOptions),
      uploadFile: (file, uploadOptions) =>
        uploadFile(client, { path: file, ...uploadOptions, ...inputOf(file), onEvent }),
    };
  });
}

/** Reads the limits of each call, for the client and the upload. */
export function limits(values: ApiValues): { maxAttempts: number | undefined; totalTimeoutMs: number | undefined } {
  const { timeout, "max-attempts": attempts } = values;
  return {
    maxAttempts: attempts === undefined ? undefined : parsePositiveInteger("--max-attempts", attempts),
    totalTimeoutMs: timeout === undefined ? undefined : parseSeconds("--timeout", timeout),
  };
}

function clientOptions(values: ApiValues) {
  const { environment, "base-url": baseUrl } = values;
  if (baseUrl === undefined) {
    const checked = checkEnum("--environment", environment, ENVIRONMENTS, "(or --base-url) must be given, one of");
    return { environment: checked, ...limits(values) };
  }
  if (environment !== undefined) throw invalidInput("--base-url", "must not be given with --environment");
  return { baseUrl, ...limits(values) };
}

function credential(env: Env, name: string): string {
  const value = env[name];
  if (!value) throw invalidInput(name, "must be set in the environment");
  return value;
}

/** Wraps an API so that its errors use the command's terms. */
function connection(terms: Terms, connect: ConnectApi): ConnectApi {
  const translated = <T>(result: Result<T>): Result<T> =>
    result.error ? { error: inTermsOf(terms, result.error) } : result;
  return (onEvent) => {
    try {
      const { getPreSignedUrl, uploadFile } = connect(onEvent);
      return {
        getPreSignedUrl: async (file, options) => translated(await getPreSignedUrl(file, options)),
        uploadFile: async (file, options) => translated(await uploadFile(file, options)),
      };
    } catch (error) {
      throw inTermsOf(terms, error as ClearError);
    }
  };
}

/** Maps the package's names of options and inputs to the command's. */
type Terms = Readonly<Record<string, string>>;

const TERMS: Terms = {
  baseUrl: "--base-url",
  integrationId: "CLEAR_GLS_INTEGRATION_ID",
  fileContentType: "--content-type",
  allowedHosts: "--allowed-host",
};

/** Rewords an `invalid-input` error in the command's terms. */
function inTermsOf(terms: Terms, error: ClearError): ClearError {
  if (error.kind !== "invalid-input") return error;
  const known = new Map(Object.entries(terms));
  const termOf = (word: string) => known.get(word) ?? word;
  const rule = error.message.slice(error.field.length + 1);
  return invalidInput(termOf(error.field), rule.replace(/\w+/g, termOf));
}
