import { access, constants, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invalidInput } from "../errors.js";
import { checkFields, checkHook, checkInteger, checkString, optional } from "../validate.js";
import { API_OPTIONS, type ApiOptions, bodyTooLong, createApi, type SandboxApi } from "./api.js";
import { CONTROL_PATH, control } from "./control.js";
import { checkOrigins } from "./cors.js";
import type { SandboxCredentials } from "./credentials.js";
import { warnOfRealToken } from "./environment.js";
import { type ApiOneShotResponse, connectionReset, type OneShotResponse } from "./one-shot.js";
import { type ReceivedRequest, RequestLog } from "./requests.js";
import { type RunningServer, readBody, type SandboxRequest, startServer } from "./server.js";
import { UrlSigner } from "./signing.js";
import { SandboxStorage } from "./storage.js";

export { SANDBOX_CREDENTIALS } from "./credentials.js";
export { type Sample, type SampleName, sample } from "./samples.js";
export type {
  ApiOneShotResponse,
  ApiOptions,
  OneShotResponse,
  ReceivedRequest,
  SandboxApi,
  SandboxCredentials,
  SandboxRequest,
};

export interface SandboxOptions extends ApiOptions {
  /**
   * The port of both APIs on 127.0.0.1; 0 picks a free port.
   *
   * @default 0
   */
  readonly port?: number | undefined;
  /**
   * The port of the storage on 127.0.0.1; 0 picks a free port.
   *
   * @default 0
   */
  readonly storagePort?: number | undefined;
  /**
   * The directory for uploaded files. It is created if its parent exists.
   *
   * @default a new temporary directory, removed by `close`
   */
  readonly directory?: string | undefined;
  /**
   * The origins of web pages that may PUT files to the storage, such as `http://localhost:5173`. The APIs never allow a
   * web page: a token must not be in one.
   *
   * @default none
   */
  readonly allowOrigin?: string | readonly string[] | undefined;
  /** Called after each request to the APIs or the storage. */
  readonly onRequest?: ((request: SandboxRequest) => void) | undefined;
}

export interface Sandbox {
  /** The origin of both APIs, for the `baseUrl` option of a client. */
  readonly baseUrl: string;
  readonly credentials: SandboxCredentials;
  /** The directory of the uploaded files. */
  readonly directory: string;
  /** The same APIs as a function, and a queue of responses for their next calls. */
  readonly api: Pick<SandboxApi, "credentials" | "fetch" | "next">;
  readonly storage: {
    /**
     * Queues responses for the next PUTs, one per PUT, in order.
     *
     * @throws {InvalidInputError} An `invalid-input` error that names the field.
     */
    readonly next: (...responses: readonly OneShotResponse[]) => void;
  };
  /** The last 10,000 requests that the APIs and the storage received, in order, without secrets. */
  readonly requests: readonly ReceivedRequest[];
  /**
   * Returns the path of the file that was uploaded to a URL. The URL's query is optional.
   *
   * @throws {InvalidInputError} If it is not a URL.
   */
  readonly pathOf: (url: string) => string;
  /**
   * Ends running requests, removes the uploaded files, and forgets the queued responses and the requests. URLs stay
   * valid.
   */
  readonly reset: () => Promise<void>;
  /** Stops both servers and `api.fetch`, including running uploads, and removes the temporary directory. */
  readonly close: () => Promise<void>;
}

const checkPort = checkInteger(0, 65_535);

/** How each option is checked, with its default. */
const SANDBOX_OPTIONS = {
  ...API_OPTIONS,
  port: optional(checkPort, 0),
  storagePort: optional(checkPort, 0),
  directory: optional(checkString),
  allowOrigin: optional(checkOrigins, []),
  onRequest: optional(checkHook<SandboxRequest>, () => {}),
};

async function writableDirectory(directory: string | undefined): Promise<string> {
  if (directory === undefined) return mkdtemp(join(tmpdir(), "clear-presign-sandbox-"));
  try {
    // If this fails, the checks below fail too, unless the directory exists.
    await mkdir(directory).catch(() => {});
    if (!(await stat(directory)).isDirectory()) throw new Error("It is a file.");
    await access(directory, constants.W_OK | constants.X_OK);
    return directory;
  } catch {
    throw invalidInput("directory", "must be a directory that can be written to, or created");
  }
}

/**
 * Starts both APIs and a storage on loopback. The APIs respond with the description's examples. The URLs are signed,
 * and the storage verifies them.
 *
 * - An unknown token, a missing `fileContentType`, a wrong extension and so on get the documented error response.
 * - A `Prefer: code=403, example=license-expired` header selects any documented response.
 * - `api.next` and `storage.next` queue any other behaviour: a 429, a 503, a delay, a closed connection.
 *
 * @throws {InvalidInputError} An `invalid-input` error that names the option, or Node's error if a port is in use.
 * @example
 * ```ts
 * const sandbox = await startSandbox();
 * const cfc = createCfcClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.cfc });
 * await sandbox.close();
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port, storagePort, onRequest, ...checked } = checkFields("options", options, SANDBOX_OPTIONS);
  const directory = await writableDirectory(checked.directory);

  const servers: RunningServer[] = [];
  /** Ends calls of `api.fetch`, which have no connection. */
  let calls = new AbortController();
  const close = async () => {
    calls.abort(connectionReset());
    await Promise.all(servers.map((server) => server.close()));
    if (checked.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  try {
    const signer = new UrlSigner();
    const log = new RequestLog();
    const storage = new SandboxStorage(directory, signer, log, checked.allowOrigin);
    const storageServer = await startServer("storage", storagePort, storage.handle, onRequest);
    servers.push(storageServer);
    const api = createApi(checked, signer, storageServer.origin, log);
    const receive = (request: Request) => {
      warnOfRealToken(request.headers, api.credentials);
      return api.fetch(request);
    };
    const apiServer = await startServer(
      "api",
      port,
      async (url, request, _response, signal) => {
        if (url.pathname === CONTROL_PATH) return control(request, { api, storage });
        const body = await readBody(request);
        if (!body) return bodyTooLong();
        const method = String(request.method);
        return receive(
          new Request(url, {
            method,
            headers: request.headers as Record<string, string>,
            // A `Request` must not have a body with these methods.
            ...(!["GET", "HEAD"].includes(method) && { body }),
            signal,
          }),
        );
      },
      onRequest,
    );
    servers.push(apiServer);
    return {
      baseUrl: apiServer.origin,
      credentials: api.credentials,
      directory,
      api: {
        credentials: api.credentials,
        next: api.next,
        fetch: async (input, init) => {
          const request = new Request(input, init);
          return receive(new Request(request, { signal: AbortSignal.any([request.signal, calls.signal]) }));
        },
      },
      storage: { next: storage.next },
      get requests() {
        return log.all;
      },
      pathOf: (url) => storage.pathOf(url),
      async reset() {
        calls.abort(connectionReset());
        calls = new AbortController();
        await Promise.all(servers.map((server) => server.abort()));
        api.reset();
        await storage.reset();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
