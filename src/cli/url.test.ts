import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { ENV, run } from "../../test-support/command-line.js";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
import { EXIT_CODES, RETRYABLE } from "./exit-codes.js";

const BASE = ["--base-url", inject("sandbox")];
const CFC = ["url", "cfc", "sales.csv", "--template", "sales"];
const GLS = ["url", "gls", "january.zip"];

// No delays before retries.
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

test("url prints only the URL on stdout, and how to use it on stderr", async () => {
  const { code, stdout, stderr } = await run([...CFC, ...BASE]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+X-Amz-Signature=[0-9a-f]{64}\n$/);
  expect(stderr).toMatch(/^PUT the file with content-type: application\/vnd\.ms-excel, until [\d-]+T[\d:.]+Z\n$/);
});

test("url --json prints one document", async () => {
  const { stdout, stderr } = await run([...GLS, ...BASE, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ method: "PUT", headers: { "content-type": "application/zip" } });
  expect(JSON.parse(stdout).url).toContain("X-Amz-Signature=");
  expect(stderr).toBe("");
});

test("--file-name and --content-type are sent to Clear", async () => {
  const { origin, requests } = await loopbackServer(respondWith(418, ""));
  await run([...CFC, "--base-url", origin, "--file-name", "März.dat", "--content-type", "XLSX"]);
  expect(requests[0]?.url).toBe("/integration/v1/generatePreSign/sales?fileName=M%C3%A4rz.dat");
  expect(requests[0]?.headers["filecontenttype"]).toBe("XLSX");
  await run(["url", "cfc", "some/folder/a.xls", "--template=purchase", "--base-url", origin]);
  expect(requests[1]?.url).toBe("/integration/v1/generatePreSign/purchase?fileName=a.xls");
});

test.each<[string, string[], RegExp]>([
  ["no file", ["url", "cfc"], /FILE must be given/],
  ["an empty name", ["url", "gls", "", ...BASE], /FILE must not be empty/],
  ["two files", [...GLS, "b.zip", ...BASE], /FILE must be one file for url/],
  ["no template", ["url", "cfc", "a.csv", ...BASE], /--template must be one of sales, purchase\n/],
  ["a misspelled template", ["url", "cfc", "a.csv", ...BASE, "--template=sale"], /, not "sale"\. Did you mean sales\?/],
  ["a template for GLS", [...GLS, "--template", "sales"], /--template is for cfc only/],
  ["a content type for GLS", [...GLS, "--content-type", "CSV"], /--content-type is for cfc only/],
  [
    "an unknown content type",
    [...CFC, ...BASE, "--content-type=csv"],
    /--content-type must be one of XLSX, XLS, CSV, not "csv"\. Did you mean CSV\?/,
  ],
  ["a MIME type", [...CFC, ...BASE, "--content-type=text/csv"], /, not "text\/csv"\. Did you mean CSV\?/],
  ["no environment", GLS, /--environment \(or --base-url\) must be given, one of sandbox, production/],
  [
    "an unknown environment",
    [...GLS, "--environment", "staging"],
    /--environment must be one of sandbox, production, not "staging"\n/,
  ],
  [
    "a part of an environment",
    [...GLS, "--environment=prod"],
    /one of sandbox, production, not "prod"\. Did you mean production\?/,
  ],
  ["an empty environment", [...GLS, "--environment="], /one of sandbox, production, not ""\n/],
  ["both", [...CFC, ...BASE, "--environment", "sandbox"], /--base-url must not be given with --environment/],
  ["an insecure URL", [...CFC, "--base-url", "http://clear.example"], /: --base-url must be an https URL/],
  ["an empty URL", [...CFC, "--base-url="], /: --base-url must be an https URL/],
  ["a wrong extension for GLS", ["url", "gls", "a.txt", ...BASE], /: FILE must have one of the extensions/],
  ["a wrong name for GLS", [...GLS, "--file-name=a.txt", ...BASE], /: --file-name must have one of the extensions/],
  ["an empty name for Clear", [...GLS, "--file-name=", ...BASE], /: --file-name must be a non-empty string/],
  [
    "a wrong extension for CFC",
    [...CFC, "--file-name=a.txt", ...BASE],
    /: --file-name \(unless --content-type is given\) must have one of the extensions XLSX, XLS, CSV\n/,
  ],
  ["stdin without a name", ["url", "gls", "-", ...BASE], /: --file-name must be given if FILE is -/],
  ...["", "0", "-1", "1.5", "0x3", "many", "1e3"].map((n): [string, string[], RegExp] => [
    `${JSON.stringify(n)} attempts`,
    [...CFC, ...BASE, `--max-attempts=${n}`],
    new RegExp(`--max-attempts must be an integer from 1 to \\d+, not "${n.replace(".", "\\.")}"\n`),
  ]),
  ...["", "0", "-1", "0.0001", "2147484", "1h", "Infinity"].map((n): [string, string[], RegExp] => [
    `${JSON.stringify(n)} seconds`,
    [...CFC, ...BASE, `--timeout=${n}`],
    new RegExp(`--timeout must be a number of seconds from .*, not "${n.replace(".", "\\.")}"\n`),
  ]),
])("%s is an error that names what is wrong", async (_what, args, words) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: EXIT_CODES["invalid-input"], stdout: "" });
  expect(stderr).toMatch(words);
});

