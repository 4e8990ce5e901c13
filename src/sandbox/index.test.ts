import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import { createCfcClient, createGlsClient, type PreSignedUrl, unwrap } from "../index.js";
import { SANDBOX_CREDENTIALS, type Sandbox, startSandbox } from "./index.js";

const CFC = "/integration/v1/generatePreSign/sales?fileName=a.csv";
const GLS = "/one-integration/action/pre-sign?filename=a.csv";
const CFC_HEADERS = { "x-cleartax-auth-token": SANDBOX_CREDENTIALS.cfc.authToken, fileContentType: "CSV" };
const GLS_HEADERS = {
  "x-clear-auth-token": SANDBOX_CREDENTIALS.gls.authToken,
  "x-integration-id": SANDBOX_CREDENTIALS.gls.integrationId,
};

const directory = mkdtempSync(join(tmpdir(), "clear-presign-sandbox-test-"));
const description = parse(readFileSync(new URL("../../generated/openapi.yaml", import.meta.url), "utf8"));
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ directory });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});
afterEach(() => {
  vi.useRealTimers();
});

async function ask(path: string, headers: Record<string, string>) {
  const response = await fetch(sandbox.baseUrl + path, { headers });
  const text = await response.text();
  return { status: response.status, contentType: response.headers.get("content-type"), text };
}

/** The body that the description gives an example. */
function example(response: string, name: string): unknown {
  const [content] = Object.values<{ examples: Record<string, { $ref?: string; value?: unknown }> }>(
    description.components.responses[response].content,
  );
  const found = content?.examples[name];
  return found?.$ref ? description.components.examples[found.$ref.split("/").at(-1) ?? ""].value : found?.value;
}

test.each<[string, string, Record<string, string>, number, string, string]>([
  ["no CFC token", CFC, { fileContentType: "CSV" }, 401, "CfcUnauthorized", "authorization-failed"],
  [
    "an unknown CFC token",
    CFC,
    { ...CFC_HEADERS, "x-cleartax-auth-token": "x" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "the GLS token for CFC",
    CFC,
    { ...GLS_HEADERS, fileContentType: "CSV" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "an unknown token in a bad request",
    CFC,
    { "x-cleartax-auth-token": "x" },
    401,
    "CfcUnauthorized",
    "authorization-failed",
  ],
  [
    "no fileContentType",
    CFC,
    { "x-cleartax-auth-token": "sandbox-cfc-token" },
    500,
    "CfcInternalError",
    "file-content-type-missing",
  ],
  [
    "a fileContentType that is none",
    CFC,
    { ...CFC_HEADERS, fileContentType: "PDF" },
    200,
    "CfcProcessed",
    "failed-invalid-request",
  ],
  [
    "a template type that is none",
    CFC.replace("sales", "tds"),
    CFC_HEADERS,
    200,
    "CfcProcessed",
    "failed-invalid-request",
  ],
  [
    "an empty CFC name",
    "/integration/v1/generatePreSign/sales?fileName=",
    CFC_HEADERS,
    200,
    "CfcProcessed",
    "failed-invalid-request",
  ],
  ["two CFC names", `${CFC}&fileName=b.csv`, CFC_HEADERS, 200, "CfcProcessed", "failed-invalid-request"],
  [
    "no GLS token",
    GLS,
    { "x-integration-id": GLS_HEADERS["x-integration-id"] },
    401,
    "GlsUnauthorized",
    "unauthorized",
  ],
  ["an unknown GLS token", GLS, { ...GLS_HEADERS, "x-clear-auth-token": "x" }, 401, "GlsUnauthorized", "unauthorized"],
  [
    "an unknown GLS token, JSON only",
    GLS,
    { ...GLS_HEADERS, "x-clear-auth-token": "x", accept: "application/json" },
    401,
    "GlsUnauthorized",
    "unauthorized",
  ],
  ["a wrong extension", GLS.replace(".csv", ""), GLS_HEADERS, 406, "GlsNotAcceptable", "invalid-file-extension"],
  ["no filename", "/one-integration/action/pre-sign", GLS_HEADERS, 400, "GlsBadRequest", "bad-request"],
  ["no integration id", GLS, { "x-clear-auth-token": "sandbox-gls-token" }, 400, "GlsBadRequest", "bad-request"],
  [
    "an integration id that is no UUID",
    GLS,
    { ...GLS_HEADERS, "x-integration-id": "1" },
    400,
    "GlsBadRequest",
    "bad-request",
  ],
])("%s gets what the description says", async (_what, path, headers, status, response, name) => {
  const answer = await ask(path, headers);
  const documented = example(response, name);
  expect(documented).toBeDefined();
  expect(answer.status).toBe(status);
  expect(answer.contentType).toBe(typeof documented === "string" ? "text/plain" : "application/json");
  expect(typeof documented === "string" ? answer.text : JSON.parse(answer.text)).toEqual(documented);
});

test("every example of every answer can be had by Prefer", async () => {
  let asked = 0;
  for (const [path, headers, template] of [
    [CFC, CFC_HEADERS, "/integration/v1/generatePreSign/{templateType}"],
    [GLS, GLS_HEADERS, "/one-integration/action/pre-sign"],
  ] as const) {
    for (const [status, { $ref }] of Object.entries<{ $ref: string }>(description.paths[template].get.responses)) {
      const response = $ref.split("/").at(-1) ?? "";
      const [content] = Object.values<{ examples: object }>(description.components.responses[response].content);
      for (const name of Object.keys(content?.examples ?? {})) {
        const answer = await ask(path, { ...headers, prefer: `code=${status}, example=${name}` });
        expect(answer.status).toBe(Number(status));
        const got = answer.contentType === "text/plain" ? answer.text : JSON.parse(answer.text);
        // The URL of a success is signed anew; every other body is the description's.
        if (got.status !== "CREATED" && got.success !== true) expect(got).toEqual(example(response, name));
        asked++;
      }
    }
  }
  expect(asked).toBe(17);
});

test("an example that does not exist, a path and a method that do not, get Prism's words", async () => {
  expect((await ask(CFC, { ...CFC_HEADERS, prefer: "code=418, example=tea" })).contentType).toBe(
    "application/problem+json",
  );
  expect((await ask("/nothing", {})).status).toBe(404);
  expect((await fetch(sandbox.baseUrl + CFC, { method: "DELETE", headers: CFC_HEADERS })).status).toBe(405);
});

async function cfcUrl(): Promise<PreSignedUrl> {
  const client = createCfcClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.cfc });
  return unwrap(await client.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" }));
}

async function glsUrl(): Promise<PreSignedUrl> {
  const client = createGlsClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials.gls });
  return unwrap(await client.getPreSignedUrl({ fileName: "a.zip" }));
}

