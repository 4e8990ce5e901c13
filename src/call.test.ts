import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { getGlsPreSignedUrl } from "../generated/operations.js";
import { glsClient, INPUT, SUCCESS, TOKEN, URL_SIGNED } from "../test-support/gls-client.js";
import { loopbackServer, respondWith } from "../test-support/loopback-server.js";
import { createCall, type Endpoint } from "./call.js";
import type { CfcApiError, CfcInput, ClientEvent, ClientOptions } from "./index.js";
import { CLIENT_OPTIONS, checkOptions } from "./options.js";

afterEach(() => {
  vi.restoreAllMocks();
});

test("sends the documented request, with the file name percent-encoded and otherwise unchanged", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  const { data } = await glsClient(origin).getPreSignedUrl({ fileName: "März & 50%+?#.CSV" });
  expect(data?.url).toBe(URL_SIGNED);
  expect(data?.headers).toEqual({ "content-type": "text/csv" });
  const [request] = requests;
  expect(request?.method).toBe("GET");
  expect(request?.url).toBe("/one-integration/action/pre-sign?filename=M%C3%A4rz%20%26%2050%25%2B%3F%23.CSV");
  expect(request?.headers).toMatchObject({
    "x-clear-auth-token": TOKEN,
    "x-integration-id": "00000000-0000-4000-8000-000000000000",
    accept: "*/*",
  });
  expect(request?.headers).not.toHaveProperty("x-cleartax-auth-token");
});

test("counts the URL's lifetime from the start of the request", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  const before = Date.now();
  const { data } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
  expect(data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
});

test("computes the age of a URL from the API's clock", async () => {
  const uploadUrl = `${URL_SIGNED}&X-Amz-Date=19990101T000000Z`;
  const date = "Fri, 01 Jan 1999 00:00:50 GMT";
  const { origin } = await loopbackServer(respondWith(200, { ...SUCCESS, result: { uploadUrl } }, { date }));
  const before = Date.now();
  const { data } = await glsClient(origin).getPreSignedUrl(INPUT);
  expect(data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 10_000);
  expect(data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 10_000);
});

test("a token function is called for each call, and may be asynchronous", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  let calls = 0;
  const gls = glsClient(origin, { authToken: async () => `token-${++calls}` });
  await gls.getPreSignedUrl(INPUT);
  await gls.getPreSignedUrl(INPUT);
  expect(requests.map(({ headers }) => headers["x-clear-auth-token"])).toEqual(["token-1", "token-2"]);
});

test.each<[string, () => string | Promise<string>]>([
  [
    "throws",
    () => {
      throw new Error("canary");
    },
  ],
  ["rejects", () => Promise.reject(new Error("canary"))],
  ["returns undefined", () => undefined as unknown as string],
  ["returns a line end", () => "canary\n"],
  ["hangs", () => new Promise(() => {})],
])("a token function that %s is an error of that function", async (_what, authToken) => {
  const { error } = await glsClient("https://api.clear.in", { authToken, timeoutMs: 20 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "callback", callback: "authToken" });
  expect(JSON.stringify(error)).not.toContain("canary");
});

test("a signal ends the wait for a token", async () => {
  const controller = new AbortController();
  const authToken = () => {
    queueMicrotask(() => controller.abort());
    return new Promise<string>(() => {});
  };
  const gls = glsClient("https://api.clear.in", { authToken });
  expect((await gls.getPreSignedUrl(INPUT, { signal: controller.signal })).error?.kind).toBe("aborted");
});

