import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answering, loopbackServer, rawServer } from "../../contract-tests/loopback-server.js";
import packageJson from "../../package.json" with { type: "json" };
import { type Sandbox, startSandbox } from "../sandbox/index.js";
import { EXIT_CODES, main, SOME_FAILED } from "./main.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-cli-test-"));
const csv = join(directory, "sales.csv");
const TOKENS = { CLEAR_CFC_AUTH_TOKEN: "canary-cfc-token", CLEAR_GLS_AUTH_TOKEN: "canary-gls-token" };
const ENV = { ...TOKENS, CLEAR_GLS_INTEGRATION_ID: "00000000-0000-4000-8000-000000000000" };

let sandbox: Sandbox;
beforeAll(async () => {
  writeFileSync(csv, "a,b\r\n1,2\r\n");
  const credentials = {
    cfc: { authToken: ENV.CLEAR_CFC_AUTH_TOKEN },
    gls: { authToken: ENV.CLEAR_GLS_AUTH_TOKEN, integrationId: ENV.CLEAR_GLS_INTEGRATION_ID },
  };
  sandbox = await startSandbox({ credentials });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

async function run(
  args: string[],
  { env = ENV as Record<string, string>, isTTY = false, signal = new AbortController().signal } = {},
) {
  const output = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof output) => ({
    isTTY,
    write(text: string) {
      output[name] += text;
    },
  });
  const code = await main(args, { env, stdout: stream("stdout"), stderr: stream("stderr"), signal });
  expect(`${output.stderr}`).not.toContain("canary");
  expect(`${output.stderr}`).not.toContain("X-Amz-Signature");
  return { code, ...output };
}

const CFC = () => ["cfc", csv, "--template", "sales", "--base-url", sandbox.baseUrl];

test("url prints the URL and nothing else on stdout, and on stderr how to use it", async () => {
  const { code, stdout, stderr } = await run(["url", ...CFC()]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+X-Amz-Signature=[0-9a-f]{64}\n$/);
  expect(stderr).toContain("application/vnd.ms-excel");
});

test("url --json prints one document", async () => {
  const { stdout } = await run(["url", "gls", "a.zip", "--base-url", sandbox.baseUrl, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ method: "PUT", headers: { "content-type": "application/zip" } });
  expect(JSON.parse(stdout).url).toContain("X-Amz-Signature=");
});

test("upload stores the file, and prints where without the signature", async () => {
  const { code, stdout, stderr } = await run(["upload", ...CFC()]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `${csv}: 10 bytes uploaded\n` });
  expect(stdout).not.toContain("?");
  expect(readFileSync(sandbox.pathOf(stdout.trim()), "utf8")).toBe("a,b\r\n1,2\r\n");
});

test("upload prints the whole URL only when asked to", async () => {
  const { stdout } = await run(["upload", ...CFC(), "--show-url", "--json"]);
  const { url, bytes } = JSON.parse(stdout);
  expect(url).toContain("X-Amz-Signature=");
  expect(bytes).toBe(10);
});

test("a terminal gets a bar that ends at 100 %", async () => {
  const { stderr } = await run(["upload", ...CFC()], { isTTY: true });
  expect(stderr).toMatch(/^\r\[\.{20}\] {3}0 %/);
  expect(stderr).toMatch(/\r\[#{20}\] 100 % {2}[\d.]+ k?B\/s {2}in 0:00\n$/);
});

/** Files in the test's folder, by name. */
function files(contents: Record<string, string>): string[] {
  return Object.entries(contents).map(([name, content]) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  });
}

const GLS = (...paths: string[]) => ["upload", "gls", ...paths, "--base-url", sandbox.baseUrl];

test("several files go up, each named with where it went", async () => {
  const [one = "", two = ""] = files({ "one.csv": "1", "two.csv": "22" });
  const { code, stdout, stderr } = await run([...GLS(one, two), "--concurrency", "2"]);
  expect(code).toBe(0);
  const lines = new Map(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(": ") as [string, string]),
  );
  expect([...lines.keys()].sort()).toEqual([one, two]);
  expect(readFileSync(sandbox.pathOf(lines.get(two) ?? ""), "utf8")).toBe("22");
  expect(stderr).toContain(`${one}: 1 bytes uploaded\n`);
  expect(stderr.endsWith("clear-presign: 2 of 2 files uploaded.\n")).toBe(true);
});

test("one failure does not stop the rest, and the exit code says so", async () => {
  const [good = "", wrong = "", last = ""] = files({ "good.csv": "1", "wrong.xlsx": "<html>", "last.csv": "333" });
  const missing = join(directory, "missing.csv");
  const { code, stdout, stderr } = await run([...GLS(good, missing, wrong, last), "--json", "--show-url"]);
  expect(code).toBe(SOME_FAILED);
  expect(JSON.parse(stdout)).toMatchObject([
    { file: good, bytes: 1, url: expect.stringContaining("X-Amz-Signature=") },
    { file: missing, error: { kind: "file", reason: "missing", message: `${missing} does not exist` } },
    { file: wrong, error: { kind: "file", reason: "content-mismatch" } },
    { file: last, bytes: 3 },
  ]);
  expect(stderr).toContain(`clear-presign: file: ${missing} does not exist\n`);
  expect(stderr.endsWith("clear-presign: 2 of 4 files uploaded.\n")).toBe(true);
});

