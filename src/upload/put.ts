import http, { type Agent, type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type ClearError, clearError, invalidInput, isClearError, networkError, type TimeoutError } from "../errors.js";
import { abortedError, onAbort } from "../time.js";
import { MAX_BODY_LENGTH, type StorageResponse } from "./s3-error.js";
import { changedError, type Source, type SourceReader } from "./source.js";

/** Smaller chunks are slower. Larger ones, or more buffers, take more memory and save hardly any time. */
const CHUNK_BYTES = 1024 * 1024;
const BUFFERS = 2;
/** How long to wait for `100 Continue` before the body is sent anyway. */
const CONTINUE_MS = 1000;

export interface PutOptions {
  readonly url: URL;
  readonly contentType: string;
  readonly source: Source;
  readonly agent: Agent | undefined;
  /** Time limit without any byte sent or received. */
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
  /** Called when a request begins. Returns a callback for the status of its response. */
  readonly onRequest: () => (status: number) => void;
}

/**
 * PUTs a file once.
 *
 * @throws {ClearError} If the storage did not respond to the whole file.
 */
export async function put(options: PutOptions): Promise<StorageResponse> {
  const response = await observedExchange(options, true);
  // RFC 9110, 10.1.1: repeat the request without the expectation.
  return response.status === 417 ? observedExchange(options, false) : response;
}

async function observedExchange(options: PutOptions, expectContinue: boolean): Promise<StorageResponse> {
  const onResponse = options.onRequest();
  const response = await exchange(options, expectContinue);
  onResponse(response.status);
  return response;
}

/** Calls `request` on the default imports, which is where interceptors replace it. */
function openRequest({ url, contentType, source, agent }: PutOptions, expectContinue: boolean): ClientRequest {
  const secure = url.protocol === "https:";
  try {
    return (secure ? https : http).request(url, {
      method: "PUT",
      agent: agent ?? (secure ? freshSecureAgent() : new http.Agent()),
      headers: {
        "content-type": contentType,
        "content-length": source.size,
        ...(expectContinue ? { expect: "100-continue" } : undefined),
      },
    });
  } catch {
    throw invalidInput("agent", `does not support ${url.protocol} URLs`);
  }
}

/**
 * Creates an agent with a new connection: on a reused one, a reset can lose an early response. Since Node 24.5, the
 * global agent has the environment's proxies, if enabled. Plain http goes to loopback, which needs no proxy.
 */
function freshSecureAgent(): Agent {
  const { proxyEnv } = Object(Object(https.globalAgent).options);
  return new https.Agent({ proxyEnv } as object);
}

/** Calls back once a socket is connected, including the TLS handshake. */
function whenConnected(socket: Socket & { readonly secureConnecting?: boolean }, callback: () => void): void {
  const connecting = socket.connecting || socket.secureConnecting === true;
  if (connecting) socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", callback);
  else callback();
}

/** Sends one request and receives its response. */
async function exchange(options: PutOptions, expectContinue: boolean): Promise<StorageResponse> {
  if (options.signal.aborted) throw abortedError();
  return await new Promise((resolve, reject) => new Exchange(options, expectContinue, resolve, reject).start());
}

class Exchange {
  readonly #options: PutOptions;
  readonly #expectContinue: boolean;
  readonly #resolve: (response: StorageResponse) => void;
  readonly #reject: (error: ClearError) => void;
  readonly #request: ClientRequest;
  readonly #unsubscribe: () => void;
  /** Ends an idle exchange. While the body is sent, the request's own timeout applies instead. */
  readonly #idle: NodeJS.Timeout;
  /** Sends the body anyway if the storage ignores `expect`. */
  readonly #continueTimer: NodeJS.Timeout;
  #body: "unsent" | "sending" | "over" = "unsent";
  #reader: SourceReader | undefined;
  #response: StorageResponse | undefined;
  #message: IncomingMessage | undefined;

