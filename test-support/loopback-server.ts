import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type LookupFunction,
  type Socket,
  type Server as TcpServer,
} from "node:net";
import { onTestFinished } from "vitest";

/** No server listens here. The port of a server that was closed may by now be that of another one. */
export const REFUSED = "http://127.0.0.1:2";

async function started(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A real HTTP server on loopback, closed when the test ends. Returns its origin and the requests it receives. */
export async function loopbackServer(
  listener: RequestListener,
): Promise<{ origin: string; requests: IncomingMessage[]; server: Server }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  const origin = await started(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin, requests, server };
}

/** A TCP server on loopback, for responses that no HTTP server would send. */
export async function rawServer(listener: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    listener(socket);
  });
  const origin = await started(server);
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return origin;
}

/** Sends the same response to every request. */
export function respondWith(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const contentType = typeof body === "string" ? "text/plain" : "application/json";
  return (_request, response) => {
    response.writeHead(status, { "content-type": contentType, ...headers });
    response.end(text);
  };
}

/** Resolves every name to loopback. */
export const toLoopback: LookupFunction = (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
