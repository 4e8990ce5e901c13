import { expect, test } from "vitest";
import { type CfcInput, type ClientOptions, createCfcClient, createGlsClient, type GlsClientOptions } from "./index.js";

const OK = { environment: "sandbox", authToken: "token" } as const;
const INTEGRATION = "00000000-0000-4000-8000-000000000000";
/** No test here may send a request. */
const fetch = () => {
  throw new Error("a request was sent");
};

const invalid = (field: string) => expect.objectContaining({ kind: "invalid-input", field, retryable: false });

test.each<[string, unknown, string]>([
  ["no options", undefined, "options"],
  ["neither environment nor baseUrl", { authToken: "t" }, "environment"],
  ["both environment and baseUrl", { ...OK, baseUrl: "https://api.clear.in" }, "baseUrl"],
  ["an unknown environment", { ...OK, environment: "staging" }, "environment"],
  ["a property that every object has", { ...OK, environment: "constructor" }, "environment"],
  ["a misspelled option", { ...OK, timeoutMS: 1 }, "timeoutMS"],
  ["no token", { environment: "sandbox" }, "authToken"],
  ["an empty token", { ...OK, authToken: "" }, "authToken"],
  ["a token with a line end", { ...OK, authToken: "token\n" }, "authToken"],
  ["a token beyond ASCII", { ...OK, authToken: "tökn" }, "authToken"],
  ["a limit of zero", { ...OK, timeoutMs: 0 }, "timeoutMs"],
  ["a limit that no timer can hold", { ...OK, totalTimeoutMs: 2 ** 31 }, "totalTimeoutMs"],
  ["half an attempt", { ...OK, maxAttempts: 1.5 }, "maxAttempts"],
  ["a fetch that is not a function", { ...OK, fetch: "fetch" }, "fetch"],
  ["a hook that is not a function", { ...OK, onEvent: "log" }, "onEvent"],
  ["http to a host other than loopback", { authToken: "t", baseUrl: "http://api.clear.in" }, "baseUrl"],
  ["a baseUrl that is not a string", { authToken: "t", baseUrl: 1 }, "baseUrl"],
  ["a relative baseUrl", { authToken: "t", baseUrl: "/api" }, "baseUrl"],
  ["a baseUrl with credentials", { authToken: "t", baseUrl: "https://a:b@api.clear.in" }, "baseUrl"],
  ["a baseUrl with a query", { authToken: "t", baseUrl: "https://api.clear.in?a=1" }, "baseUrl"],
])("createCfcClient rejects %s", (_what, options, field) => {
  let thrown: unknown;
  try {
    createCfcClient(options as ClientOptions);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toEqual(invalid(field));
  expect((thrown as Error).message).toContain(field);
});

test.each([
  undefined,
  "",
  "00000000000040008000000000000000",
  `{${INTEGRATION}}`,
  `${INTEGRATION}0`,
  `0${INTEGRATION}`,
  `urn:uuid:${INTEGRATION}`,
  [INTEGRATION],
  "0000000g-0000-4000-8000-000000000000",
])("createGlsClient rejects the integration id %s", (integrationId) => {
  expect(() => createGlsClient({ ...OK, integrationId } as GlsClientOptions)).toThrow(
    /^integrationId must be (given|a string|a UUID of 36 characters)$/,
  );
});

test.each<[string, unknown, string]>([
  ["no input", undefined, "input"],
  ["no template type", { fileName: "a.csv" }, "templateType"],
  ["a template type in capitals", { templateType: "SALES", fileName: "a.csv" }, "templateType"],
  ["an empty name", { templateType: "sales", fileName: "" }, "fileName"],
  ["a name of 1501 characters", { templateType: "sales", fileName: `${"a".repeat(1497)}.csv` }, "fileName"],
  ["a path", { templateType: "sales", fileName: "dir/a.csv" }, "fileName"],
  ["a Windows path", { templateType: "sales", fileName: "dir\\a.csv" }, "fileName"],
  ["a line end in the name", { templateType: "sales", fileName: "a\n.csv" }, "fileName"],
  ["half a surrogate pair in the name", { templateType: "sales", fileName: "\ud83d.csv" }, "fileName"],
  ["an extension that CFC does not accept", { templateType: "sales", fileName: "a.zip" }, "fileName"],
  ["an extension that only upper-casing makes CSV", { templateType: "sales", fileName: "a.c\u017fv" }, "fileName"],
  ["no extension", { templateType: "sales", fileName: "csv" }, "fileName"],
  [
    "a media type as fileContentType",
    { templateType: "sales", fileName: "a.csv", fileContentType: "text/csv" },
    "fileContentType",
  ],
  ["a misspelled field", { templateType: "sales", filename: "a.csv" }, "filename"],
])("CFC rejects %s before any request", async (_what, input, field) => {
  const { error } = await createCfcClient({ ...OK, fetch }).getPreSignedUrl(input as CfcInput);
  expect(error).toEqual(invalid(field));
});

test.each(["a.pdf", "a", "a.csv.", "a.c\u017fv", "a.constructor", "a.csv/b.csv", ""])(
  "GLS rejects the name %j before any request",
  async (fileName) => {
    const client = createGlsClient({ ...OK, integrationId: INTEGRATION, fetch });
    expect((await client.getPreSignedUrl({ fileName })).error).toEqual(invalid("fileName"));
  },
);

test("rejects an invalid signal, and an input that throws when it is read", async () => {
  const client = createCfcClient({ ...OK, fetch });
  const input = { templateType: "sales", fileName: "a.csv" } as const;
  expect((await client.getPreSignedUrl(input, { signal: {} as AbortSignal })).error).toEqual(invalid("signal"));
  const trap = new Proxy(input, {
    ownKeys: () => {
      throw new Error("canary");
    },
  });
  expect((await client.getPreSignedUrl(trap)).error).toEqual(invalid("input"));
});

test("the error for a long name has the limit", async () => {
  const input = { templateType: "sales", fileName: `${"a".repeat(1497)}.csv` } as const;
  const { error } = await createCfcClient({ ...OK, fetch }).getPreSignedUrl(input);
  expect(error?.message).toBe("fileName must have at most 1500 characters");
});

test("the error for an unknown extension lists the allowed ones, as data too", async () => {
  const cfc = await createCfcClient({ ...OK, fetch }).getPreSignedUrl({ templateType: "sales", fileName: "a.txt" });
  expect(cfc.error).toMatchObject({
    message: "fileName (unless fileContentType is given) must have one of the extensions XLSX, XLS, CSV",
    field: "fileName",
    rule: "must have one of the extensions XLSX, XLS, CSV",
    unless: "fileContentType",
  });
  const gls = await createGlsClient({ ...OK, integrationId: INTEGRATION, fetch }).getPreSignedUrl({
    fileName: "a.txt",
  });
  expect(gls.error).toMatchObject({
    message: "fileName must have one of the extensions csv, xlsx, xls, zip",
    field: "fileName",
    rule: "must have one of the extensions csv, xlsx, xls, zip",
    unless: null,
  });
});

test("the error for an input that throws does not contain the thrown message", async () => {
  const trap = new Proxy({} as CfcInput, {
    get: () => {
      throw new Error("canary");
    },
  });
  const { error } = await createCfcClient({ ...OK, fetch }).getPreSignedUrl(trap);
  expect(error?.message).toBe("input could not be read");
});
