/** Calls the client to get its result for each documented response, and an error of each kind. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CallOptions,
  type ClientOptions,
  createCfcClient,
  createGlsClient,
  type PreSignedUrl,
  type Result,
} from "../../src/index.js";
import { putFile } from "../../src/upload/index.js";

type Input = Partial<ClientOptions> & CallOptions & { readonly templateType?: string };

const CALLS = {
  CFC: ({ templateType = "sales", signal, ...options }: Input) =>
    createCfcClient({ environment: "sandbox", authToken: "token", maxAttempts: 1, ...options } as ClientOptions)
      // biome-ignore lint/suspicious/noExplicitAny: one of the examples has an invalid type.
      .getPreSignedUrl({ templateType: templateType as any, fileName: "sales.csv" }, { signal }),
  GLS: ({ fetch }: Input) =>
    createGlsClient({
      environment: "sandbox",
      authToken: "token",
      integrationId: "00000000-0000-4000-8000-000000000000",
      fetch,
    }).getPreSignedUrl({ fileName: "sales.csv" }),
};

/** A `fetch` with this response. */
const respondWith = (status: number, contentType: string, body: unknown) => async () =>
  new Response(contentType === "application/json" ? JSON.stringify(body) : String(body), {
    status,
    headers: { "content-type": contentType },
  });

/** An error as a log would show it, without its body, which is shown as the response. */
function shown(error: Error): object {
  const { name: _, body: __, ...fields } = { ...error, message: error.message } as Record<string, unknown>;
  return { error: fields };
}

/** The result of a call with this response. */
export async function resultOf(api: string, status: number, contentType: string, body: unknown): Promise<object> {
  const call = CALLS[api as keyof typeof CALLS];
  if (!call) throw new Error(`tools/docs/outcomes.ts has no call for ${api}`);
  const { data, error } = await call({ fetch: respondWith(status, contentType, body) });
  if (error) return shown(error);
  // At a fixed time, so that the output does not change.
  const minutes = Math.round((data.expiresAt.getTime() - Date.now()) / 60_000);
  return { data: { ...JSON.parse(JSON.stringify(data)), expiresAt: new Date(Date.UTC(2026, 0, 1, 0, minutes)) } };
}

/** A URL returned by CFC. */
async function preSigned(url: string): Promise<PreSignedUrl> {
  const created = { status: "CREATED", preSignedS3Url: url, errorCode: null, errorMessage: null };
  const { data, error } = await CALLS.CFC({
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
    return await putFile(await preSigned(`http://127.0.0.1:${port}/sales.csv`), "demo/files/sales.csv");
  } finally {
    server.close();
  }
}

const CAUSES: Record<string, () => Promise<Result<unknown>>> = {
  "invalid-input": () => CALLS.CFC({ templateType: "sale" }),
  api: () =>
    CALLS.CFC({
      fetch: respondWith(401, "application/json", {
        status: null,
        preSignedS3Url: null,
        errorCode: "AUTHORIZATION_FAILED",
        errorMessage: "Invalid Auth Token",
      }),
    }),
  "unexpected-response": () => CALLS.CFC({ fetch: respondWith(502, "text/html", "<h1>Bad Gateway</h1>") }),
  network: () =>
    CALLS.CFC({
      fetch: () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })),
    }),
  timeout: () => CALLS.CFC({ timeoutMs: 50, fetch: () => new Promise(() => {}) }),
  storage: rejectedPut,
  file: async () => putFile(await preSigned("https://storage.clear.in/sales.csv"), "missing.csv"),
  aborted: () => CALLS.CFC({ signal: AbortSignal.abort() }),
};

/** An example of an error of this kind. */
export async function exampleOf(kind: string): Promise<object> {
  const cause = CAUSES[kind];
  if (!cause) throw new Error(`tools/docs/outcomes.ts has no example of an error of kind ${kind}`);
  const { error } = await cause();
  if (error?.kind !== kind) throw new Error(`The example of ${kind} ends in ${error?.kind}`);
  return shown(error);
}
