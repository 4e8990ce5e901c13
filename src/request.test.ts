import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import type { operations, paths } from "../generated/openapi.js";
import { glsClient, INPUT, SUCCESS, TOKEN, URL_SIGNED } from "../test-support/gls-client.js";
import { loopbackServer, respondWith } from "../test-support/loopback-server.js";
import type { CfcApiError, ClientEvent, ClientOptions } from "./index.js";
import { type CheckedOptions, checkOptions } from "./options.js";
import { type Operation, Requester } from "./request.js";
import type { DocumentedResponse } from "./response.js";

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
])("a token function that %s is invalid input", async (_what, authToken) => {
  const { error } = await glsClient("https://api.clear.in", { authToken, timeoutMs: 20 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "invalid-input", field: "authToken" });
  expect(inspect(error)).not.toContain("canary");
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
    { type: "request", api: "gls", attempt: 1, url },
    { type: "response", api: "gls", attempt: 1, status: 503, durationMs: expect.any(Number) },
    { type: "retry", api: "gls", attempt: 1, waitMs: 0, error },
    { type: "request", api: "gls", attempt: 2, url },
    { type: "response", api: "gls", attempt: 2, status: 200, durationMs: expect.any(Number) },
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

test("builds the documented URL from a base URL with a path and a file name with special characters", async () => {
  const { origin, requests } = await loopbackServer(respondWith(200, SUCCESS));
  await glsClient(`${origin}/proxy/`).getPreSignedUrl({ fileName: "ü +&=?%.csv" });
  expect(requests[0]?.url).toBe("/proxy/one-integration/action/pre-sign?filename=%C3%BC%20%2B%26%3D%3F%25.csv");
});

test("a parameter, status or discriminant that is not in the description does not compile", () => {
  const compiled = async () => {
    const { client } = new Requester<paths>("cfc", "x-cleartax-auth-token", {} as CheckedOptions);
    const path = "/integration/v1/generatePreSign/{templateType}";
    const params = { path: { templateType: "sales" }, header: { fileContentType: "CSV" } } as const;
    await client.GET(path, { params: { ...params, query: { fileName: "" } } });
    const query = { fileName: "" };
    // @ts-expect-error a misspelled path
    await client.GET("/integration/v1/generatePresign/{templateType}", { params: { ...params, query } });
    // @ts-expect-error the other API's parameter name
    await client.GET(path, { params: { ...params, query: { filename: "" } } });
    // @ts-expect-error a value that is not in the enum
    await client.GET(path, { params: { ...params, header: { fileContentType: "csv" }, query: { fileName: "" } } });
    // @ts-expect-error a missing header
    await client.GET(path, { params: { path: params.path, query: { fileName: "" } } });
    // @ts-expect-error a method that is not in the description
    await client.POST(path, { params: { ...params, query: { fileName: "" } } });
  };
  const narrowed = ({ status, body }: DocumentedResponse<operations["getCfcPreSignedUrl"]>) => {
    // @ts-expect-error an undocumented status
    if (status === 404) return;
    // @ts-expect-error a misspelled discriminant
    if (status === 200 && body?.status === "CRAETED") return;
    // @ts-expect-error a field that was not checked is not a string
    if (status === 200 && body?.status === "FAILED") body.errorMessage.trim();
  };
  expect([compiled, narrowed]).toHaveLength(2);
});

test("an operation with another method, a request body and another success status needs no change of the request layer", async () => {
  interface TriggerPaths {
    "/trigger/{templateType}": {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      post: {
        parameters: { path: { templateType: string } };
        requestBody: { content: { "application/json": { s3FileUrl: string } } };
        responses: {
          201: { headers: Record<string, unknown>; content: { "application/json": { activityId: string } } };
        };
      };
    };
  }
  type Trigger = DocumentedResponse<TriggerPaths["/trigger/{templateType}"]["post"]>;

  const bodies: string[] = [];
  const { origin, requests } = await loopbackServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString());
      respondWith(bodies.length < 2 ? 503 : 201, { activityId: "activity" })(request, response);
    });
  });
  vi.spyOn(Math, "random").mockReturnValue(0);
  const requester = new Requester<TriggerPaths>("cfc", "x-token", checkOptions({ baseUrl: origin, authToken: TOKEN }));
  const operation: Operation<Trigger, string, CfcApiError> = {
    secretFields: [],
    send: (init) =>
      requester.client.POST("/trigger/{templateType}", {
        ...init,
        params: { path: { templateType: "sales" } },
        body: { s3FileUrl: URL_SIGNED },
      }),
    decode: ({ status, body }) =>
      status === 201 && typeof body?.activityId === "string" ? { data: body.activityId } : undefined,
    errorOf: () => undefined,
  };
  const trigger = (options = {}) => requester.request(trigger, options, () => operation);

  expect(await trigger()).toEqual({ data: "activity" });
  expect(bodies).toEqual([JSON.stringify({ s3FileUrl: URL_SIGNED }), JSON.stringify({ s3FileUrl: URL_SIGNED })]);
  expect(requests[1]).toMatchObject({
    method: "POST",
    url: "/trigger/sales",
    headers: { "content-type": "application/json", "x-token": TOKEN },
  });
});

test("the total limit covers the token function", async () => {
  const authToken = () => new Promise<string>(() => {});
  const { error } = await glsClient("https://api.clear.in", { authToken, totalTimeoutMs: 20 }).getPreSignedUrl(INPUT);
  expect(error).toMatchObject({ kind: "invalid-input", field: "authToken" });
  expect(error?.message).toBe("authToken is a function that timed out");
});

test("the error for a token function describes the failure", async () => {
  const message = async (authToken: () => Promise<string>) =>
    (await glsClient("https://api.clear.in", { authToken, timeoutMs: 20 }).getPreSignedUrl(INPUT)).error?.message;
  expect(await message(() => Promise.reject(new Error()))).toBe("authToken is a function that threw");
  expect(await message(() => new Promise(() => {}))).toBe("authToken is a function that timed out");
});

test("the error for an unknown field lists the known ones", async () => {
  const gls = glsClient("https://api.clear.in");
  const { error } = await gls.getPreSignedUrl(INPUT, { abort: 1 } as object);
  expect(error?.message).toBe("abort is not a known field of call options; expected one of signal");
  const input = await gls.getPreSignedUrl({ ...INPUT, name: 1 } as typeof INPUT);
  expect(input.error?.message).toBe("name is not a known field of input; expected one of fileName");
});
