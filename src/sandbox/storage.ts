import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { link, mkdir, open, rename, rm, rmdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { invalidInput } from "../errors.js";
import { corsHeaders, PREFLIGHT_HEADERS, preflightError } from "./cors.js";
import { OneShotQueue, type OneShotResponse } from "./one-shot.js";
import { RequestLog } from "./requests.js";
import type { Handler } from "./server.js";
import { type S3Error, SIGNATURE_DOES_NOT_MATCH, type UrlSigner } from "./signing.js";

/** S3's maximum size of one PUT: 5 GiB. */
const MAX_BYTES = 5 * 1024 ** 3;

const INVALID_URI: S3Error = { status: 400, code: "InvalidURI", message: "The path is not percent-encoded UTF-8." };
const BAD_DIGEST: S3Error = { status: 400, code: "BadDigest", message: "The file does not have this Content-MD5." };

const PRECONDITION_FAILED: S3Error = {
  status: 412,
  code: "PreconditionFailed",
  message: "If-None-Match: there is a file.",
};

/** Conditions on what is stored. S3 has more than the one that the sandbox has, If-None-Match: *. */
const CONDITIONS = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

function errorResponse({ status, code, message }: S3Error): Response {
  // The name of a header may contain an ampersand.
  const text = message.replaceAll("&", "&amp;");
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${text}</Message></Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml" } });
}

const notImplemented = (header: string): S3Error => ({
  status: 501,
  code: "NotImplemented",
  message: `${header} is not implemented.`,
});

/** Finds what is wrong with the headers of a PUT, whatever is stored. */
function headersError(headers: Headers): S3Error | undefined {
  const length = headers.get("content-length");
  if (headers.has("transfer-encoding")) return notImplemented("Transfer-Encoding");
  if (length === null) return { status: 411, code: "MissingContentLength", message: "Content-Length is missing." };
  if (Number(length) > MAX_BYTES) {
    return { status: 400, code: "EntityTooLarge", message: "The file is larger than 5 GiB." };
  }
  const md5 = headers.get("content-md5");
  if (md5 !== null && !/^[\w+/]{22}==$/.test(md5)) {
    return { status: 400, code: "InvalidDigest", message: "Content-MD5 is not base64 of 16 bytes." };
  }
  const condition = CONDITIONS.find(
    (name) => headers.has(name) && !(name === "if-none-match" && headers.get(name) === "*"),
  );
  return condition === undefined ? undefined : notImplemented(condition);
}

/** Returns all headers of a request. A repeated one has all its values, unlike in `request.headers`. */
function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(String(rawHeaders[i]), String(rawHeaders[i + 1]));
  return headers;
}

/** Checks that the URL parser left the request target as it was. S3 signs and stores a path without resolving its dots. */
function isAsSent({ origin, pathname, search }: URL, { url: target = "" }: IncomingMessage): boolean {
  return target === pathname + search || target === origin + pathname + search;
}