test("what a storage echoes is in no output, whether for one file or for several", async () => {
  const { origin: echo } = await loopbackServer((request, response) => {
    const text = `${request.url} ${JSON.stringify(request.headers)}`.replaceAll("&", "&amp;");
    response.writeHead(403).end(`<Error><Code>AccessDenied</Code><Message>${text}</Message></Error>`);
  });
  const { origin } = await loopbackServer((request, response) => {
    const uploadUrl = `${echo}/a?X-Amz-Signature=canary&t=${request.headers["x-clear-auth-token"]}`;
    answering(200, { status: 200, success: true, message: "", result: { status: "OK", uploadUrl } })(request, response);
  });
  for (const paths of [[csv], [csv, csv]]) {
    for (const option of ["--json", "--show-url"]) {
      const { code, stdout } = await run(["upload", "gls", ...paths, "--base-url", origin, option]);
      expect(code).toBe(EXIT_CODES.storage);
      expect(stdout).not.toContain("canary");
    }
  }
});

test("where no file is uploaded, the exit code is the failures' own, or 1 where they differ", async () => {
  const missing = join(directory, "missing.csv");
  const all = await run(GLS(missing, missing));
  expect(all.code).toBe(EXIT_CODES.file);
  expect(all.stdout).toBe("");
  const [text = ""] = files({ "a.txt": "a" });
  const mixed = await run(GLS(missing, text));
  expect(mixed.code).toBe(1);
  expect(mixed.stderr).toContain(`clear-presign: ${text}: invalid-input: fileName must have one of the extensions`);
});

test("--no-content-check uploads what is not what its name says", async () => {
  const [odd = ""] = files({ "odd.xlsx": "a,b" });
  expect((await run(GLS(odd))).code).toBe(EXIT_CODES.file);
  expect((await run([...GLS(odd), "--no-content-check"])).code).toBe(0);
});

