import { OPERATIONS } from "../../generated/operations.js";
import { invalidInput } from "../errors.js";
import { extension } from "../media-types.js";
import { checkCredentials, SANDBOX_CREDENTIALS, type SandboxCredentials } from "./credentials.js";
import { OneShotQueue, type OneShotResponse } from "./one-shot.js";
import { checkParameters, type Operation, pathParameters, type Violation } from "./parameters.js";
import { type Api, MAX_LIFETIME_SECONDS, type UrlSigner } from "./signing.js";

export interface ApiOptions {
  /**
   * The credentials that are accepted.
   *
   * @default SANDBOX_CREDENTIALS
   */
  readonly credentials?: SandboxCredentials | undefined;
  /**
   * The lifetime of URLs in seconds, up to 604,800 (7 days); 0 for URLs that have just expired.
   *
   * @default 600 for CFC, 3600 for GLS
   */
  readonly lifetimeSeconds?: number | undefined;
}

/** Both APIs, with a function for the `fetch` option of a client. */
export interface SandboxApi {
  readonly credentials: SandboxCredentials;
  /** Responds to a request like Clear. The host in the URL is ignored. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /**
   * Queues responses for the next calls, one per call, in order.
   *
   * @throws {InvalidInputError} An `invalid-input` error that names the field.
   */
  readonly next: (...responses: readonly OneShotResponse[]) => void;
}

interface DocumentedResponse {
  readonly status: number;
  readonly example: string;
  readonly mediaType: string;
  readonly body: unknown;
}

/** Identifies a documented response by its status and the name of its example. */
type Choice<Op extends Operation> = keyof Op["responses"];

/** Selects the documented response to a request. */
interface Endpoint<Op extends Operation> {
  readonly api: Api;
  readonly operation: Op;
  readonly success: Choice<Op>;
  readonly unauthorized: Choice<Op>;
  readonly invalid: (violation: Violation) => Choice<Op>;
  readonly contentType: (values: ReadonlyMap<string, string>) => string;
}

/** Returns the content type that a URL is signed for. `type` has been checked against the description. */
function contentTypeOf(operation: Operation, type: string | undefined): string {
  return (operation.upload.contentTypes as Readonly<Record<string, string>>)[String(type)] as string;
}

const CFC: Endpoint<typeof OPERATIONS.getCfcPreSignedUrl> = {
  api: "cfc",
  operation: OPERATIONS.getCfcPreSignedUrl,
  success: "200 created",
  unauthorized: "401 authorization-failed",
  invalid: ({ parameter, rule }) =>
    parameter === "fileContentType" && rule === "required"
      ? "500 file-content-type-missing"
      : "200 failed-invalid-request",
  contentType: (values) => contentTypeOf(OPERATIONS.getCfcPreSignedUrl, values.get("fileContentType")),
};

const GLS: Endpoint<typeof OPERATIONS.getGlsPreSignedUrl> = {
  api: "gls",
  operation: OPERATIONS.getGlsPreSignedUrl,
  success: "200 success",
  unauthorized: "401 unauthorized",
  invalid: ({ parameter, rule }) =>
    parameter === "filename" && rule === "pattern" ? "406 invalid-file-extension" : "400 bad-request",
  contentType: (values) => contentTypeOf(OPERATIONS.getGlsPreSignedUrl, extension(String(values.get("filename")))),
};

const ENDPOINTS: readonly (typeof CFC | typeof GLS)[] = [CFC, GLS];

/** Builds a response that is not in the description. */
export function problem(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify({ type: "about:blank", title, status }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

/** Reads one preference of a Prefer header, such as the code in `code=403, example=license-expired`. */
function preference(header: string, name: "code" | "example"): string | undefined {
  return new RegExp(`(?:^|[\\s,;])${name}="?([^\\s,;"]*)`).exec(header)?.[1];
}

/** Finds the documented response that a Prefer header names. Returns undefined if it names none. */
function preferred(
  header: string,
  responses: readonly DocumentedResponse[],
): DocumentedResponse | Response | undefined {
  const code = preference(header, "code");
  const name = preference(header, "example");
  if (code === undefined && name === undefined) return undefined;
  const found = responses.find(
    ({ status, example }) => (code ?? `${status}`) === `${status}` && (name ?? example) === example,
  );
  const all = responses.map(({ status, example }) => `code=${status}, example=${example}`);
  return found ?? problem(404, `Prefer must name a documented response, one of: ${all.join("; ")}`);
}

/** @throws {InvalidInputError} Names the option. */
export function checkApiOptions({ credentials = SANDBOX_CREDENTIALS, lifetimeSeconds }: ApiOptions) {
  const seconds = lifetimeSeconds ?? 0;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_LIFETIME_SECONDS) {
    throw invalidInput("lifetimeSeconds", `must be an integer from 0 to ${MAX_LIFETIME_SECONDS}`);
  }
  return { credentials: checkCredentials(credentials), lifetimeSeconds };
}

/**
 * Creates both APIs.
 *
 * @param storageOrigin - The origin of the pre-signed URLs.
 */
export function createApi(
  { credentials, lifetimeSeconds }: ReturnType<typeof checkApiOptions>,
  signer: UrlSigner,
  storageOrigin: string,
): SandboxApi {
  /** Sends a documented response. In a success, a signed URL replaces the example's. */
  async function send(
    { status, mediaType, body }: DocumentedResponse,
    { api, operation, contentType }: (typeof ENDPOINTS)[number],
    values: ReadonlyMap<string, string>,
  ): Promise<Response> {
    let text = typeof body === "string" ? body : JSON.stringify(body);
    const [exampleUrl] = /https:[^"]+X-Amz-Signature=[^"]+/.exec(text) ?? [];
    if (exampleUrl) {
      const lifetime = lifetimeSeconds ?? operation.upload.validForSeconds;
      text = text.replace(exampleUrl, await signer.sign(api, storageOrigin, contentType(values), lifetime));
    }
    return new Response(text, { status, headers: { "content-type": mediaType } });
  }

  async function respond(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const endpoint = ENDPOINTS.find(({ operation }) => pathParameters(operation.path, pathname));
    if (!endpoint) return problem(404, "No such path.");
    const { api, operation } = endpoint;
    if (request.method !== operation.method) return problem(405, "Method not allowed.", { allow: operation.method });

    const responses: Readonly<Record<string, DocumentedResponse>> = operation.responses;
    const documented = (choice: string) => responses[choice] as DocumentedResponse;
    const authorized = request.headers.get(operation.tokenHeader) === credentials[api].authToken;
    if (!authorized) return send(documented(endpoint.unauthorized), endpoint, new Map());
    const { values, violation } = checkParameters(operation, request);
    if (violation) return send(documented(endpoint.invalid(violation)), endpoint, values);
    const found = preferred(request.headers.get("prefer") ?? "", Object.values(responses));
    return found instanceof Response ? found : send(found ?? documented(endpoint.success), endpoint, values);
  }

  const queue = new OneShotQueue();
  return {
    credentials,
    next: (...responses) => queue.add(...responses),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      return queue.respond(request.signal, () => respond(request));
    },
  };
}