test.each<[string, Record<string, string>]>([
  ["CLEAR_CFC_AUTH_TOKEN", {}],
  ["CLEAR_CFC_AUTH_TOKEN", { CLEAR_CFC_AUTH_TOKEN: "" }],
  ["CLEAR_CFC_AUTH_TOKEN", { CLEAR_CFC_AUTH_TOKEN: "canary\n" }],
  ["CLEAR_GLS_AUTH_TOKEN", {}],
  ["CLEAR_GLS_AUTH_TOKEN", { CLEAR_GLS_AUTH_TOKEN: " canary" }],
  ["CLEAR_GLS_INTEGRATION_ID", {}],
  ["CLEAR_GLS_INTEGRATION_ID", { CLEAR_GLS_INTEGRATION_ID: "canary" }],
  ["CLEAR_GLS_INTEGRATION_ID", { CLEAR_GLS_INTEGRATION_ID: "'canary'" }],
])("%s is named when the environment has %o", async (name, env) => {
  const { [name]: _, ...others } = ENV as Record<string, string>;
  const args = name.includes("CFC") ? CFC : GLS;
  const { code, stdout, stderr } = await run([...args, ...BASE, "--json"], { env: { ...others, ...env } });
  expect(code).toBe(EXIT_CODES["invalid-input"]);
  expect(JSON.parse(stdout).error.field).toBe(name);
  expect(stderr).toContain(`clear-presign: invalid-input: ${name} must be`);
  expect(stdout + stderr).not.toContain("canary");
});

test.each<[string, string]>([
  ['"canary"', "without quotes"],
  ["'canary'", "without quotes"],
  ["canary`", "without quotes"],
  ["“canary”", "without quotes"],
  ["Bearer canary", 'without "Bearer "'],
  ["bearer\tcanary", 'without "Bearer "'],
])("the token %j is an error with a hint, before anything is sent", async (token, hint) => {
  const { origin, requests } = await loopbackServer(respondWith(401, "UNAUTHORIZED"));
  for (const [name, args] of [
    ["CLEAR_CFC_AUTH_TOKEN", CFC],
    ["CLEAR_GLS_AUTH_TOKEN", GLS],
  ] as const) {
    const { code, stdout, stderr } = await run([...args, "--base-url", origin, "--json"], {
      env: { ...ENV, [name]: token },
    });
    expect(code).toBe(EXIT_CODES["invalid-input"]);
    expect(JSON.parse(stdout).error.field).toBe(name);
    expect(stderr).toMatch(new RegExp(`^clear-presign: invalid-input: ${name} must be set .*${hint}`));
    expect(stdout + stderr).not.toContain("canary");
  }
  expect(requests).toEqual([]);
});