/** Returns the key at a path, which S3 decodes once; `%2F` is a slash. Undefined if it cannot be decoded. */
function keyAt(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

/** Returns the file name for a part of a key: one that stays in its folder, whatever the key is. */
function fileName(part: string): string {
  return encodeURIComponent(part).replace(/^\.+$/, (dots) => dots.replaceAll(".", "%2E"));
}

/** A storage like the one behind Clear's URLs. It verifies PUTs, and stores a file completely or not at all. */
export class SandboxStorage {
  readonly #directory: string;
  readonly #signer: UrlSigner;
  readonly #log: RequestLog;
  readonly #origins: readonly string[];
  readonly #queue = new OneShotQueue();
  readonly #stored = new Set<string>();

  /** @param origins - The origins of web pages that may send files. */
  constructor(directory: string, signer: UrlSigner, log = new RequestLog(), origins: readonly string[] = []) {
    this.#directory = directory;
    this.#signer = signer;
    this.#log = log;
    this.#origins = origins;
  }

  /**
   * Returns the path of the file that was PUT to a URL. The query is ignored.
   *
   * @throws {InvalidInputError} If it is not a URL, or its path cannot be decoded.
   */
  pathOf(url: string): string {
    const key = URL.canParse(url) ? keyAt(new URL(url).pathname) : undefined;
    if (key === undefined) throw invalidInput("url", "must be a URL with a percent-encoded path");
    return join(this.#directory, ...key.split("/").map(fileName));
  }

  /** Queues responses for the next PUTs. */
  readonly next = (...responses: readonly OneShotResponse[]): void => this.#queue.add(...responses);

  /** Removes the files that were stored, and the queued responses. */
  async reset(): Promise<void> {
    this.#queue.clear();
    for (const path of this.#stored) {
      await rm(path, { force: true });
      // Folders that have become empty. The first one that has not ends the loop.
      for (let folder = dirname(path); folder !== resolve(this.#directory); folder = dirname(folder)) {
        if (!(await succeeds(rmdir(folder)))) break;
      }
    }
    this.#stored.clear();
  }

  /** Responds to a request. A client that expects `100 Continue` gets an error response before it sends the file. */
  readonly handle: Handler = async (url, request, to, signal) => {
    const headers = headersOf(request);
    const method = String(request.method);
    const receipt = this.#log.add("storage", { method, url, headers });
    const store = () => this.#store(url, request, headers, to);
    const beforeReset = () => {
      accept(request, to);
      return once(request, "readable", { signal });
    };
    let response: Response;
    if (method === "PUT") response = await this.#queue.respond(signal, store, beforeReset);
    else response = method === "OPTIONS" ? this.#preflight(request) : await store();
    for (const [name, value] of Object.entries(corsHeaders(this.#origins, request.headers))) {
      response.headers.set(name, value);
    }
    receipt(response.status);
    return response;
  };

  #preflight({ headers }: IncomingMessage): Response {
    const error = preflightError(this.#origins, headers);
    return error ? errorResponse(error) : new Response(null, { headers: PREFLIGHT_HEADERS });
  }

  /** Stores a PUT. No other method has a valid signature. */
  async #store(url: URL, request: IncomingMessage, headers: Headers, to: ServerResponse): Promise<Response> {
    if (keyAt(url.pathname) === undefined) return errorResponse(INVALID_URI);
    const error =
      (await this.#signer.verify(String(request.method), url, headers)) ??
      (isAsSent(url, request) ? headersError(headers) : SIGNATURE_DOES_NOT_MATCH);
    if (error) return errorResponse(error);
    const path = this.pathOf(url.href);
    // Written elsewhere until complete, so a failed upload leaves nothing behind, including folders.
    const part = join(this.#directory, `${randomUUID()}.part`);
    const file = await open(part, "wx");
    const md5 = createHash("md5");
    try {
      accept(request, to);
      // Fails if the connection closes before Content-Length bytes have arrived.
      request.on("data", (chunk: Buffer) => md5.update(chunk));
      await pipeline(request, file.createWriteStream());
      const digest = md5.digest();
      const sent = headers.get("content-md5");
      if (sent !== null && sent !== digest.toString("base64")) {
        await rm(part);
        return errorResponse(BAD_DIGEST);
      }
      await mkdir(dirname(path), { recursive: true });
      if (headers.has("if-none-match")) {
        // Unlike `rename`, fails if there is a file, even one that another PUT has stored meanwhile.
        const linked = await succeeds(link(part, path));
        await rm(part);
        if (!linked) return errorResponse(PRECONDITION_FAILED);
      } else await rename(part, path);
      this.#stored.add(resolve(path));
      return new Response(null, { headers: { etag: `"${digest.toString("hex")}"` } });
    } catch (cause) {
      await rm(part, { force: true });
      throw cause;
    }
  }
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

function accept({ headers }: IncomingMessage, response: ServerResponse): void {
  if (headers.expect) response.writeContinue();
}
