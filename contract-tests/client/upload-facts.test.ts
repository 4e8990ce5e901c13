/** mock ↔ client: what the client returns for the upload, the token that it sends, and the hosts of both environments. */
import { describe, expect, inject, test, vi } from "vitest";
import { type ClientOptions, createCfcClient, createGlsClient, unwrap } from "../../src/index.js";
import { SANDBOX_CREDENTIALS } from "../../src/sandbox/index.js";
import { proves } from "../facts/proves.js";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const NOW = new Date("2026-02-08T12:18:03Z");

/** Gets the URL for a file; returns the request that was sent, too. */
async function exchange(
  api: "cfc" | "gls",
  fileName: string,
  { environment }: Pick<ClientOptions, "environment"> = {},
) {
  const requests: { origin: string; headers: Headers }[] = [];
  const url = "https://storage.clear.in/a?X-Amz-Expires=999999";
  const options = {
    authToken: "token",
    environment: environment ?? ("sandbox" as const),
    fetch: async (address: string, { headers }: RequestInit) => {
      requests.push({ origin: new URL(address).origin, headers: new Headers(headers) });
      const body = {
        cfc: { status: "CREATED", preSignedS3Url: url },
        gls: { success: true, result: { uploadUrl: url } },
      };
      return Response.json(body[api], { headers: { date: NOW.toUTCString() } });
    },
  };
  const integrationId = "00000000-0000-4000-8000-000000000000";
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  try {
    const result =
      api === "cfc"
        ? await createCfcClient(options).getPreSignedUrl({ templateType: "sales", fileName })
        : await createGlsClient({ ...options, integrationId }).getPreSignedUrl({ fileName });
    return { data: unwrap(result), origin: requests[0]?.origin, headers: requests[0]?.headers };
  } finally {
    vi.useRealTimers();
  }
}

describe("CFC", () => {
  test.each([
    ["CSV", "application/vnd.ms-excel"],
    ["XLS", "application/vnd.ms-excel"],
    ["XLSX", XLSX],
  ])("%s is signed for %s, for 10 minutes", async (type, contentType) => {
    proves("cfc.validForSeconds", "cfc.upload", "cfc.x-cleartax-auth-token");
    const { data, headers } = await exchange("cfc", `a.${type.toLowerCase()}`);
    expect(headers?.get("x-cleartax-auth-token")).toBe("token");
    expect(headers?.get("fileContentType")).toBe(type);
    expect(data).toMatchObject({ method: "PUT", headers: { "content-type": contentType } });
    expect(data.expiresAt).toEqual(new Date("2026-02-08T12:28:03Z"));
  });
});

describe("GLS", () => {
  test.each([
    ["csv", "text/csv"],
    ["xls", "application/vnd.ms-excel"],
    ["xlsx", XLSX],
    ["zip", "application/zip"],
  ])("%s is signed for %s, for 1 hour", async (type, contentType) => {
    proves("gls.validForSeconds", "gls.upload", "gls.x-clear-auth-token");
    const { data, headers } = await exchange("gls", `a.${type}`);
    expect(headers?.get("x-clear-auth-token")).toBe("token");
    expect(data).toMatchObject({ method: "PUT", headers: { "content-type": contentType } });
    expect(data.expiresAt).toEqual(new Date("2026-02-08T13:18:03Z"));
  });
});

test.each([
  ["sandbox", "https://api-sandbox.clear.in"],
  ["production", "https://api.clear.in"],
] as const)("%s is %s", async (environment, origin) => {
  proves("cfc.hosts", "gls.hosts");
  expect((await exchange("cfc", "a.csv", { environment })).origin).toBe(origin);
  expect((await exchange("gls", "a.csv", { environment })).origin).toBe(origin);
});

test("the sandbox signs a URL of CFC with a session token, as in the sample, and one of GLS without", async () => {
  proves("cfc.validForSeconds.sample", "gls.validForSeconds.sample");
  const { cfc, gls } = SANDBOX_CREDENTIALS;
  const baseUrl = inject("sandbox");
  const inputs = { fileName: "a.csv", templateType: "sales" } as const;
  const urls = [
    unwrap(await createCfcClient({ baseUrl, ...cfc }).getPreSignedUrl(inputs)),
    unwrap(await createGlsClient({ baseUrl, ...gls }).getPreSignedUrl({ fileName: "a.csv" })),
  ];
  expect(urls.map(({ url }) => new URL(url).searchParams.has("X-Amz-Security-Token"))).toEqual([true, false]);
});