test("a refused token names the variable and where it was refused, and the document is that of the error", async () => {
  const { origin } = await loopbackServer(respondWith(403, "Forbidden"));
  const cfc = await run([...CFC, "--base-url", `${origin}/`]);
  expect(cfc.code).toBe(EXIT_CODES.api);
  expect(cfc.stderr).toMatch(
    new RegExp(
      `^clear-presign: api 403 .*\nclear-presign: CLEAR_CFC_AUTH_TOKEN was refused by ${origin}\\.\nSee .*\n$`,
    ),
  );
  const gls = await run([...GLS, "--base-url", origin, "--json"]);
  expect(gls.stderr).toContain("CLEAR_GLS_AUTH_TOKEN, with CLEAR_GLS_INTEGRATION_ID, was refused by");
  expect(JSON.parse(gls.stdout)).toEqual({ error: expect.objectContaining({ kind: "api", status: 403 }) });
  vi.stubGlobal("fetch", async () => new Response("UNAUTHORIZED", { status: 401 }));
  for (const environment of ["sandbox", "production"]) {
    const { stderr } = await run([...GLS, "--environment", environment]);
    expect(stderr).toContain(` was refused by the ${environment} environment.\n`);
  }
  vi.stubGlobal("fetch", async () => new Response("x".repeat(2_000_000), { status: 401 }));
  expect((await run([...CFC, "--environment", "sandbox"])).stderr).toMatch(
    /unexpected-response 401.*\n.* was refused by/,
  );
  vi.unstubAllGlobals();
});

test("a retry is a line on stderr, and --verbose shows each request and response without secrets", async () => {
  const statuses = [503, 502];
  const { origin } = await loopbackServer(async (request, response) => {
    const status = statuses.shift();
    if (status) return void response.writeHead(status, { "content-type": "text/plain" }).end("busy");
    const headers = request.headers as Record<string, string>;
    const upstream = await fetch(inject("sandbox") + request.url, { headers });
    response.writeHead(upstream.status, { "content-type": "application/json" }).end(await upstream.text());
  });
  const { code, stdout, stderr } = await run([...CFC, "--base-url", origin, "--verbose"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^http\S+\n$/);
  const url = `${origin}/integration/v1/generatePreSign/sales\\?fileName=sales\\.csv`;
  const failed = (attempt: number, status: number) =>
    `clear-presign: attempt ${attempt} to get a URL failed, the next one is in \\d\\.\\d s: unexpected-response ${status}: ` +
    `CFC responded with ${status} text/plain: not a documented response\\.`;
  const lines = [
    `clear-presign: GET ${url} \\(attempt 1\\)`,
    "clear-presign: 503 after \\d+ ms",
    failed(1, 503),
    `clear-presign: GET ${url} \\(attempt 2\\)`,
    "clear-presign: 502 after \\d+ ms",
    failed(2, 502),
    `clear-presign: GET ${url} \\(attempt 3\\)`,
    "clear-presign: 200 after \\d+ ms",
    "PUT the file with .*",
  ];
  expect(stderr).toMatch(new RegExp(`^${lines.join("\n")}\n$`));
  expect(stderr).not.toMatch(/X-Amz|sandbox-cfc-token/);
});

test("--max-attempts limits the retries, and without --verbose only the waits are shown", async () => {
  const { origin, requests } = await loopbackServer(respondWith(503, "busy"));
  const { code, stderr } = await run([...CFC, "--base-url", origin, "--max-attempts", "2"]);
  expect(code).toBe(RETRYABLE);
  expect(requests).toHaveLength(2);
  expect(stderr).toMatch(
    /^clear-presign: attempt 1 .*\nclear-presign: unexpected-response 503: .*\nSee .*#kind-unexpected-response .*\n$/,
  );
});

test("--timeout limits all attempts together", async () => {
  // A server that never responds.
  const { origin } = await loopbackServer(() => {});
  const { code, stderr } = await run([...CFC, "--base-url", origin, "--timeout", "0.1"]);
  expect(code).toBe(RETRYABLE);
  // Of the 100 ms, a busy machine may have used some before the attempt.
  expect(stderr).toMatch(/^clear-presign: timeout: Timed out after (?:100|\d\d?) ms\.\nSee .*#kind-timeout in .*\n$/);
});

test("the delay that a server asks for is printed", async () => {
  const { origin } = await loopbackServer(respondWith(429, "", { "retry-after": "3600" }));
  const { code, stderr } = await run([...CFC, "--base-url", origin]);
  expect(code).toBe(RETRYABLE);
  expect(stderr).toContain("CFC responded with 429");
  expect(stderr).toContain("The server asks to wait 3600 s.");
});
