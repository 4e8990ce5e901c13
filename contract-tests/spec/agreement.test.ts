/** Facts that src/ repeats agree with the description. */
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { createCfcClient, createGlsClient, unwrap } from "../../src/index.js";
import { signedTypeMismatch } from "../../src/upload/content.js";
import { document, type Operation, operations, source } from "../../test-support/description.js";
import { proves } from "../facts/proves.js";

/** An operation that returns a pre-signed URL. */
function preSigning({ upload, ...operation }: Operation) {
  if (!upload) throw new Error(`${operation.operationId} has no x-upload`);
  return { ...operation, upload };
}
const cfc = preSigning(operations.getCfcPreSignedUrl);
const gls = preSigning(operations.getGlsPreSignedUrl);
const LONG_LIVED_URL = "https://storage.clear.in/a?X-Amz-Expires=999999";

/** A `fetch` that records requests and responds with a success for either API. */
function recorder() {
  const requests: { url: string; headers: Headers }[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    requests.push({ url, headers: new Headers(init.headers) });
    return new Response(
      JSON.stringify({
        status: "CREATED",
        preSignedS3Url: LONG_LIVED_URL,
        success: true,
        result: { uploadUrl: LONG_LIVED_URL },
      }),
    );
  };
  return { requests, fetch };
}

const integrationId = "00000000-0000-4000-8000-000000000000";

test.each(["sandbox", "production"] as const)("the hosts of %s are the description's servers", async (environment) => {
  proves("cfc.hosts", "gls.hosts");
  const at = { sandbox: 0, production: 1 }[environment];
  const { requests, fetch } = recorder();
  await createCfcClient({ environment, authToken: "t", fetch }).getPreSignedUrl({
    templateType: "sales",
    fileName: "a.csv",
  });
  await createGlsClient({ environment, authToken: "t", integrationId, fetch }).getPreSignedUrl({ fileName: "a.csv" });
  expect(requests.map(({ url }) => new URL(url).origin)).toEqual([cfc.servers[at]?.url, gls.servers[at]?.url]);
});

test("the token headers are those of the security schemes", async () => {
  const schemeHeader = (operation: typeof cfc) =>
    document.components.securitySchemes[Object.keys(operation.security[0] ?? {})[0] ?? ""].name;
  const { requests, fetch } = recorder();
  await createCfcClient({ environment: "sandbox", authToken: "cfc", fetch }).getPreSignedUrl({
    templateType: "sales",
    fileName: "a.csv",
  });
  await createGlsClient({ environment: "sandbox", authToken: "gls", integrationId, fetch }).getPreSignedUrl({
    fileName: "a.csv",
  });
  expect(requests.map(({ headers }, i) => headers.get(schemeHeader(i ? gls : cfc)))).toEqual(["cfc", "gls"]);
});

test.each(Object.entries(cfc.upload.contentTypes))(
  "CFC's %s is signed for %s, for the documented lifetime",
  async (type, contentType) => {
    proves("cfc.validForSeconds", "cfc.upload");
    const { requests, fetch } = recorder();
    const client = createCfcClient({ environment: "sandbox", authToken: "t", fetch });
    const before = Date.now();
    const data = unwrap(await client.getPreSignedUrl({ templateType: "sales", fileName: `a.${type.toLowerCase()}` }));
    expect(requests[0]?.headers.get("fileContentType")).toBe(type);
    expect(data).toMatchObject({ method: cfc.upload.method, headers: { "content-type": contentType } });
    const start = data.expiresAt.getTime() - cfc.upload.validForSeconds * 1000;
    expect(start).toBeGreaterThanOrEqual(before);
    expect(start).toBeLessThanOrEqual(Date.now());
  },
);

test.each(Object.entries(gls.upload.contentTypes))(
  "GLS's %s is signed for %s, for the documented lifetime",
  async (type, contentType) => {
    proves("gls.validForSeconds", "gls.upload");
    const client = createGlsClient({ environment: "sandbox", authToken: "t", integrationId, fetch: recorder().fetch });
    const before = Date.now();
    const data = unwrap(await client.getPreSignedUrl({ fileName: `a.${type}` }));
    expect(data).toMatchObject({ method: gls.upload.method, headers: { "content-type": contentType } });
    const start = data.expiresAt.getTime() - gls.upload.validForSeconds * 1000;
    expect(start).toBeGreaterThanOrEqual(before);
    expect(start).toBeLessThanOrEqual(Date.now());
  },
);

test("every content type in the description belongs to a value of the enum, or to an extension that the pattern matches", () => {
  const parameter = (operation: typeof cfc, name: string) =>
    operation.parameters.find((one) => one.name === name)?.schema;
  const enumeration = (parameter(cfc, "fileContentType")?.["enum"] ?? []) as string[];
  expect(Object.keys(cfc.upload.contentTypes).sort()).toEqual([...enumeration].sort());
  const pattern = new RegExp(parameter(gls, "filename")?.["pattern"] as string, "u");
  for (const type of Object.keys(gls.upload.contentTypes)) {
    expect(pattern.test(`a.${type}`)).toBe(true);
    expect(pattern.test(`a.${type.toUpperCase()}`)).toBe(true);
    expect(pattern.test(`a.${type}x`)).toBe(type === "xls");
  }
});

test("the longest name that the client accepts is the description's", async () => {
  const maxLength = cfc.parameters.find(({ name }) => name === "fileName")?.schema["maxLength"] as number;
  const client = createCfcClient({ environment: "sandbox", authToken: "t", fetch: recorder().fetch });
  const getUrl = (length: number) =>
    client.getPreSignedUrl({ templateType: "sales", fileName: `${"a".repeat(length - 4)}.csv` });
  expect((await getUrl(maxLength)).error).toBeUndefined();
  expect((await getUrl(maxLength + 1)).error).toMatchObject({ field: "fileName" });
});

test("the user agent names the package and its version", async () => {
  const { requests, fetch } = recorder();
  await createGlsClient({ environment: "sandbox", authToken: "t", integrationId, fetch }).getPreSignedUrl({
    fileName: "a.csv",
  });
  expect(requests[0]?.headers.get("user-agent")).toBe(`${packageJson.name}/${packageJson.version}`);
});

test("the description has the package's version, and no signature that could be real", () => {
  expect(document.info.version).toBe(packageJson.version);
  for (const [, value = ""] of source.matchAll(/X-Amz-(?:Signature|Security-Token)=([^&"'\s]+)/g)) {
    expect(value.replace(/%[0-9A-F]{2}/g, "")).toMatch(/^((deadbeef)+|[EXAMPL]+)$/);
  }
});

test("a file may only be sent to URLs that an API signs for its extension", () => {
  const types = [cfc, gls].flatMap(({ upload }) =>
    Object.entries(upload.contentTypes).map(([file, type]) => [file.toLowerCase(), type] as const),
  );
  const allowed = (extension: string, type: string) =>
    types.some(([of, signed]) => of === extension && signed === type);
  for (const [extension] of types) {
    for (const [, type] of types) {
      expect(signedTypeMismatch(`A.${extension}`, type) === undefined, `${extension}, ${type}`).toBe(
        allowed(extension, type),
      );
    }
  }
  for (const path of ["export.tmp", "export", "a.constructor"]) {
    expect(signedTypeMismatch(path, "text/csv"), path).toBeUndefined();
  }
});
