import createFetchClient from "openapi-fetch";
import type { GlsFailure, paths } from "../generated/openapi.js";
import { clearError, type GlsApiError, invalidInput } from "./errors.js";
import { type Answer, answered, type Endpoint, exchange, member, parseJson, unexpectedResponse } from "./exchange.js";
import {
  type CallOptions,
  type ClientOptions,
  checkFields,
  checkFileName,
  checkOptions,
  extension,
  listed,
} from "./input.js";
import { type PreSignedUrl, XLS, XLSX } from "./pre-signed-url.js";
import type { Result } from "./result.js";

/** By extension, from the vendor's "Upload File to Storage" page. That the URL is signed for it is inferred. */
const CONTENT_TYPES = { csv: "text/csv", xlsx: XLSX, xls: XLS, zip: "application/zip" };
const EXTENSIONS = Object.keys(CONTENT_TYPES);
const isExtension = (text: string): text is keyof typeof CONTENT_TYPES => EXTENSIONS.includes(text);

/** Statuses with an envelope. */
const STATUSES = [200, 400, 401, 403, 406, 500] as const;

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

/** Which of GLS's documented refusals an answer is, if any. Everything in it is clean. */
function refusal(answer: Answer, clean: (text: string) => string): GlsApiError | undefined {
  const { status } = answer;
  const safe = clean(answer.text);
  const body = parseJson(safe);
  const known = STATUSES.find((documented) => documented === status);
  const code = member(member(body, "error"), "code");
  const said = member(member(body, "error"), "message") || member(body, "message");
  const message = typeof said === "string" && said !== "" ? said : answered(answer, safe);
  const common = { kind: "api", api: "gls", code: typeof code === "string" ? code : null } as const;
  if (known && member(body, "success") === false) {
    return clearError(message, { ...common, status: known, body: body as GlsFailure });
  }
  if (known === 401 || known === 403) return clearError(message, { ...common, status: known, body: safe });
  return undefined;
}

const endpoint: Endpoint = {
  api: "gls",
  lifeSeconds: 3600,
  decode(answer, clean) {
    const body = parseJson(answer.text);
    const url = member(member(body, "result"), "uploadUrl");
    if (answer.status === 200 && member(body, "success") === true && typeof url === "string") return { data: url };
    return { error: refusal(answer, clean) ?? unexpectedResponse(answer, clean) };
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
  const http = createFetchClient<paths>({ baseUrl: checked.baseUrl });
  return {
    getPreSignedUrl: (input, callOptions = {}) =>
      exchange(endpoint, checked, callOptions, () => {
        checkFields("input", input, ["fileName"]);
        const fileName = checkFileName(input.fileName);
        const type = extension(fileName);
        if (!isExtension(type)) throw invalidInput("fileName", `must have the extension ${listed(EXTENSIONS)}`);
        return {
          contentType: CONTENT_TYPES[type],
          build: (token, fetch) =>
            http.GET("/one-integration/action/pre-sign", {
              params: { header: { "x-integration-id": integrationId }, query: { filename: fileName } },
              headers: { "x-clear-auth-token": token },
              fetch,
            }),
        };
      }),
  };
}
