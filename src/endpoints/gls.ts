import { getGlsPreSignedUrl as operation } from "../../generated/operations.js";
import type { GlsFailure } from "../../generated/types.js";
import { createCall, type Endpoint, type Reader } from "../call.js";
import { extension } from "../content-type.js";
import type { GlsApiError, RequestError } from "../errors.js";
import { type CallOptions, CLIENT_OPTIONS, type ClientOptions, checkOptions } from "../options.js";
import { parameterCheck } from "../parameters.js";
import { type PreSignedUrl, preSignedUrl } from "../pre-signed-url.js";
import { type Untrusted, untrusted } from "../response.js";
import type { Result } from "../result.js";
import { checkEnum, checkFileName } from "../validate.js";

export type GlsClientOptions = ClientOptions & {
  /** The integration's identifier, a 36-character UUID provided by Clear. Sent as `x-integration-id`. */
  readonly integrationId: string;
};

export interface GlsInput {
  /** A non-empty name without a path. Its extension must be csv, xlsx, xls or zip, in any case. Sent unchanged. */
  readonly fileName: string;
}

export interface GlsClient {
  /**
   * Gets a pre-signed URL to PUT one file to, valid for 1 hour.
   *
   * Source: the GLS page "Get Pre-signed URL".
   *
   * @returns The URL, or an error of kind `invalid-input`, `callback`, `api`, `unexpected-response`, `network`, `timeout`
   * or `aborted`. Never throws.
   */
  getPreSignedUrl(input: GlsInput, options?: CallOptions): Promise<Result<PreSignedUrl, GlsApiError | RequestError>>;
}

/** The documented code is the status. */
function isStatus(code: string): code is `${number}` {
  return /^\d{3}$/.test(code);
}

function failure<Status extends GlsApiError["status"]>(
  status: Status,
  hasBody: boolean,
  envelope: Untrusted<GlsFailure> | undefined,
) {
  const { code: sent, message } = envelope?.error ?? {};
  const rawCode = typeof sent === "string" ? sent : null;
  const code = rawCode === null || isStatus(rawCode) ? rawCode : ("UNKNOWN" as const);
  return { status, code, rawCode, message: message || envelope?.message, hasBody };
}

export const READER: Reader<"getGlsPreSignedUrl", PreSignedUrl, GlsApiError> = {
  operation,
  read({ status, body }, received) {
    if (status !== 200 || body?.success !== true) return undefined;
    return preSignedUrl(body.result?.uploadUrl, operation.upload, received);
  },
  error({ status, body }) {
    switch (status) {
      case 200:
      case 400:
      case 406:
      case 500:
        return body?.success === false ? failure(status, true, body) : undefined;
      case 401:
      case 403: {
        // The page's table documents the envelope for a 401 too; its sample is plain text.
        const envelope = untrusted<GlsFailure>(body);
        return failure(status, envelope?.success === false, envelope);
      }
      default:
        return undefined;
    }
  },
};

const endpointOf = (integrationId: string): Endpoint<"getGlsPreSignedUrl", GlsInput, PreSignedUrl, GlsApiError> => ({
  ...READER,
  fields: { fileName: "filename" },
  parameters(input) {
    const filename = checkFileName("fileName", input.fileName);
    const rule = "must have one of the extensions";
    checkEnum("fileName", extension(filename), Object.keys(operation.upload.contentTypes), rule);
    return { header: { "x-integration-id": integrationId }, query: { filename } };
  },
});

/**
 * Creates a client for the GLS endpoint.
 *
 * @example
 * const gls = createGlsClient({ environment: "sandbox", authToken, integrationId });
 * const { data, error } = await gls.getPreSignedUrl({ fileName: "january.zip" });
 *
 * @throws {InvalidInputError} An `invalid-input` error for a missing, invalid or unknown option. Throws nothing else.
 */
export function createGlsClient(options: GlsClientOptions): GlsClient {
  const { integrationId, ...checked } = checkOptions(options, {
    ...CLIENT_OPTIONS,
    integrationId: parameterCheck(operation.parameters[0]),
  });
  const call = createCall(checked);
  const endpoint = endpointOf(integrationId);
  return { getPreSignedUrl: (input, callOptions) => call(endpoint, input, callOptions) };
}
