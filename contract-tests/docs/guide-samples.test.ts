/** The functions in the guides, against a local server in place of Clear. */
import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { cfcAuthToken } from "../../examples/code-samples/cfcAuthToken.js";
import { ingestCfcFile } from "../../examples/code-samples/ingestCfcFile.js";
import { createCfcClient } from "../../src/index.js";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";

afterEach(() => {
  vi.useRealTimers();
});

describe("cfcAuthToken", () => {
  /** Returns a new token for each request, as Clear does. */
  async function tokenServer(validTill: () => string | null) {
    let issued = 0;
    return loopbackServer((request, response) =>
      respondWith(200, { access_token: `token-${++issued}`, valid_till: validTill() })(request, response),
    );
  }
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "+00:00");

  test("parallel calls share one request, with the secret in its header", async () => {
    const { origin, requests } = await tokenServer(inAnHour);
    const authToken = cfcAuthToken("secret", origin);
    expect(new Set(await Promise.all(Array.from({ length: 50 }, authToken)))).toEqual(new Set(["token-1"]));
    expect(await authToken()).toBe("token-1");
    expect(requests.map(({ method, url, headers }) => [method, url, headers["x-clear-client-secret"]])).toEqual([
      ["GET", "/integration/v1/authz/token", "secret"],
    ]);
  });

  test("a token is renewed once, shortly before it expires", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { origin, requests } = await tokenServer(inAnHour);
    const authToken = cfcAuthToken("secret", origin);
    expect(await authToken()).toBe("token-1");
    vi.advanceTimersByTime(3_600_000 - 70_000);
    expect(await authToken()).toBe("token-1");
    vi.advanceTimersByTime(20_000);
    expect(await Promise.all([authToken(), authToken()])).toEqual(["token-2", "token-2"]);
    expect(requests).toHaveLength(2);
  });

  test("a token without an expiry is never renewed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { origin, requests } = await tokenServer(() => null);
    const authToken = cfcAuthToken("secret", origin);
    await authToken();
    vi.advanceTimersByTime(365 * 24 * 3_600_000);
    expect(await authToken()).toBe("token-1");
    expect(requests).toHaveLength(1);
  });

  test.each([
    ["a 429", respondWith(429, {})],
    ["a response without a token", respondWith(200, { errors: [] })],
    ["an invalid expiry", respondWith(200, { access_token: "token", valid_till: "soon" })],
    ["a redirect", respondWith(302, "", { location: "http://127.0.0.1:1/" })],
  ])("%s is an error for each waiting call, and the next call tries again", async (_, failing) => {
    let respond = failing;
    const { origin, requests } = await loopbackServer((request, response) => respond(request, response));
    const authToken = cfcAuthToken("secret", origin);
    const outcomes = await Promise.allSettled([authToken(), authToken()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(JSON.stringify(outcomes)).not.toContain("secret");
    expect(requests).toHaveLength(1);
    respond = respondWith(200, { access_token: "token-1", valid_till: null });
    expect(await authToken()).toBe("token-1");
  });

  test("the client sends the token", async () => {
    const { origin } = await tokenServer(inAnHour);
    const cfc = await loopbackServer(respondWith(401, {}));
    const client = createCfcClient({ baseUrl: cfc.origin, authToken: cfcAuthToken("secret", origin) });
    await client.getPreSignedUrl({ templateType: "sales", fileName: "sales.csv" });
    expect(cfc.requests.map(({ headers }) => headers["x-cleartax-auth-token"])).toEqual(["token-1"]);
  });
});

describe("ingestCfcFile", () => {
  const url = "https://storage.clear.in/sales.csv?X-Amz-Signature=abc";
  const ingestion = {
    templateType: "sales",
    url,
    fileName: "sales.csv",
    authToken: async () => "token",
    firstWaitMs: 1,
  } as const;

  async function bodyOf(request: IncomingMessage): Promise<unknown> {
    let text = "";
    for await (const chunk of request) text += chunk;
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Accepts the trigger, then responds with each status in turn. */
  async function ingestionServer(statuses: readonly string[]) {
    const remaining = [...statuses];
    const bodies: unknown[] = [];
    const server = await loopbackServer(async (request, response) => {
      const body = await bodyOf(request);
      if (request.method === "POST") {
        bodies.push(body);
        respondWith(201, { activityId: "an/id" })(request, response);
      } else {
        const status = remaining.shift();
        const processingStats = status === "ACTIVITY_COMPLETED" ? [{ validRows: 2, invalidRows: 1 }] : null;
        respondWith(200, { status, processingStats })(request, response);
      }
    });
    return { ...server, bodies };
  }

  test("triggers with the whole URL, and polls until the activity has ended", async () => {
    const { origin, requests, bodies } = await ingestionServer([
      "ACTIVITY_CREATED",
      "ACTIVITY_QUEUED",
      "ACTIVITY_COMPLETED",
    ]);
    const activity = await ingestCfcFile({ ...ingestion, baseUrl: origin });
    expect(activity).toMatchObject({
      status: "ACTIVITY_COMPLETED",
      processingStats: [{ validRows: 2, invalidRows: 1 }],
    });
    expect(bodies).toEqual([
      {
        userInputArgs: { templateId: "618a5623836651c01c1498ad" },
        fileInfo: { s3FileUrl: url, userFileName: "sales.csv" },
      },
    ]);
    const status = "GET /integration/v1/ingest/file/sales/status/an%2Fid?tenant=GSTSALES";
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST /integration/v1/ingest/file/sales",
      status,
      status,
      status,
    ]);
    expect(requests.map(({ headers }) => headers["x-cleartax-auth-token"])).toEqual(Array(4).fill("token"));
  });

  test("uses the template and tenant of purchases", async () => {
    const { origin, requests, bodies } = await ingestionServer(["SYSTEM_FEEDBACK"]);
    const activity = await ingestCfcFile({ ...ingestion, templateType: "purchase", baseUrl: origin });
    expect(activity.status).toBe("SYSTEM_FEEDBACK");
    expect(bodies).toMatchObject([{ userInputArgs: { templateId: "60e5613ff71f4a7aeca4336b" } }]);
    expect(requests.at(-1)?.url).toMatch(/\/purchase\/status\/.*tenant=MAXITC$/);
  });

  test("throws an error without the URL if a request fails or the activity does not end", async () => {
    const failing = await loopbackServer(respondWith(400, { message: url }));
    const ingested = ingestCfcFile({ ...ingestion, baseUrl: failing.origin });
    await expect(ingested).rejects.toThrow("trigger: status 400");
    await expect(ingested).rejects.not.toThrow(/X-Amz/);
    expect(failing.requests).toHaveLength(1);

    const { origin } = await ingestionServer(Array(1000).fill("ACTIVITY_QUEUED"));
    await expect(ingestCfcFile({ ...ingestion, baseUrl: origin, timeoutMs: 300 })).rejects.toThrow(/abort|timeout/i);
  });
});
