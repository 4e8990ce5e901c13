import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { Captured, noStdin, run as runCommand } from "../../test-support/command-line.js";
import { createCfcClient, createGlsClient } from "../index.js";
import { SANDBOX_CREDENTIALS, startSandbox } from "../sandbox/index.js";
import { main } from "./main.js";

const BIN = new URL("../../dist/src/cli/bin.js", import.meta.url).pathname;
const TOKENS = { CLEAR_CFC_AUTH_TOKEN: "canary-cfc-token", CLEAR_GLS_AUTH_TOKEN: "canary-gls-token" };
const ENV = { ...TOKENS, CLEAR_GLS_INTEGRATION_ID: "00000000-0000-4000-8000-000000000000" };

/** Runs the command with an aborted signal, so that it fails or stops as soon as it has started. */
function run(args: readonly string[], env: Record<string, string> = {}) {
  return runCommand(["sandbox", ...args], { env, signal: AbortSignal.abort() });
}

/** A sandbox that runs until the test ends, and its output. */
async function running(args: readonly string[], env: Record<string, string> = {}) {
  const controller = new AbortController();
  const { signal } = controller;
  const [stdout, stderr] = [new Captured(), new Captured()];
  const ended = main(["sandbox", "--port", "0", ...args], { env, stdin: noStdin, stdout, stderr, signal });
  const [printed] = (await once(stdout, "text")) as [string];
  const baseUrl = args.includes("--json") ? JSON.parse(printed).baseUrl : printed.trim();
  const end = () => {
    controller.abort();
    return ended;
  };
  onTestFinished(() => void end());
  const cfc = createCfcClient({ baseUrl, authToken: env["CLEAR_CFC_AUTH_TOKEN"] ?? SANDBOX_CREDENTIALS.cfc.authToken });
  const gls = createGlsClient({
    baseUrl,
    ...SANDBOX_CREDENTIALS.gls,
    authToken: env["CLEAR_GLS_AUTH_TOKEN"] ?? SANDBOX_CREDENTIALS.gls.authToken,
    maxAttempts: 1,
  });
  const cfcUrl = () => cfc.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" });
  const glsUrl = () => gls.getPreSignedUrl({ fileName: "a.zip" });
  return { baseUrl, stdout, stderr, end, cfcUrl, glsUrl };
}

test.each([{}, ENV, { CLEAR_CFC_AUTH_TOKEN: "custom" }, { CLEAR_GLS_AUTH_TOKEN: "custom" }])(
  "accepts the environment's tokens, or its defaults, until it is aborted: %o",
  async (env) => {
    const { cfcUrl, glsUrl, end, stderr } = await running([], env);
    for (const { error } of [await cfcUrl(), await glsUrl()]) expect(error).toBeUndefined();
    expect(await end()).toBe(0);
    expect((await glsUrl()).error).toMatchObject({ kind: "network" });
    expect(stderr.text).not.toContain("canary");
  },
);

test.each([
  [{}, ["CLEAR_CFC_AUTH_TOKEN", "CLEAR_GLS_AUTH_TOKEN", "CLEAR_GLS_INTEGRATION_ID"]],
  [{ CLEAR_CFC_AUTH_TOKEN: "canary", CLEAR_GLS_AUTH_TOKEN: "" }, ["CLEAR_GLS_AUTH_TOKEN", "CLEAR_GLS_INTEGRATION_ID"]],
  [ENV, []],
])("with %o in the environment, it prints the other credentials", async (env, names) => {
  const { code, stderr } = await run(["--port", "0"], env);
  expect(code).toBe(0);
  expect(stderr.match(/\w+(?==)/g) ?? []).toEqual(names);
  expect(stderr.includes("in your environment")).toBe(names.length < 3);
  expect(stderr).not.toContain("canary");
});

test.each<[string[], RegExp]>([
  [["--port", "70000"], /--port must be an integer from 0 to 65535/],
  [["--port", ""], /--port/],
  [["--port=-1"], /--port/],
  [["--port", "80.5"], /--port/],
  [["--storage-port", "http"], /--storage-port/],
  [["--lifetime", "604801"], /--lifetime/],
  [["--allow-origin", "*"], /--allow-origin must be an origin/],
  [["stray"], /sandbox takes no arguments/],
  [["--template", "sales"], /--template/],
])("%o is rejected with exit code 2", async (args, words) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(words);
});

