import type { GlsFailure, operations, paths } from "../generated/openapi.js";
import {
  apiMessage,
  clearError,
  type GlsApiError,
  type RequestError,
  type StatusAndBody,
  throwForCaller,
} from "./errors.js";
import { CSV, extension, XLS, XLSX, ZIP } from "./media-types.js";
import { type CallOptions, type ClientOptions, checkOptions } from "./options.js";
import { type PreSignedUrl, preSignedUrl } from "./pre-signed-url.js";
import { type Operation, Requester } from "./request.js";
import { type DocumentedResponse, type Untrusted, untrusted } from "./response.js";
import type { Result } from "./result.js";
import { checkEnum, checkFields, checkFileName, checkUuid } from "./validate.js";

const LIFETIME_SECONDS = 3600;

const EXTENSIONS = ["csv", "xlsx", "xls", "zip"] as const;

/** Per extension, from the vendor's "Upload File to Storage" page. Inferred: the URL is signed for this type. */
const CONTENT_TYPES: Record<(typeof EXTENSIONS)[number], string> = { csv: CSV, xlsx: XLSX, xls: XLS, zip: ZIP };

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
   * @returns The URL, or an error of kind `invalid-input`, `api`, `unexpected-response`, `network`, `timeout`
   * or `aborted`. Never throws.
   */
  getPreSignedUrl(input: GlsInput, options?: CallOptions): Promise<Result<PreSignedUrl, GlsApiError | RequestError>>;
}

type GlsResponse = DocumentedResponse<operations["getGlsPreSignedUrl"]>;

function apiError(
  statusAndBody: StatusAndBody<GlsApiError>,
  envelope: Untrusted<GlsFailure> | undefined,
  text: string,
): GlsApiError {
  const { code: sent, message } = envelope?.error ?? {};
  const rawCode = typeof sent === "string" ? sent : null;
  return clearError<GlsApiError>(apiMessage("gls", statusAndBody.status, message || envelope?.message, text), {
    kind: "api",
    api: "gls",
    ...statusAndBody,
    code: rawCode === null || isNumeric(rawCode) ? rawCode : "UNKNOWN",
    rawCode,
  });
}

function isNumeric(code: string): code is `${number}` {
  return /^\d+$/.test(code);
}

function errorOf({ status, body, text }: GlsResponse): GlsApiError | undefined {
  switch (status) {
    case 200:
    case 400:
    case 406:
    case 500:
      return body?.success === false ? apiError({ status, body }, body, text) : undefined;
    case 401:
    case 403: {
      // The page's table documents the envelope for a 401 too; its sample is plain text.
      const envelope = untrusted<GlsFailure>(body);
      return apiError({ status, body: envelope?.success === false ? envelope : text }, envelope, text);
    }
    default:
      return undefined;
  }
}

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
  const { requester, integrationId } = throwForCaller(createGlsClient, "options", () => ({
    requester: new Requester<paths>("gls", "x-clear-auth-token", checkOptions(options, ["integrationId"])),
    integrationId: checkUuid("integrationId", options.integrationId),
  }));

  function operation(input: GlsInput): Operation<GlsResponse, PreSignedUrl, GlsApiError> {
    checkFields("input", input, ["fileName"]);
    const fileName = checkFileName(input.fileName);
    const type = checkEnum("fileName", extension(fileName), EXTENSIONS, "must have one of the extensions");
    return {
      secretFields: ["uploadUrl"],
      send: (init) =>
        requester.client.GET("/one-integration/action/pre-sign", {
          ...init,
          params: { header: { "x-integration-id": integrationId }, query: { filename: fileName } },
        }),
      decode({ status, body }, received) {
        if (status !== 200 || body?.success !== true) return undefined;
        return preSignedUrl(body.result?.uploadUrl, CONTENT_TYPES[type], LIFETIME_SECONDS, received);
      },
      errorOf,
    };
  }

  async function getPreSignedUrl(input: GlsInput, callOptions: CallOptions = {}) {
    return await requester.request(getPreSignedUrl, callOptions, () => operation(input));
  }

  return { getPreSignedUrl };
}