test("Ctrl-C ends several uploads with 130, and the document names each file", async () => {
  const controller = new AbortController();
  const [one = "", two = "", three = ""] = files({ "1.csv": "1", "2.csv": "2", "3.csv": "3" });
  let asked = 0;
  const { origin } = await loopbackServer(async (request, response) => {
    if (++asked === 2) return controller.abort();
    const answer = await fetch(sandbox.baseUrl + request.url, { headers: request.headers as Record<string, string> });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  const args = ["upload", "gls", one, two, three, "--base-url", origin, "--json"];
  const { code, stdout, stderr } = await run(args, { signal: controller.signal });
  expect(code).toBe(130);
  const aborted = { error: { kind: "aborted" } };
  expect(JSON.parse(stdout)).toMatchObject([
    { file: one, bytes: 1 },
    { file: two, ...aborted },
    { file: three, ...aborted },
  ]);
  expect(stderr).toBe(`${one}: 1 bytes uploaded\nclear-presign: 1 of 3 files uploaded. The upload was aborted.\n`);
  expect(asked).toBe(2);
});

test("a terminal gets one line for several files, and room for a failure", async () => {
  const [one = "", two = ""] = files({ "one.csv": "1", "two.csv": "22" });
  const missing = join(directory, "missing.csv");
  const { stderr } = await run(GLS(one, missing, two), { isTTY: true });
  expect(stderr).toMatch(/\r1 of 3 files {2}\[#{6}\.{14}\] {2}33 %/);
  expect(stderr).toContain(`\rclear-presign: file: ${missing} does not exist\n`);
  expect(stderr).toMatch(/\r2 of 3 files {2}\[#{19}\.\] {2}99 % .* in 0:00\nclear-presign: 2 of 3 files uploaded\.\n$/);
});

test.each<[string, string[], RegExp]>([
  ["no command", [], /command must be one of url, upload, sandbox/],
  ["an unknown command", ["put"], /command must be/],
  ["an unknown API", ["url", "gst", csv], /api must be one of cfc, gls/],
  ["no file", ["url", "cfc"], /FILE/],
  ["two files for url", ["url", "gls", csv, csv, "--environment", "sandbox"], /FILE must be one file/],
  ["no file for upload", ["upload", "gls"], /FILE must be given/],
  ...["0", "-1", "1.5", "many", ""].map((n): [string, string[], RegExp] => [
    `a concurrency of ${JSON.stringify(n)}`,
    ["upload", "gls", csv, "--environment", "sandbox", `--concurrency=${n}`],
    /--concurrency must be an integer/,
  ]),
  ["an unknown option", ["url", "cfc", csv, "--token=canary"], /--token/],
  ["no template", ["url", "cfc", csv, "--environment", "sandbox"], /--template must be one of sales, purchase/],
  ["a template for GLS", ["url", "gls", csv, "--template", "sales"], /--template is for cfc only/],
  ["no environment", ["url", "gls", csv], /--environment \(or --base-url\) must be given, one of sandbox, production/],
  ["an unknown environment", ["url", "gls", csv, "--environment", "staging"], /one of sandbox, production/],
  [
    "both",
    ["url", "cfc", csv, "--template", "sales", "--environment", "sandbox", "--base-url", "https://a"],
    /--base-url must not be given with --environment/,
  ],
  ["a sandbox that is not the first word", ["--show-url", "sandbox"], /sandbox must be the first argument/],
])("%s is refused with exit code 2", async (_what, args, words) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(words);
});

test.each(["CLEAR_CFC_AUTH_TOKEN", "CLEAR_GLS_AUTH_TOKEN", "CLEAR_GLS_INTEGRATION_ID"])(
  "without %s in the environment it is named",
  async (name) => {
    const { [name as keyof typeof ENV]: _, ...env } = ENV;
    const args = name.includes("CFC") ? CFC() : ["gls", csv, "--base-url", sandbox.baseUrl];
    const { code, stderr } = await run(["url", ...args], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(name);
  },
);

test("each kind of failure has its own exit code", async () => {
  const codes = Object.values(EXIT_CODES);
  expect(new Set([0, 1, SOME_FAILED, ...codes]).size).toBe(codes.length + 3);

  const wrong = { ...ENV, CLEAR_CFC_AUTH_TOKEN: "wrong" };
  const api = await run(["url", ...CFC()], { env: wrong });
  expect(api).toMatchObject({ code: EXIT_CODES.api, stdout: "" });
  expect(api.stderr).toBe("clear-presign: api 401 AUTHORIZATION_FAILED: Invalid Auth Token\n");

  const { origin: html } = await loopbackServer(answering(418, "<html>"));
  const base = ["url", "cfc", csv, "--template", "sales", "--base-url"];
  expect((await run([...base, html])).code).toBe(EXIT_CODES["unexpected-response"]);

  const cut = await rawServer((socket) => socket.destroy());
  expect((await run([...base, cut])).code).toBe(EXIT_CODES.network);

  expect((await run(["url", ...CFC()], { signal: AbortSignal.abort() })).code).toBe(EXIT_CODES.aborted);

  const missing = ["upload", "gls", join(directory, "missing.zip"), "--base-url", sandbox.baseUrl];
  expect((await run(missing)).code).toBe(EXIT_CODES.file);

  // An API that hands out a URL whose signature the sandbox's storage does not know.
  const { origin } = await loopbackServer((request, response) => {
    const body = { status: "CREATED", preSignedS3Url: `${storageOrigin}/a?X-Amz-Signature=canary` };
    answering(200, body)(request, response);
  });
  const storageOrigin = new URL((await run(["url", ...CFC()])).stdout).origin;
  const storage = await run(["upload", "cfc", csv, "--template", "sales", "--base-url", origin]);
  expect(storage.code).toBe(EXIT_CODES.storage);
});

test("with --json a failure is a document too", async () => {
  const { code, stdout } = await run(["url", ...CFC(), "--json"], { env: { ...ENV, CLEAR_CFC_AUTH_TOKEN: "wrong" } });
  expect(code).toBe(3);
  expect(JSON.parse(stdout).error).toMatchObject({ kind: "api", status: 401, message: "Invalid Auth Token" });
});

test("--help names every exit code, --version the package's version", async () => {
  const { stdout } = await run(["--help"]);
  for (const [kind, code] of Object.entries(EXIT_CODES)) expect(stdout).toContain(`${code} ${kind}`);
  expect(stdout).toContain(`${SOME_FAILED} some are`);
  expect((await run(["--version"])).stdout).toBe(`${packageJson.version}\n`);
});

test("no output has a colour, whatever NO_COLOR says", async () => {
  for (const env of [ENV, { ...ENV, NO_COLOR: "1" }]) {
    const { stderr } = await run(["upload", ...CFC()], { isTTY: true, env });
    expect(stderr).not.toContain("\u001b");
  }
});

test("the built program ends with 130 on Ctrl-C", async () => {
  let reached = () => {};
  const asked = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const { origin } = await loopbackServer(() => reached());
  const bin = new URL("../../dist/src/cli/bin.js", import.meta.url).pathname;
  const args = [bin, "url", "cfc", csv, "--template", "sales", "--base-url", origin];
  const child = spawn(process.execPath, args, { env: ENV, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  await asked;
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(stderr).toBe("clear-presign: aborted: The call was aborted.\n");
});
