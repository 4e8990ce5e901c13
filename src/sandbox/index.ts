import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IHttpConfig, IHttpRequest, IHttpResponse } from "@stoplight/prism-http";
import { extension } from "../media-types.js";
import { checkFields } from "../validate.js";
import { type Api, SandboxStorage } from "./storage.js";

/** The bundled description that is published with this package. */
const DESCRIPTION = createRequire(import.meta.url).resolve("clear-presign/openapi.yaml");

/** What the sandbox needs and the client does not. Exactly these lines support Node 20. */
const PEERS = ["@smithy/signature-v4@5.7.5", "@stoplight/prism-core@5.8.0", "@stoplight/prism-http@5.12.0"];

/** A member of a value that may be anything. */
function member(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** An answer of the description, by name. The sandbox itself has no bodies. */
interface Choice {
  readonly code: number;
  readonly exampleKey: string;
}

interface Violation {
  /** Where the request breaks the description, such as `query.filename`. */
  readonly at: string;
  readonly rule: string;
}

/** Which documented answer a request gets. */
const ANSWERS: Record<
  Api,
  { operationId: string; tokenHeader: string; unknownToken: Choice; invalid: (violation: Violation) => Choice }
> = {
  cfc: {
    operationId: "getCfcPreSignedUrl",
    tokenHeader: "x-cleartax-auth-token",
    unknownToken: { code: 401, exampleKey: "authorization-failed" },
    invalid: ({ at, rule }) =>
      at === "header" && rule === "required"
        ? { code: 500, exampleKey: "file-content-type-missing" }
        : { code: 200, exampleKey: "failed-invalid-request" },
  },
  gls: {
    operationId: "getGlsPreSignedUrl",
    tokenHeader: "x-clear-auth-token",
    unknownToken: { code: 401, exampleKey: "unauthorized" },
    invalid: ({ at, rule }) =>
      at === "query.filename" && rule === "pattern"
        ? { code: 406, exampleKey: "invalid-file-extension" }
        : { code: 400, exampleKey: "bad-request" },
  },
};

export interface SandboxCredentials {
  readonly cfc: { readonly authToken: string };
  readonly gls: { readonly authToken: string; readonly integrationId: string };
}

/** Not secrets: they open nothing but a sandbox on loopback. */
export const SANDBOX_CREDENTIALS: SandboxCredentials = {
  cfc: { authToken: "sandbox-cfc-token" },
  gls: { authToken: "sandbox-gls-token", integrationId: "00000000-0000-4000-8000-000000000000" },
};

export interface SandboxOptions {
  /** Port of the API on 127.0.0.1. Default 0: any free one. */
  readonly port?: number | undefined;
  /** Where files are kept. Default: a new temporary directory, removed by `close`. */
  readonly directory?: string | undefined;
  /** The tokens that work. Default: `sandbox-cfc-token` and `sandbox-gls-token`. Any UUID is an integration. */
  readonly credentials?: SandboxCredentials | undefined;
}

export interface Sandbox {
  /** The API of both endpoints, for a client's `baseUrl`. */
  readonly baseUrl: string;
  readonly credentials: SandboxCredentials;
  /** Where the files are. */
  readonly directory: string;
  /** Where the file is that was uploaded to this URL, with or without its query. */
  pathOf(url: string): string;
  /** Ends both servers and removes the temporary directory. */
  close(): Promise<void>;
}

async function loadPeers() {
  try {
    const [{ createInstance, getHttpOperationsFromSpec }, { SignatureV4 }] = await Promise.all([
      import("@stoplight/prism-http"),
      import("@smithy/signature-v4"),
    ]);
    return { createInstance, getHttpOperationsFromSpec, SignatureV4 };
  } catch {
    throw new Error(`The sandbox needs optional packages. Install them: npm install --save-dev ${PEERS.join(" ")}`);
  }
}

/** Prism logs every request; the sandbox is quiet. */
const quiet = () => logger;
const logger: never = new Proxy({}, { get: () => quiet }) as never;

function listen(server: Server, port: number): Promise<URL> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
  });
}

/** The example that a request asks for: `Prefer: code=403, example=license-expired`. */
function preferred(header: string | string[] | undefined): Choice | undefined {
  const code = /\bcode=(\d{3})\b/.exec(String(header))?.[1];
  const exampleKey = /\bexample="?([\w-]+)/.exec(String(header))?.[1];
  return code && exampleKey ? { code: Number(code), exampleKey } : undefined;
}

