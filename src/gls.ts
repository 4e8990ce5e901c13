import type { GlsFailure, GlsPreSignedUrlSuccess } from "../generated/openapi.js";
import { type ApiFields, apiError, invalidInput } from "./errors.js";
import { buildRequest, type Endpoint, exchange, type Untrusted } from "./exchange.js";
import {
  type CallOptions,
  type ClientOptions,
  checkEnum,
  checkFields,
  checkFileName,
  checkOptions,
  extension,
} from "./input.js";
import { type PreSignedUrl, XLS, XLSX } from "./pre-signed-url.js";
import type { Result } from "./result.js";

/** By extension, from the vendor's "Upload File to Storage" page. That the URL is signed for it is inferred. */
const CONTENT_TYPES = { csv: "text/csv", xlsx: XLSX, xls: XLS, zip: "application/zip" };
const EXTENSIONS = Object.keys(CONTENT_TYPES) as (keyof typeof CONTENT_TYPES)[];

/** Statuses with an envelope. */
const STATUSES = [200, 400, 401, 403, 406, 500];

export type GlsClientOptions = ClientOptions & {
  /** The integration's identifier, a UUID of 36 characters that Clear provides: `x-integration-id`. */
  readonly integrationId: string;
};

export interface GlsInput {
  /** Not empty, no path; the extension is csv, xlsx, xls or zip in any case. Sent unchanged. */
  readonly fileName: string;
}

export interface GlsClient {
  /**
   * Asks GLS for a URL to PUT one file to.
   *
   * Source: the GLS page "Get Pre-signed URL". The URL lives 1 hour.
   *
   * @returns the URL, or an error of kind `invalid-input`, `api`, `unexpected-response`, `network`, `timeout`
   * or `aborted`. It never throws.
   */
  getPreSignedUrl(input: GlsInput, options?: CallOptions): Promise<Result<PreSignedUrl>>;
}

const endpoint: Endpoint = {
  api: "gls",
  tokenHeader: "x-clear-auth-token",
  lifeSeconds: 3600,
  decode(status, body, safe, safeText) {
    const success = body as Untrusted<GlsPreSignedUrlSuccess>;
    const url = success?.result?.uploadUrl;
    if (status === 200 && success?.success === true && typeof url === "string") return url;
    const failure = safe as Untrusted<GlsFailure>;
    const enveloped = failure?.success === false && STATUSES.includes(status);
    if (!enveloped && status !== 401 && status !== 403) return undefined;
    const code = failure?.error?.code;
    return apiError(failure?.error?.message || failure?.message, safeText, {
      kind: "api",
      api: "gls",
      status,
      code: typeof code === "string" ? code : null,
      body: enveloped ? safe : safeText,
    } as ApiFields);
  },
};

/**
 * A client of the GLS endpoint.
 *
 * @throws {InvalidInputError} for options that are missing, wrong or unknown. Nothing else ever throws.
 */
export function createGlsClient(options: GlsClientOptions): GlsClient {
  const checked = checkOptions(options, ["integrationId"]);
  const { integrationId } = options;
  if (typeof integrationId !== "string" || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(integrationId)) {
    throw invalidInput("integrationId", "must be a UUID of 36 characters");
  }
  return {
    getPreSignedUrl: (input, callOptions = {}) =>
      exchange(endpoint, checked, callOptions, () => {
        checkFields("input", input, ["fileName"]);
        const fileName = checkFileName(input.fileName);
        const type = checkEnum("fileName", extension(fileName), EXTENSIONS, "must have one of the extensions");
        return {
          contentType: CONTENT_TYPES[type],
          ...buildRequest(checked.baseUrl, "/one-integration/action/pre-sign", {
            header: { "x-integration-id": integrationId },
            query: { filename: fileName },
          }),
        };
      }),
  };
}