/** A PUT by hand. The storage's answer, and what it stored. */
async function put(url: string, headers: Record<string, string>, body = "content") {
  const response = await fetch(url, { method: "PUT", headers, body });
  const text = await response.text();
  const path = sandbox.pathOf(url);
  const code = /<Code>(.*)<\/Code>/.exec(text)?.[1];
  return { status: response.status, code, stored: existsSync(path) ? readFileSync(path, "utf8") : undefined };
}

test.each([
  ["CFC", cfcUrl, "600", "application/vnd.ms-excel"],
  ["GLS", glsUrl, "3600", "application/zip"],
])("a URL of %s is signed as documented, and takes the file", async (_api, newUrl, life, contentType) => {
  const { url, headers } = await newUrl();
  const query = new URL(url).searchParams;
  expect(query.get("X-Amz-Expires")).toBe(life);
  expect(query.get("X-Amz-SignedHeaders")).toBe("content-type;host");
  expect(query.get("X-Amz-Algorithm")).toBe("AWS4-HMAC-SHA256");
  expect(headers).toEqual({ "content-type": contentType });
  expect(await put(url, headers)).toEqual({ status: 200, code: undefined, stored: "content" });
});

const edit = (url: string, name: string, value: string) => {
  const edited = new URL(url);
  edited.searchParams.set(name, value);
  return edited.href;
};

