import { access, constants, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invalidInput } from "../errors.js";
import { checkFields, checkFunction } from "../validate.js";
import { type ApiOptions, checkApiOptions, createApi, type SandboxApi } from "./api.js";
import { CONTROL_PATH, control } from "./control.js";
import type { SandboxCredentials } from "./credentials.js";
import type { OneShotResponse } from "./one-shot.js";
import { type RunningServer, type SandboxRequest, startServer } from "./server.js";
import { UrlSigner } from "./signing.js";
import { SandboxStorage } from "./storage.js";

export { SANDBOX_CREDENTIALS } from "./credentials.js";
export type { ApiOptions, OneShotResponse, SandboxApi, SandboxCredentials, SandboxRequest };

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
  readonly api: SandboxApi;
  readonly storage: {
    /**
     * Queues responses for the next PUTs, one per PUT, in order.
     *
     * @throws {InvalidInputError} An `invalid-input` error that names the field.
     */
    readonly next: (...responses: readonly OneShotResponse[]) => void;
  };
  /** Returns the path of the file that was uploaded to a URL. The URL's query is optional. */
  readonly pathOf: (url: string) => string;
  /** Stops both servers, including running uploads, and removes the temporary directory. */
  readonly close: () => Promise<void>;
}

function checkPort(field: string, port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw invalidInput(field, "must be an integer from 0 to 65535");
  }
  return port;
}

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
  checkFields("options", options, ["port", "storagePort", "directory", "credentials", "lifetimeSeconds", "onRequest"]);
  const port = checkPort("port", options.port ?? 0);
  const storagePort = checkPort("storagePort", options.storagePort ?? 0);
  const onRequest = checkFunction("onRequest", options.onRequest ?? (() => {}));
  const apiOptions = checkApiOptions(options);
  const directory = await writableDirectory(options.directory);

  const servers: RunningServer[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  try {
    const signer = new UrlSigner();
    const storage = new SandboxStorage(directory, signer);
    const storageServer = await startServer("storage", storagePort, storage.handle, onRequest);
    servers.push(storageServer);
    const api = createApi(apiOptions, signer, storageServer.origin);
    const apiServer = await startServer(
      "api",
      port,
      async (url, request, _response, signal) => {
        if (url.pathname === CONTROL_PATH) return control(request, { api, storage });
        const { method, headers } = request;
        return api.fetch(url, { method: String(method), headers: headers as Record<string, string>, signal });
      },
      onRequest,
    );
    servers.push(apiServer);
    return {
      baseUrl: apiServer.origin,
      credentials: api.credentials,
      directory,
      api,
      storage: { next: storage.next },
      pathOf: (url) => storage.pathOf(url),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