test("a hook receives each request, response and retry, without secrets", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { origin, requests } = await loopbackServer((request, response) => {
    if (requests.length < 2) respondWith(503, TOKEN)(request, response);
    else respondWith(200, SUCCESS)(request, response);
  });
  const events: ClientEvent[] = [];
  await glsClient(origin, { onEvent: (event) => events.push(event) }).getPreSignedUrl(INPUT);
  const url = `${origin}/one-integration/action/pre-sign?filename=a.csv`;
  const error = expect.objectContaining({ kind: "unexpected-response", status: 503, text: "[redacted]" });
  expect(events).toEqual([
    { type: "request", target: "gls", attempt: 1, method: "GET", url },
    { type: "response", target: "gls", attempt: 1, status: 503, durationMs: expect.any(Number) },
    { type: "retry", target: "gls", attempt: 1, waitMs: 0, error },
    { type: "request", target: "gls", attempt: 2, method: "GET", url },
    { type: "response", target: "gls", attempt: 2, status: 200, durationMs: expect.any(Number) },
  ]);
  expect(inspect(events, { depth: 9 })).not.toContain("canary");
});

test.each<[string, () => void]>([
  [
    "throws",
    () => {
      throw new Error("hook");
    },
  ],
  ["rejects", () => Promise.reject(new Error("hook"))],
])("a hook that %s does not break the call", async (_what, onEvent) => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  expect((await glsClient(origin, { onEvent }).getPreSignedUrl(INPUT)).data?.url).toBe(URL_SIGNED);
});

test("does not set a user agent in a browser", async () => {
  const seen: (string | null)[] = [];
  const fetch: ClientOptions["fetch"] = async (_url, init) => {
    seen.push(new Headers(init.headers).get("user-agent"));
    return new Response(JSON.stringify(SUCCESS));
  };
  await glsClient("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT);
  vi.stubGlobal("document", {});
  await glsClient("https://api.clear.in", { fetch }).getPreSignedUrl(INPUT);
  vi.unstubAllGlobals();
  expect(seen).toEqual([expect.stringContaining("clear-presign/"), null]);
});

test("a request that may change something is sent once, with its body, and its errors are redacted without x-upload", async () => {
  const { origin, requests } = await loopbackServer(respondWith(503, { note: `https://storage.clear.in/a?${TOKEN}` }));
  const { upload: _, ...operation } = getGlsPreSignedUrl;
  const endpoint = {
    operation: { ...operation, method: "POST" },
    fields: { fileName: "filename" },
    parameters: () => ({
      header: { "x-integration-id": "00000000-0000-4000-8000-000000000000" },
      query: { filename: "a.csv" },
    }),
    body: ({ fileName }: typeof INPUT) => ({ fileName }),
    read: () => undefined,
    error: () => undefined,
  };
  const call = createCall(checkOptions({ baseUrl: origin, authToken: TOKEN }, CLIENT_OPTIONS));
  // Cast because the description has no such operation.
  const { error } = await call(endpoint as never, INPUT);
  expect(error).toMatchObject({
    kind: "unexpected-response",
    status: 503,
    text: expect.stringContaining("?[redacted]"),
  });
  expect(requests.map(({ method, headers }) => [method, headers["content-type"], headers["content-length"]])).toEqual([
    ["POST", "application/json", String(JSON.stringify(INPUT).length)],
  ]);
});

test("builds the documented URL from a base URL with a path and a file name with special characters", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  await glsClient(`${origin}/proxy/`).getPreSignedUrl({ fileName: "ü +&=?%.csv" });
  expect(requests[0]?.url).toBe("/proxy/one-integration/action/pre-sign?filename=%C3%BC%20%2B%26%3D%3F%25.csv");
});

test("a parameter, status or discriminant that is not in the description does not compile", () => {
  type Cfc = Endpoint<"getCfcPreSignedUrl", CfcInput, string, CfcApiError>;
  const path = { templateType: "sales" } as const;
  const header = { fileContentType: "CSV" } as const;
  const query = { fileName: "" };
  const parameters: Cfc["parameters"][] = [
    () => ({ path, header, query }),
    // @ts-expect-error the other API's parameter name
    () => ({ path, header, query: { filename: "" } }),
    // @ts-expect-error a value that is not in the enum
    () => ({ path, header: { fileContentType: "csv" }, query }),
    // @ts-expect-error a missing header
    () => ({ path, query }),
  ];
  const reads: Cfc["read"][] = [
    // @ts-expect-error an undocumented status
    ({ status }) => (status === 404 ? { data: "" } : undefined),
    ({ status, body }) => {
      // @ts-expect-error a misspelled discriminant
      return status === 200 && body?.status === "CRAETED" ? { data: "" } : undefined;
    },
    ({ status, body }) =>
      // @ts-expect-error a field that was not checked is not a string
      status === 200 && body?.status === "FAILED" ? { data: body.errorMessage.trim() } : undefined,
  ];
  expect([...parameters, ...reads]).toHaveLength(7);
});

