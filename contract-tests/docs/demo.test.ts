/** The demo succeeds, and neither its output nor any error contains a secret. */
import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demo } from "../../demo/demo.mjs";
import { createCfcClient, createGlsClient } from "../../src/index.js";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.js";
import { putFile } from "../../src/upload/index.js";
import { leaks, secretsOf } from "../../test-support/canaries.js";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { recordingServer } from "../../test-support/recording-server.js";

const integrationId = "00000000-0000-4000-8000-000000000000";
const tokens = {
  cfcToken: `canary/cfc+${randomBytes(12).toString("hex")}`,
  glsToken: `canary gls ${randomBytes(12).toString("hex")}`,
};

let sandbox: Sandbox;
beforeAll(async () => {
  const credentials = { cfc: { authToken: tokens.cfcToken }, gls: { authToken: tokens.glsToken, integrationId } };
  sandbox = await startSandbox({ credentials });
});
afterAll(() => sandbox.close());

/** All secrets in these URLs and both tokens, by name. */
function secrets(urls: readonly string[]): Record<string, string> {
  const signed = urls.flatMap((url, i) =>
    Object.entries(secretsOf(url)).map(([name, value]) => [`${name} ${i}`, value]),
  );
  return { ...tokens, ...Object.fromEntries(signed) };
}

test("the demo's output contains no token, signature, credential or security token, and what differs", async () => {
  const { origin, urls } = await recordingServer(sandbox.baseUrl);
  const lines: string[] = [];
  // The last of the four files is compared with another one.
  let compared = 0;
  const pathOf = (url: string) => (++compared === 4 ? import.meta.filename : sandbox.pathOf(url));
  expect(await demo({ ...sandbox, baseUrl: origin, pathOf }, (line) => lines.push(line))).toBe(false);
  expect(lines.filter((line) => line.startsWith("  NOT"))).toEqual([expect.stringContaining("bytes stored")]);
  expect(lines.filter((line) => line.startsWith("  ok"))).toHaveLength(3 + 6);
  expect(urls).toHaveLength(5);
  // Two tokens; three secrets in each CFC URL, two in each GLS URL.
  expect(Object.keys(secrets(urls))).toHaveLength(2 + 3 * 3 + 2 * 2);
  expect(leaks(lines.join("\n"), secrets(urls))).toEqual([]);
});

test("no printed result or error contains a secret", async () => {
  const { origin, urls } = await recordingServer(sandbox.baseUrl);
  const cfc = await createCfcClient({ baseUrl: origin, authToken: tokens.cfcToken }).getPreSignedUrl({
    templateType: "sales",
    fileName: "a.csv",
  });
  const gls = await createGlsClient({ baseUrl: origin, authToken: tokens.glsToken, integrationId }).getPreSignedUrl({
    fileName: "a.csv",
  });
  const echo = await loopbackServer((request, response) => {
    const text = `${JSON.stringify(request.headers)} ${urls.join(" ")} ${btoa(tokens.cfcToken)} ${encodeURIComponent(tokens.cfcToken)}`;
    response.writeHead(418, { "content-type": tokens.cfcToken }).end(text);
  });
  const echoed = await createCfcClient({ baseUrl: echo.origin, authToken: tokens.cfcToken }).getPreSignedUrl({
    templateType: "sales",
    fileName: "a.csv",
  });
  const rejected = await putFile(
    { ...JSON.parse(JSON.stringify(cfc.data)), url: `${cfc.data?.url}0` },
    { path: import.meta.filename },
  );
  const kinds = [echoed.error?.kind, rejected.error?.kind];
  expect(kinds).toEqual(["unexpected-response", "storage"]);
  for (const value of [cfc, gls, echoed, rejected]) {
    const shown = [
      inspect(value, { depth: 9, showHidden: true }),
      JSON.stringify(value),
      String(value.data),
      value.error?.stack,
    ];
    expect(leaks(shown.join("\n"), secrets(urls))).toEqual([]);
  }
});

test.each<[string, (secret: string) => string]>([
  ["raw", (secret) => secret],
  ["percent-encoded", encodeURIComponent],
  ["percent-encoded in full", (secret) => [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join("")],
  ["base64", (secret) => Buffer.from(secret).toString("base64")],
  ["base64 within a string", (secret) => Buffer.from(`ab ${secret} cd`).toString("base64")],
  ["base64 at another offset", (secret) => Buffer.from(`abcd ${secret}`).toString("base64")],
])("a secret planted as %s is found", (_how, form) => {
  const planted = { token: tokens.cfcToken, other: "not there" };
  expect(leaks(`before ${form(tokens.cfcToken)} after`, planted)).toEqual(["token"]);
});
