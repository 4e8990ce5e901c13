import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { OneShotQueue, type OneShotResponse } from "./one-shot.js";
import type { Handler } from "./server.js";
import type { S3Error, UrlSigner } from "./signing.js";

/** S3's maximum size of one PUT: 5 GiB. */
const MAX_BYTES = 5 * 1024 ** 3;

function errorResponse({ status, code, message }: S3Error): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml" } });
}

function lengthError(contentLength: string | undefined): S3Error | undefined {
  if (contentLength === undefined) {
    return { status: 411, code: "MissingContentLength", message: "Content-Length is missing." };
  }
  if (Number(contentLength) > MAX_BYTES) {
    return { status: 400, code: "EntityTooLarge", message: "The file is larger than 5 GiB." };
  }
  return undefined;
}

/** A storage like the one behind Clear's URLs. It verifies PUTs, and stores a file completely or not at all. */
export class SandboxStorage {
  readonly #directory: string;
  readonly #signer: UrlSigner;
  readonly #queue = new OneShotQueue();

  constructor(directory: string, signer: UrlSigner) {
    this.#directory = directory;
    this.#signer = signer;
  }

  /** Returns the path of the file that was PUT to a URL. The query is ignored. */
  pathOf(url: string): string {
    return join(this.#directory, new URL(url).pathname);
  }

  /** Queues responses for the next PUTs. */
  readonly next = (...responses: readonly OneShotResponse[]): void => this.#queue.add(...responses);

  /** Stores a PUT. A client that expects `100 Continue` gets an error response before it sends the file. */
  readonly handle: Handler = async (url, request, response, signal) => {
    if (request.method !== "PUT") {
      return errorResponse({ status: 405, code: "MethodNotAllowed", message: "The method must be PUT." });
    }
    const accept = () => {
      if (request.headers.expect) response.writeContinue();
    };
    const store = async () => {
      const { headers } = request;
      const error =
        (await this.#signer.verify(url, new Headers(headers as Record<string, string>))) ??
        lengthError(headers["content-length"]);
      if (error) return errorResponse(error);
      // Written elsewhere until complete, so a failed upload leaves nothing behind, including folders.
      const part = join(this.#directory, `${randomUUID()}.part`);
      const path = this.pathOf(url.href);
      const file = await open(part, "wx");
      try {
        accept();
        // Fails if the connection closes before Content-Length bytes have arrived.
        await pipeline(request, file.createWriteStream());
        await mkdir(dirname(path), { recursive: true });
        await rename(part, path);
      } catch (cause) {
        await rm(part, { force: true });
        throw cause;
      }
      return new Response(null);
    };
    return this.#queue.respond(signal, store, () => {
      accept();
      return once(request, "readable", { signal });
    });
  };
}
