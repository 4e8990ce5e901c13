/** Calls the client to get its result for each documented response, and an error of each kind. */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { type Reader, read } from "../../src/call.js";
import type { ApiError } from "../../src/errors.js";
import { exchange } from "../../src/http.js";
import {
  type CallOptions,
  type ClientOptions,
  createCfcClient,
  type PreSignedUrl,
  type Result,
} from "../../src/index.js";
import { putFile } from "../../src/upload/index.js";
import { firstExample, operationsOf, readDescription } from "../description.js";

type Input = Partial<ClientOptions> & CallOptions & { readonly templateType?: string };

const callCfc = ({ templateType = "sales", signal, ...options }: Input) =>
  createCfcClient({ environment: "sandbox", authToken: "token", maxAttempts: 1, ...options } as ClientOptions)
    // biome-ignore lint/suspicious/noExplicitAny: one of the examples has an invalid type.
    .getPreSignedUrl({ templateType: templateType as any, fileName: "sales.csv" }, { signal });

/** A `fetch` with this response, at a time before any sample's URL was signed, so that none is old. */
const respondWith = (status: number, contentType: string, body: unknown) => async () =>
  new Response(contentType === "application/json" ? JSON.stringify(body) : String(body), {
    status,
    headers: { "content-type": contentType, date: "Wed, 01 Jan 2020 00:00:00 GMT" },
  });

/** An error as a log would show it, without its body, which is shown as the response. */
function shown(error: Error): object {
  const { name: _, body: __, ...fields } = { ...error, message: error.message } as Record<string, unknown>;
  return { error: fields };
}

/** Finds the reader of an operation's responses, in whichever file of src/endpoints/ it is. */
async function readerOf(operationId: string): Promise<Reader<"getCfcPreSignedUrl", unknown, ApiError>> {
  const files = readdirSync("src/endpoints").filter((name) => !name.endsWith(".test.ts"));
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(`src/endpoints/${name}`).href)));
  const found = modules.flatMap(Object.values).find((value) => value?.operation?.id === operationId);
  if (!found) throw new Error(`No file of src/endpoints/ exports the endpoint or the reader of ${operationId}`);
  return found;
}

/** What the client returns for a response to a request with the parameters of the examples. */
export async function resultOf(operationId: string, status: number, contentType: string, body: unknown) {
  const reader = await readerOf(operationId);
  const found = operationsOf(readDescription()).find(({ operation }) => operation.operationId === operationId);
  const parameters = Object.fromEntries(
    (found?.operation.parameters ?? []).map(({ name, examples }) => [name, String(firstExample(examples))]),
  );
  const { signal } = new AbortController();
  const response = await exchange(respondWith(status, contentType, body), new Request("https://api.clear.in"), signal);
  // At a fixed time, so that the output does not change.
  const requestedAt = Date.UTC(2026, 0, 1);
  try {
    return { data: read(reader, { ...response, requestedAt, hostname: "api.clear.in", parameters }, "token") };
  } catch (error) {
    return shown(error as Error);
  }
}

/** A URL returned by CFC. */
async function preSigned(url: string): Promise<PreSignedUrl> {
  const created = { status: "CREATED", preSignedS3Url: url, errorCode: null, errorMessage: null };
  const { data, error } = await callCfc({
    environment: undefined,
    baseUrl: new URL(url).origin,
    fetch: respondWith(200, "application/json", created),
  });
  if (error) throw error;
  return data;
}

/** A PUT to a storage that responds with an S3 error. */
async function rejectedPut(): Promise<Result<unknown>> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(403, { "content-type": "application/xml" });
    response.end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    return await putFile(await preSigned(`http://127.0.0.1:${port}/sales.csv`), { path: "demo/files/sales.csv" });
  } finally {
    server.close();
  }
}

const CAUSES: Record<string, () => Promise<Result<unknown>>> = {
  "invalid-input": () => callCfc({ templateType: "sale" }),
  api: () =>
    callCfc({
      fetch: respondWith(401, "application/json", {
        status: null,
        preSignedS3Url: null,
        errorCode: "AUTHORIZATION_FAILED",
        errorMessage: "Invalid Auth Token",
      }),
    }),
  "unexpected-response": () => callCfc({ fetch: respondWith(502, "text/html", "<h1>Bad Gateway</h1>") }),
  network: () =>
    callCfc({
      fetch: () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })),
    }),
  callback: () => callCfc({ authToken: () => Promise.reject(new Error("the secret is wrong")) }),
  timeout: () => callCfc({ timeoutMs: 50, fetch: () => new Promise(() => {}) }),
  storage: rejectedPut,
  file: async () => putFile(await preSigned("https://storage.clear.in/sales.csv"), { path: "missing.csv" }),
  aborted: () => callCfc({ signal: AbortSignal.abort() }),
};

/** An example of an error of this kind. */
export async function exampleOf(kind: string): Promise<object> {
  const cause = CAUSES[kind];
  if (!cause) throw new Error(`tools/docs/outcomes.ts has no example of an error of kind ${kind}`);
  const { error } = await cause();
  if (error?.kind !== kind) throw new Error(`The example of ${kind} ends in ${error?.kind}`);
  return shown(error);
}