  constructor(
    options: PutOptions,
    expectContinue: boolean,
    resolve: (response: StorageResponse) => void,
    reject: (error: ClearError) => void,
  ) {
    const request = openRequest(options, expectContinue);
    this.#options = options;
    this.#expectContinue = expectContinue;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#request = request;
    this.#unsubscribe = onAbort(options.signal, () => this.#fail(abortedError()));
    this.#idle = setTimeout(() => {
      if (this.#body === "sending") this.#idle.refresh();
      else this.#timeOut();
    }, options.idleTimeoutMs);
    this.#continueTimer = setTimeout(() => {
      // The headers are still waiting for a connection.
      if (request.writableLength > 0) this.#continueTimer.refresh();
      else this.#send();
    }, CONTINUE_MS);
  }

  start(): void {
    this.#request.on("socket", (socket) => whenConnected(socket, () => this.#connected()));
    this.#request.on("continue", () => this.#send());
    this.#request.on("response", (message) => this.#receive(message));
    this.#request.on("error", (cause) => this.#close(cause));
    this.#request.on("close", () => this.#close());
    // An agent may have aborted while it took the request.
    if (this.#options.signal.aborted) this.#fail(abortedError());
    else this.#request.flushHeaders();
  }

  #connected(): void {
    this.#idle.refresh();
    if (this.#expectContinue) this.#continueTimer.refresh();
    else this.#send();
  }

  async #send(): Promise<void> {
    if (this.#body !== "unsent") return;
    this.#body = "sending";
    const { source, idleTimeoutMs, onProgress } = this.#options;
    // Node's own timeout detects progress within a write, which may take longer than the limit on a slow connection.
    this.#request.setTimeout(idleTimeoutMs, () => this.#timeOut());
    try {
      const reader = source.reader();
      this.#reader = reader;
      const isOver = () => this.#response !== undefined || this.#request.destroyed;
      if (!(await sendBody(this.#request, source, reader, onProgress, isOver))) return;
      this.#body = "over";
      this.#request.setTimeout(0);
      this.#idle.refresh();
    } catch (error) {
      // The connection's own failures arrive as events.
      if (isClearError(error)) this.#fail(error);
    }
  }

  #receive(message: IncomingMessage): void {
    clearTimeout(this.#continueTimer);
    this.#body = "over";
    this.#idle.refresh();
    const { statusCode: status = 0, headers } = message;
    // Accepting a 200 for part of the file would silently lose data.
    if (status === 200 && (!this.#request.writableEnded || this.#request.writableLength > 0)) {
      this.#close();
      return;
    }
    let text = "";
    this.#message = message;
    this.#response = { status, headers, text };
    message.setEncoding("utf8");
    message.on("data", (chunk: string) => {
      text += chunk;
      this.#response = { status, headers, text };
      if (text.length > MAX_BODY_LENGTH) this.#close();
    });
    message.on("error", () => {});
    message.on("close", () => this.#close());
  }

  #timeOut(): void {
    this.#end(timeoutError(this.#options.idleTimeoutMs), true);
  }

  #close(cause?: Error): void {
    this.#end(networkError(this.#options.url.host, cause), Boolean(this.#message?.errored));
  }

  /**
   * Even an incomplete response counts, since the storage may close before it has read everything; but a 200 must be
   * known to be empty.
   */
  #end(error: ClearError, cutOff: boolean): void {
    this.#release();
    const response = this.#response;
    if (response && !(cutOff && response.status === 200 && response.text.trim() === "")) this.#resolve(response);
    else this.#reject(error);
  }

  #fail(error: ClearError): void {
    this.#release();
    this.#reject(error);
  }

  #release(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#continueTimer);
    this.#unsubscribe();
    this.#request.destroy();
    this.#reader?.close();
    this.#reader = undefined;
  }
}

/**
 * Sends the file and ends the request.
 *
 * @returns Whether the whole file was sent; false if `isOver` returned true before the end.
 * @throws {FileError} If the file cannot be read, or has changed.
 */
async function sendBody(
  request: ClientRequest,
  source: Source,
  reader: SourceReader,
  onProgress: (bytes: number) => void,
  isOver: () => boolean,
): Promise<boolean> {
  const { size } = source;
  onProgress(0);
  // One buffer is filled while the other is sent. Each is reused once its write is done.
  const buffers = Array.from({ length: BUFFERS }, () => ({
    bytes: Buffer.allocUnsafeSlow(CHUNK_BYTES),
    written: Promise.resolve(),
  }));
  for (let position = 0, turn = 0; position < size; turn = (turn + 1) % BUFFERS) {
    const buffer = buffers[turn] as (typeof buffers)[number];
    await buffer.written;
    const chunk = await reader.next(buffer.bytes.subarray(0, size - position));
    position += chunk.length;
    // Checked before the last chunk is sent, so a changed file is never stored as complete.
    if (chunk.length === 0 || (position === size && (await source.hasChanged()))) throw changedError(source.label);
    if (isOver()) return false;
    const sent = position;
    buffer.written = write(request, chunk).then(() => {
      if (sent < size) onProgress(sent);
    });
    // Awaited on the buffer's next turn; an earlier failure is reported as the request's error.
    buffer.written.catch(() => {});
  }
  request.end();
  await Promise.all(buffers.map(({ written }) => written));
  return true;
}

function write(request: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    request.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function timeoutError(timeoutMs: number): TimeoutError {
  return clearError<TimeoutError>(
    `Timed out: no bytes moved for ${timeoutMs} ms.`,
    { kind: "timeout", timeoutMs },
    true,
  );
}