/** A proxy that throws from every operation. */
const hostile: unknown = new Proxy(
  {},
  new Proxy(
    {},
    {
      get: () => () => {
        throw new Error("hostile");
      },
    },
  ),
);

test("the total limit covers the token function", async () => {
  const authToken = () => new Promise<string>(() => {});
  const { error } = await glsClient("https://api.clear.in", { authToken, totalTimeoutMs: 20 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "callback", callback: "authToken", retryable: true });
  expect(error?.message).toBe("authToken timed out after 20 ms");
});

test.each<[string, () => unknown, string, boolean]>([
  ["threw", () => Promise.reject(new Error("canary")), "authToken threw", false],
  [
    "threw an error that is retryable",
    () => Promise.reject(Object.assign(new Error(), { retryable: true })),
    "authToken threw",
    true,
  ],
  ["threw nothing", () => Promise.reject(), "authToken threw", false],
  ["threw a hostile proxy", () => Promise.reject(hostile), "authToken threw", false],
  ["timed out", () => new Promise(() => {}), "authToken timed out after 20 ms", true],
  [
    "returned no token",
    () => " token",
    "authToken returned no token; it must be a non-empty string of printable ASCII, trimmed, of at most 8192 characters",
    false,
  ],
])("the error for a token function that %s describes the failure", async (_what, authToken, message, retryable) => {
  const options = { authToken: authToken as () => string, timeoutMs: 20 };
  const { error } = await glsClient("https://api.clear.in", options).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "callback", callback: "authToken", retryable });
  expect(error?.message).toBe(message);
});

test("the error for a token function has what it threw as its cause, which is not serialized", async () => {
  const cause = new Error("canary");
  const authToken = () => Promise.reject(cause);
  const { error } = await glsClient("https://api.clear.in", { authToken }).getPreSignedUrl(INPUT);
  expect(error?.cause).toBe(cause);
  expect(JSON.stringify(error)).not.toContain("canary");
});

test("a token function that aborts its own call and throws at once ends it as aborted", async () => {
  const controller = new AbortController();
  const authToken = () => {
    controller.abort();
    throw new Error("late");
  };
  const call = glsClient("https://api.clear.in", { authToken }).getPreSignedUrl(INPUT, { signal: controller.signal });
  expect((await call).error?.kind).toBe("aborted");
});

test("the error for an unknown field lists the known ones", async () => {
  const gls = glsClient("https://api.clear.in");
  const { error } = await gls.getPreSignedUrl(INPUT, { abort: 1 } as object);
  expect(error?.message).toBe("abort is not a known field of call options; expected one of signal");
  const input = await gls.getPreSignedUrl({ ...INPUT, name: 1 } as typeof INPUT);
  expect(input.error?.message).toBe("name is not a known field of input; expected one of fileName");
});

test.each([false, null, 0, "", {}])("the signal %j is invalid", async (signal) => {
  const { error } = await glsClient("https://api.clear.in").getPreSignedUrl(INPUT, { signal: signal as never });
  expect(error).toMatchObject({ kind: "invalid-input", field: "signal", message: "signal must be an AbortSignal" });
});

test("a hook that aborts its own call and throws ends it as aborted", async () => {
  const { origin } = await loopbackServer(respondWith(200, SUCCESS));
  const controller = new AbortController();
  const onEvent = () => {
    controller.abort();
    throw new Error("late");
  };
  const { signal } = controller;
  expect((await glsClient(origin, { onEvent }).getPreSignedUrl(INPUT, { signal })).error?.kind).toBe("aborted");
});
