import { signedContentType } from "../content-type.js";
import { type Checked, checkInteger, optional } from "../validate.js";
import { readText } from "./body.js";
import { checkCredentials, SANDBOX_CREDENTIALS, type SandboxCredentials } from "./credentials.js";
import { API_FIELDS, type ApiOneShotResponse, OneShotQueue } from "./one-shot.js";
import { type DocumentedOperation, type DocumentedResponse, operations, type When } from "./operations.js";
import { checkBody, checkParameters, pathParameters, type Violation } from "./parameters.js";
import type { ReceivedRequest, RequestLog } from "./requests.js";
import { MAX_LIFETIME_SECONDS, type UrlSigner } from "./signing.js";

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
   * @default the documented lifetime: 600 for CFC, 3600 for GLS
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
  readonly next: (...responses: readonly ApiOneShotResponse[]) => void;
  /** The last 10,000 requests that were received, in order, without secrets. */
  readonly requests: readonly ReceivedRequest[];
  /** Forgets the requests and the queued responses. */
  readonly reset: () => void;
}

function isSame(one: When | undefined, other: When): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Returns the documented response for such requests, or else a problem that says that there is none. */
export function responseWhen(responses: readonly DocumentedResponse[], when: When): DocumentedResponse {
  return (
    responses.find((one) => isSame(one.when, when)) ?? {
      status: 501,
      example: "",
      mediaType: "text/plain",
      body: `No response is documented for ${JSON.stringify(when)}.`,
    }
  );
}

function responseToInvalid(
  responses: readonly DocumentedResponse[],
  { parameter, rule }: Violation,
): DocumentedResponse {
  const specific = responses.find(({ when }) => isSame(when, { parameter, violates: rule } as When));
  return specific ?? responseWhen(responses, { request: "invalid" });
}

/** Returns a copy of a JSON value with another value at a path. */
function withValueAt(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const fields = node as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: withValueAt(fields[key], rest, value) };
}

/** Builds a response that is not in the description. */
export function problem(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify({ type: "about:blank", title, status }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

/** The response to a request body that the server does not read to its end. */
export const bodyTooLong = () => problem(413, "The body is longer than 1 MiB.");

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

const operationsAt = (pathname: string) => operations.filter(({ path }) => pathParameters(path, pathname));

/** How each option is checked, with its default. */
export const API_OPTIONS = {
  credentials: optional(checkCredentials, SANDBOX_CREDENTIALS),
  lifetimeSeconds: optional(checkInteger(0, MAX_LIFETIME_SECONDS)),
};

/**
 * Creates both APIs.
 *
 * @param storageOrigin - The origin of the pre-signed URLs.
 */
export function createApi(
  { credentials, lifetimeSeconds: defaultLifetime }: Checked<typeof API_OPTIONS>,
  signer: UrlSigner,
  storageOrigin: string,
  log: RequestLog,
): SandboxApi {
  /** Sends a documented response. In a success, a signed URL replaces the example's. */
  async function send(
    { status, mediaType, body, when }: DocumentedResponse,
    { api, upload }: DocumentedOperation,
    values: Readonly<Record<string, string>>,
    lifetimeSeconds?: number,
  ): Promise<Response> {
    let sent = body;
    if (upload && when && "request" in when && when.request === "valid") {
      const lifetime = lifetimeSeconds ?? defaultLifetime ?? upload.validForSeconds;
      const url = await signer.sign(api, storageOrigin, signedContentType(upload, values), lifetime);
      sent = withValueAt(body, upload.url.split("/").slice(1), url);
    }
    const text = typeof sent === "string" ? sent : JSON.stringify(sent);
    return new Response(text, { status, headers: { "content-type": mediaType } });
  }

  async function respond(request: Request, body: string, lifetimeSeconds?: number): Promise<Response> {
    const { pathname } = new URL(request.url);
    const atPath = operationsAt(pathname);
    if (atPath.length === 0) return problem(404, "No such path.");
    const operation = atPath.find(({ method }) => method === request.method);
    if (!operation) {
      return problem(405, "Method not allowed.", { allow: atPath.map(({ method }) => method).join(", ") });
    }
    const { responses } = operation;
    const authorized = request.headers.get(operation.tokenHeader) === credentials[operation.api].authToken;
    if (!authorized) return send(responseWhen(responses, { token: "invalid" }), operation, {});
    const { values, violation = checkBody(operation, body) } = checkParameters(operation, request);
    if (violation) return send(responseToInvalid(responses, violation), operation, values);
    const found = preferred(request.headers.get("prefer") ?? "", responses);
    if (found instanceof Response) return found;
    return send(found ?? responseWhen(responses, { request: "valid" }), operation, values, lifetimeSeconds);
  }

  const queue = new OneShotQueue<ApiOneShotResponse>(API_FIELDS);
  return {
    credentials,
    next: (...responses) => queue.add(...responses),
    get requests() {
      return log.all;
    },
    reset() {
      queue.clear();
      log.clear();
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, headers, signal } = request;
      signal.throwIfAborted();
      const url = new URL(request.url);
      const operation = operationsAt(url.pathname).find((one) => one.method === method);
      const receipt = log.add("api", { method, url, headers }, operation);
      const body = await readText(request);
      const response =
        body === undefined
          ? bodyTooLong()
          : await queue.respond(signal, (lifetimeSeconds) => respond(request, body, lifetimeSeconds));
      receipt(response.status);
      return response;
    },
  };
}
