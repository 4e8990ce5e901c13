import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isLoopback } from "../validate.js";
import { MAX_BODY_BYTES } from "./body.js";
import { withoutSignature } from "./requests.js";

/** A request to the sandbox, for logs. Contains no secrets. */
export interface SandboxRequest {
  readonly target: "api" | "storage";
  readonly method: string;
  /** The path without the query, which may contain a signature. */
  readonly path: string;
  /** Null if the connection was closed without a response. */
  readonly status: number | null;
  readonly durationMs: number;
}

/** Responds to a request, or rejects to close its connection. The signal is aborted when the connection ends. */
export type Handler = (
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
) => Promise<Response>;

export interface RunningServer {
  readonly origin: string;
  /** Closes the connections of requests that have no complete response, and waits for them to clean up. */
  abort(): Promise<void>;
  /** Closes all connections, and waits for their requests to clean up. */
  close(): Promise<void>;
}

/**
 * Reads the body of a request. Returns undefined if it is longer than 1 MiB; the rest is then dropped as it arrives, so
 * that the client gets its response.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        chunks = [];
        resolve(undefined);
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    // The connection was closed.
    request.on("error", reject);
  });
}

const BAD_HOST = "The host of a request to the sandbox must be localhost, 127.0.0.1 or [::1].";

/**
 * Returns the URL of a request to a loopback host, or undefined for any other host. A page whose name was made to
 * resolve to loopback (DNS rebinding) still sends its own name.
 */
function targetUrl({ url: target = "", headers: { host } }: IncomingMessage): URL | undefined {
  // A target that starts with two slashes is a path, not a host.
  const text = target.startsWith("/") && host ? `http://${host}${target}` : target;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" && isLoopback(url.hostname) && !url.username ? url : undefined;
}

async function send(response: Response, to: ServerResponse): Promise<void> {
  to.statusCode = response.status;
  to.setHeaders(response.headers);
  if (!response.body) {
    to.end();
    return;
  }
  to.flushHeaders();
  await pipeline(Readable.fromWeb(response.body), to);
}

/** Starts a server on 127.0.0.1. Port 0 picks a free port. */
export function startServer(
  target: SandboxRequest["target"],
  port: number,
  handle: Handler,
  onRequest: (request: SandboxRequest) => void,
): Promise<RunningServer> {
  /** The requests without a complete response. */
  const running = new Map<ServerResponse, Promise<void>>();
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // It was closed while this request waited for the one before.
    if (socket.destroyed) return;
    const startedAt = performance.now();
    const connection = new AbortController();
    const url = targetUrl(request);
    const closed = new Promise<void>((resolve) => {
      const end = () => {
        // After the response, or without one; both events come if a connection is closed before its response.
        if (connection.signal.aborted) return;
        response.off("close", end);
        socket.off("close", end);
        connection.abort();
        onRequest({
          target,
          method: String(request.method),
          path: withoutSignature(url?.pathname ?? ""),
          status: response.headersSent ? response.statusCode : null,
          durationMs: performance.now() - startedAt,
        });
        resolve();
      };
      response.on("close", end);
      socket.on("close", end);
    });
    try {
      const found = url
        ? await handle(url, request, response, connection.signal)
        : new Response(BAD_HOST, { status: 421 });
      // A pipeline does not end if a connection is closed before it is the response's turn.
      await Promise.race([send(found, response), closed]);
    } catch {
      socket.resetAndDestroy();
    }
    await closed;
  };

  /** The last request of each connection. A client may send one before it has the response to the one before. */
  const last = new WeakMap<Socket, Promise<void>>();
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const before = last.get(request.socket) ?? Promise.resolve();
    const work = before.then(() => respond(request, response)).finally(() => running.delete(response));
    last.set(request.socket, work);
    running.set(response, work);
  };
  const server = createServer(listener);
  if (target === "storage") server.on("checkContinue", listener);

  const abort = async () => {
    // A client may already use the connection of a complete response for its next request.
    const incomplete = [...running].filter(([response]) => !response.writableEnded);
    for (const [{ req }] of incomplete) req.socket.resetAndDestroy();
    await Promise.all(incomplete.map(([, work]) => work));
  };
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await Promise.all([closed, ...running.values()]);
  };
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, abort, close });
    });
  });
}
