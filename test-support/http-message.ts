import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
}

export interface Message {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/**
 * Sends a request exactly as given: no header is joined, only Host is added, and the path is not encoded again.
 * `fetch` would do all three.
 */
export function exchangeMessage(origin: string, { method, path, headers, body }: Request): Promise<Message> {
  return new Promise((resolve, reject) => {
    const send = origin.startsWith("https:") ? httpsRequest : httpRequest;
    const base = new URL(origin);
    const request = send(
      {
        protocol: base.protocol,
        hostname: base.hostname,
        port: base.port,
        path: base.pathname.replace(/\/$/, "") + path,
        method,
        headers: headers as Record<string, string | string[]>,
        timeout: 60_000,
        agent: false,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          const contentType = response.headers["content-type"];
          resolve({ status: response.statusCode ?? 0, contentType, headers: response.headers, text });
        });
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no response from ${base.host} within 60 s`)));
    request.on("error", reject);
    request.end(body);
  });
}