test("a token that is not a valid header value is named but not printed", async () => {
  const { code, stderr } = await run([], { CLEAR_GLS_AUTH_TOKEN: "canary\n" });
  expect(code).toBe(2);
  expect(stderr).toContain("CLEAR_GLS_AUTH_TOKEN");
  expect(stderr).not.toContain("canary");
});

test("--json prints one document", async () => {
  const { stdout, baseUrl, end, glsUrl } = await running(["--json"]);
  expect((await glsUrl()).error).toBeUndefined();
  expect(await end()).toBe(0);
  expect(stdout.text).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(stdout.text)).toEqual({ baseUrl, directory: expect.any(String) });
});

test("--help names every option", async () => {
  const { code, stdout } = await run(["--help"]);
  expect(code).toBe(0);
  for (const option of ["--port", "--storage-port", "--lifetime", "--allow-origin", "--verbose", "--help"]) {
    expect(stdout).toContain(option);
  }
});

test("--storage-port and --lifetime are applied", async () => {
  const free = await startSandbox();
  const { port } = new URL(free.baseUrl);
  await free.close();
  const { glsUrl } = await running(["--storage-port", port, "--lifetime", "7"]);
  const url = new URL((await glsUrl()).data?.url ?? "");
  expect([url.port, url.searchParams.get("X-Amz-Expires")]).toEqual([port, "7"]);
});

test("--allow-origin can be given for each origin whose pages may upload", async () => {
  const { cfcUrl } = await running([
    "--allow-origin",
    "http://localhost:5173",
    "--allow-origin",
    "https://app.example",
  ]);
  const { url = "" } = (await cfcUrl()).data ?? {};
  const preflight = async (origin: string) =>
    (await fetch(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "PUT" } })).status;
  expect(await preflight("http://localhost:5173")).toBe(200);
  expect(await preflight("https://app.example")).toBe(200);
  expect(await preflight("https://attacker.example")).toBe(403);
});

test.each<[Record<string, string>, RegExp | undefined]>([
  [{}, undefined],
  [{ CLEAR_CFC_AUTH_TOKEN: SANDBOX_CREDENTIALS.cfc.authToken }, undefined],
  [{ CLEAR_CFC_AUTH_TOKEN: "canary" }, /^Warning: CLEAR_CFC_AUTH_TOKEN may be a real token/m],
  [ENV, /^Warning: CLEAR_CFC_AUTH_TOKEN and CLEAR_GLS_AUTH_TOKEN may be/m],
])("with %o in the environment, a warning is printed once or not at all", async (env, warning) => {
  const { cfcUrl, end, stderr } = await running([], env);
  await cfcUrl();
  await cfcUrl();
  await end();
  expect(stderr.text.match(/warning/gi) ?? []).toHaveLength(warning ? 1 : 0);
  if (warning) expect(stderr.text).toMatch(warning);
});

test("--verbose prints each request without secrets; by default no request is printed", async () => {
  const upload = async ({ cfcUrl, baseUrl, end, stderr }: Awaited<ReturnType<typeof running>>) => {
    const { data } = await cfcUrl();
    const { url = "", headers = {} } = data ?? {};
    await fetch(url, { method: "PUT", headers, body: "content" });
    await fetch(`${baseUrl}/__sandbox/next`, { method: "POST", body: '{"target":"api","reset":true}' });
    await fetch(baseUrl).catch(() => {});
    await end();
    return { url, printed: stderr.text };
  };
  const { url, printed } = await upload(await running(["--verbose"], ENV));
  for (const line of [
    /^api GET \/integration\/v1\/generatePreSign\/sales 200 \d+ ms$/m,
    /^storage PUT \/v1\/\S+ 200 \d+ ms$/m,
    /^api POST \/__sandbox\/next 204 \d+ ms$/m,
    /^api GET \/ closed \d+ ms$/m,
  ]) {
    expect(printed).toMatch(line);
  }
  expect(printed).toContain(new URL(url).pathname);
  expect(printed).not.toMatch(/canary|X-Amz-/);
  expect((await upload(await running([], ENV))).printed).not.toContain(" ms");
});

// bin.test.ts sends SIGINT.
test.each(["SIGTERM", "SIGHUP"] as const)("the built program removes its files on %s", async (signal) => {
  const child = spawn(process.execPath, [BIN, "sandbox", "--port", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  const [line] = (await once(createInterface({ input: child.stderr }), "line")) as [string];
  const directory = / in (\S+) until/.exec(line)?.[1] ?? "";
  expect(existsSync(directory)).toBe(true);
  child.kill(signal);
  expect(await once(child, "close")).toEqual([0, null]);
  expect(existsSync(directory)).toBe(false);
});