/**
 * Starts both endpoints and a storage on loopback. The API's answers come from the published description,
 * by way of Prism; the URLs are really signed, and the storage verifies them.
 *
 * - An unknown token, a missing `fileContentType`, a wrong extension and the like get what the vendor
 *   documents for them.
 * - What no request can cause is had with `Prefer: code=403, example=license-expired`; the names are those of
 *   the description's examples.
 *
 * @throws {Error} where an optional peer is missing (the message says what to install) or the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkFields("options", options, ["port", "directory", "credentials"]);
  const { port = 0, credentials = SANDBOX_CREDENTIALS } = options;
  const { createInstance, getHttpOperationsFromSpec, SignatureV4 } = await loadPeers();
  const operations = await getHttpOperationsFromSpec(DESCRIPTION);
  const operationOf = (api: Api) =>
    operations.find(({ iid }) => iid === ANSWERS[api].operationId) as (typeof operations)[number];
  const base = { isProxy: false, upstreamProxy: undefined, validateResponse: true, errors: false } as const;
  const strict: IHttpConfig = { ...base, validateRequest: true, checkSecurity: true, mock: { dynamic: false } };
  const prism = createInstance(strict, { logger });

  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "clear-presign-sandbox-")));
  const storage = new SandboxStorage(directory, SignatureV4);
  const store = (request: IncomingMessage, response: ServerResponse) => {
    storage.handle(request, response).catch(() => response.destroy());
  };
  const storageServer = createServer(store).on("checkContinue", store);
  const storageOrigin = await listen(storageServer, 0);

  /** Puts a URL that is really signed into the body of a documented success. */
  async function signInto(body: unknown, api: Api, url: URL, request: IncomingMessage): Promise<unknown> {
    const upload = member(operationOf(api).extensions, "x-upload");
    const fileType =
      api === "cfc" ? request.headers["filecontenttype"] : extension(String(url.searchParams.get("filename")));
    const contentType = String(member(member(upload, "contentTypes"), String(fileType)));
    const signed = await storage.sign(api, storageOrigin, contentType, Number(member(upload, "validForSeconds")));
    if (member(body, "preSignedS3Url")) return { ...(body as object), preSignedS3Url: signed };
    const result = member(body, "result");
    return result ? { ...(body as object), result: { ...result, uploadUrl: signed } } : body;
  }

  async function answer(request: IncomingMessage): Promise<IHttpResponse> {
    const url = new URL(request.url as string, "http://sandbox");
    const api: Api = url.pathname.startsWith("/one-integration/") ? "gls" : "cfc";
    // Only what is documented: Prism takes a parameter's name in any case.
    const { query: documentedQuery } = operationOf(api).request as { query: { name: string }[] };
    const query = Object.fromEntries(
      documentedQuery
        .map(({ name }) => [name, url.searchParams.getAll(name)] as const)
        .filter(([, values]) => values.length > 0)
        .map(([name, values]) => [name, values.length > 1 ? values : String(values)]),
    );
    const input: IHttpRequest = {
      method: (request.method as string).toLowerCase() as IHttpRequest["method"],
      url: { path: url.pathname, query },
      headers: request.headers as Record<string, string>,
    };
    const documented = async ({ code, exampleKey }: Choice) => {
      const lenient = {
        ...base,
        validateRequest: false,
        checkSecurity: false,
        mock: { dynamic: false, code, exampleKey },
      };
      // Without the caller's Accept: a documented answer is given as it is documented.
      return prism.request({ ...input, headers: {} }, operations, lenient)();
    };

    const { tokenHeader, unknownToken, invalid } = ANSWERS[api];
    let outcome = await prism.request(input, operations, strict)();
    const failure =
      outcome._tag === "Left" ? (outcome.left as Error & { status?: number; additional?: unknown }) : undefined;
    const found =
      outcome._tag === "Left" ? member(member(failure, "additional"), "validation") : outcome.right.validations.input;
    const [violation] = (Array.isArray(found) ? found : []).map((one): Violation => {
      const at = member(one, "location") ?? member(one, "path");
      return { at: Array.isArray(at) ? at.join(".") : "", rule: String(member(one, "code")) };
    });
    const authorized = request.headers[tokenHeader] === credentials[api].authToken;
    const routed = !failure || violation !== undefined;
    const choice = !routed
      ? undefined
      : !authorized
        ? unknownToken
        : violation
          ? invalid(violation)
          : preferred(request.headers["prefer"]);
    if (choice) outcome = await documented(choice);
    if (outcome._tag === "Right") {
      const { output } = outcome.right;
      return output.statusCode === 200 ? { ...output, body: await signInto(output.body, api, url, request) } : output;
    }
    // Prism's own words: no such path, method or example.
    const { name, message, status = 500 } = outcome.left as Error & { status?: number };
    return {
      statusCode: status,
      headers: { "content-type": "application/problem+json" },
      body: { type: name, title: message, status },
    };
  }

  const apiServer = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    answer(request).then(
      ({ statusCode, headers, body }) => {
        response.writeHead(statusCode, headers);
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      },
      () => response.writeHead(500).end(),
    );
  });

  const close = async () => {
    for (const server of [apiServer, storageServer]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  try {
    const { origin } = await listen(apiServer, port);
    return { baseUrl: origin, credentials, directory, pathOf: (url) => storage.pathOf(url), close };
  } catch (error) {
    await close();
    throw error;
  }
}