test.each<[string, (url: PreSignedUrl) => [string, Record<string, string>], number, string]>([
  ["another content type", ({ url }) => [url, { "content-type": "text/plain" }], 403, "SignatureDoesNotMatch"],
  [
    "a parameter to the content type",
    ({ url, headers }) => [url, { "content-type": `${headers["content-type"]};a=b` }],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "a tampered signature",
    ({ url, headers }) => [edit(url, "X-Amz-Signature", "0".repeat(64)), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  ["a longer life", ({ url, headers }) => [edit(url, "X-Amz-Expires", "6000"), headers], 403, "SignatureDoesNotMatch"],
  [
    "another date",
    ({ url, headers }) => [edit(url, "X-Amz-Date", "20990101T000000Z"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "another token",
    ({ url, headers }) => [edit(url, "X-Amz-Security-Token", "a"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "a forged scope",
    ({ url, headers }) => [url.replace("ap-south-1%2Fs3", "us-east-1%2Fs3"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  ["one parameter more", ({ url, headers }) => [`${url}&a=b`, headers], 403, "SignatureDoesNotMatch"],
  ["a parameter twice", ({ url, headers }) => [`${url}&X-Amz-Expires=600`, headers], 403, "SignatureDoesNotMatch"],
  ["another key", ({ url, headers }) => [url.replace("/cfc/", "/cfc/x"), headers], 403, "SignatureDoesNotMatch"],
  [
    "another host name",
    ({ url, headers }) => [url.replace("127.0.0.1", "localhost"), headers],
    403,
    "SignatureDoesNotMatch",
  ],
  [
    "an unknown access key",
    ({ url, headers }) => [url.replace("Credential=ASIA", "Credential=ASIB"), headers],
    403,
    "InvalidAccessKeyId",
  ],
  ["no access key", ({ url, headers }) => [edit(url, "X-Amz-Credential", ""), headers], 403, "InvalidAccessKeyId"],
  [
    "a date that is none",
    ({ url, headers }) => [edit(url, "X-Amz-Date", "20261399T000000Z"), headers],
    403,
    "AccessDenied",
  ],
  ["a life of nothing", ({ url, headers }) => [edit(url, "X-Amz-Expires", "0"), headers], 403, "AccessDenied"],
  [
    "a life of more than a week",
    ({ url, headers }) => [edit(url, "X-Amz-Expires", "604801"), headers],
    403,
    "AccessDenied",
  ],
  ["a life that is none", ({ url, headers }) => [edit(url, "X-Amz-Expires", "soon"), headers], 403, "AccessDenied"],
  ["no signature", ({ url, headers }) => [url.split("?")[0] ?? "", headers], 403, "AccessDenied"],
  [
    "an unsigned x-amz header",
    ({ url, headers }) => [url, { ...headers, "x-amz-acl": "public-read" }],
    403,
    "AccessDenied",
  ],
])("the storage refuses %s, and keeps nothing", async (_what, spoil, status, code) => {
  const [url, headers] = spoil(await cfcUrl());
  expect(await put(url, headers)).toEqual({ status, code, stored: undefined });
});

test.each([
  ["CFC", cfcUrl, 600, 400, "ExpiredToken"],
  ["GLS", glsUrl, 3600, 403, "AccessDenied"],
])("an expired URL of %s is refused as the vendor says", async (_api, newUrl, seconds, status, code) => {
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1000) * 1000 });
  const { url, headers } = await newUrl();
  vi.setSystemTime(Date.now() + seconds * 1000 - 1);
  expect(await put(url, headers)).toMatchObject({ status: 200 });
  vi.setSystemTime(Date.now() + 1);
  expect(await put(url, headers)).toMatchObject({ status, code });
});

test("the storage takes PUT only, and only with a length", async () => {
  const { url, headers } = await cfcUrl();
  expect((await fetch(url)).status).toBe(405);
  const body = new Blob(["content"]).stream();
  const chunked = await fetch(url, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
  expect(chunked.status).toBe(411);
  expect(existsSync(sandbox.pathOf(url))).toBe(false);
});

test("a PUT that is cut leaves nothing behind", async () => {
  const { url, headers } = await cfcUrl();
  const request = httpRequest(url, { method: "PUT", headers: { ...headers, "content-length": 100 } });
  request.on("error", () => {});
  const folder = join(sandbox.pathOf(url), "..");
  request.write("half");
  await vi.waitFor(() => expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toHaveLength(1));
  request.destroy();
  await vi.waitFor(() => expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toHaveLength(0));
  expect(existsSync(sandbox.pathOf(url))).toBe(false);
});

test("close removes the files of a sandbox that made its own folder", async () => {
  const other = await startSandbox();
  const folder = other.pathOf("http://sandbox/");
  expect(existsSync(folder)).toBe(true);
  await other.close();
  expect(existsSync(folder)).toBe(false);
  await expect(fetch(other.baseUrl)).rejects.toThrow();
});

test("a port that is taken, and a misspelled option, are errors", async () => {
  const port = Number(new URL(sandbox.baseUrl).port);
  await expect(startSandbox({ port })).rejects.toThrow("EADDRINUSE");
  await expect(startSandbox({ prot: 1 } as object)).rejects.toThrow("prot");
});

test("what the sandbox says to install is what the package declares", () => {
  const source = readFileSync(new URL("index.ts", import.meta.url), "utf8");
  const said = JSON.parse(/PEERS = (\[.*?\])/s.exec(source)?.[1] ?? "[]");
  expect(said).toEqual(Object.entries(packageJson.peerDependencies).map(([name, version]) => `${name}@${version}`));
  expect(Object.keys(packageJson.peerDependenciesMeta)).toEqual(Object.keys(packageJson.peerDependencies));
});

test("a request that cannot be read is a 500 of the API, and ends at the storage", async () => {
  const status = (origin: string) =>
    new Promise<number | string>((resolve) => {
      // A path that no URL has, as it stands.
      const request = httpRequest({ host: "127.0.0.1", port: new URL(origin).port, path: "//", agent: false });
      request.on("response", ({ statusCode }) => resolve(statusCode as number));
      request.on("error", () => resolve("end"));
      request.end();
    });
  expect(await status(sandbox.baseUrl)).toBe(500);
  expect(await status((await cfcUrl()).url)).toBe("end");
});

test("without its optional packages the sandbox says what to install", async () => {
  vi.resetModules();
  vi.doMock("@smithy/signature-v4", () => {
    throw new Error("not there");
  });
  const { startSandbox: startWithout } = await import("./index.js");
  await expect(startWithout()).rejects.toThrow("npm install --save-dev @smithy/signature-v4@");
  vi.doUnmock("@smithy/signature-v4");
});
