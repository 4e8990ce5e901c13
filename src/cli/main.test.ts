import { join } from "node:path";
import { expect, inject, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { ENV, run } from "../../test-support/command-line.js";
import { loopbackServer, rawServer, respondWith } from "../../test-support/loopback-server.js";
import { EXIT_CODES, OUTPUT_LOST, RETRYABLE, SOME_FAILED } from "./exit-codes.js";
import { main } from "./main.js";

const BASE = ["--base-url", inject("sandbox")];
const URL_CFC = ["url", "cfc", "sales.csv", "--template", "sales"];

test("--help names every exit code and has examples, --version prints the package's version", async () => {
  const { code, stdout } = await run(["upload", "--bogus", "--help"]);
  expect(code).toBe(0);
  for (const [kind, number] of Object.entries(EXIT_CODES)) expect(stdout).toContain(`${number} ${kind}`);
  for (const words of [`${SOME_FAILED} some are`, `${RETRYABLE} instead`, `${OUTPUT_LOST} everything`, "Examples:"]) {
    expect(stdout).toContain(words);
  }
  expect((await run(["--version"])).stdout).toBe(`${packageJson.version}\n`);
});

test.each<[string, string[], RegExp]>([
  ["no command", [], /command must be one of url, upload, sandbox/],
  ["an unknown command", ["put"], /command must be/],
  ["a property that every object has", ["constructor"], /command must be/],
  ["an unknown API", ["url", "gst", "a.csv"], /api must be one of cfc, gls/],
  ["no API", ["url"], /FILE must be given/],
  ["an unknown option", [...URL_CFC, ...BASE, "--token=canary"], /Unknown option '--token'/],
  ["an option of another command", [...URL_CFC, ...BASE, "--show-url"], /Unknown option '--show-url'/],
  ["a file that looks like an option", ["upload", "gls", "-n", ...BASE], /Unknown option '-n'.* after '--'/],
  ["an option without its value", [...URL_CFC, "--base-url"], /--base-url/],
  ["an option in place of a value", ["upload", "gls", "a.csv", "--base-url", "--json"], /ambiguous. Did you forget/],
  ["a value for a switch", [...URL_CFC, ...BASE, "--verbose=yes"], /--verbose' does not take an argument/],
  ["an option given twice", [...URL_CFC, ...BASE, "--template=purchase"], /--template must be given once/],
  ["an option of sandbox given twice", ["sandbox", "--port=0", "--port=0"], /--port must be given once/],
  ["an argument to sandbox", ["sandbox", "gls", "--port=0"], /sandbox takes no arguments/],
])("%s is an error with exit code 2", async (_what, args, words) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(words);
  expect(stderr).toMatch(/^clear-presign: invalid-input: [^\n]*\nSee clear-presign --help\.\n$/);
  expect(stderr).not.toContain("canary");
  // With --json the error is a document, wherever the option is.
  for (const option of ["--json", "--json=yes"]) {
    const { stdout: json } = await run([option, ...args.filter((arg) => arg !== "--json")]);
    expect(JSON.parse(json).error).toMatchObject({ kind: "invalid-input", retryable: false });
  }
});

test("repeating a switch changes nothing", async () => {
  const { code, stdout } = await run([...URL_CFC, ...BASE, "--json", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveProperty("url");
});

test("after -- everything is a file", async () => {
  const { code, stderr, stdout } = await run(["upload", "gls", ...BASE, "--", "--help", "-n", "--json"]);
  expect({ code, stdout }).toEqual({ code: EXIT_CODES.file, stdout: "" });
  for (const name of ["--help", "-n", "--json"]) expect(stderr).toContain(`file: ${name} does not exist\n`);
});

test("each kind of failure has its own exit code, and retryable failures share one", async () => {
  const codes = Object.values(EXIT_CODES);
  expect(new Set([0, 1, SOME_FAILED, OUTPUT_LOST, RETRYABLE, ...codes]).size).toBe(codes.length + 5);

  const denied = await run([...URL_CFC, ...BASE], { env: { ...ENV, CLEAR_CFC_AUTH_TOKEN: "wrong" } });
  expect(denied).toEqual({
    code: EXIT_CODES.api,
    stdout: "",
    stderr: "clear-presign: api 401 AUTHORIZATION_FAILED: Invalid Auth Token\n",
  });
  const { origin: html } = await loopbackServer(respondWith(418, "<html>"));
  expect((await run([...URL_CFC, "--base-url", html])).code).toBe(EXIT_CODES["unexpected-response"]);
  expect((await run([...URL_CFC, ...BASE], { signal: AbortSignal.abort() })).code).toBe(EXIT_CODES.aborted);
  expect((await run(["upload", "gls", join("missing", "a.zip"), ...BASE])).code).toBe(EXIT_CODES.file);

  const once = ["--max-attempts", "1"];
  const { origin: busy } = await loopbackServer(respondWith(503, "busy"));
  expect((await run([...URL_CFC, "--base-url", busy, ...once])).code).toBe(RETRYABLE);
  const cut = await rawServer((socket) => socket.destroy());
  expect((await run([...URL_CFC, "--base-url", cut, ...once])).code).toBe(RETRYABLE);
  const silent = await rawServer(() => {});
  expect((await run([...URL_CFC, "--base-url", silent, "--timeout", "0.05"])).code).toBe(RETRYABLE);
});

test.each([
  [["--version"], OUTPUT_LOST],
  [["put"], EXIT_CODES["invalid-input"]],
])("when the output of %j cannot be written, the exit code is %d", async (args, code) => {
  const full = { write: (_text: string, done: (error: Error) => void) => done(new Error("ENOSPC")) };
  const { signal } = new AbortController();
  expect(await main(args, { env: ENV, stdout: full, stderr: full, signal })).toBe(code);
});

test("with --json an API error is a document", async () => {
  const env = { ...ENV, CLEAR_CFC_AUTH_TOKEN: "wrong" };
  const { code, stdout } = await run([...URL_CFC, ...BASE, "--json"], { env });
  expect(code).toBe(EXIT_CODES.api);
  expect(JSON.parse(stdout).error).toMatchObject({ kind: "api", status: 401, message: "Invalid Auth Token" });
});

test("an error from outside the package exits with 1, and with --json is a document", async () => {
  const args = ["sandbox", "--port", new URL(inject("sandbox")).port];
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^clear-presign: [^\n]*EADDRINUSE[^\n]*\n$/);
  const json = await run([...args, "--json"]);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    error: { name: "Error", message: stderr.slice("clear-presign: ".length, -1), code: "EADDRINUSE", retryable: false },
  });
});

test.each<[string, unknown, number]>([
  ["8,000 levels deep", `${"[".repeat(8000)}${"]".repeat(8000)}`, 500],
  [
    "with an error 8,000 levels deep",
    `[{"errorCode":"INTERNAL_ERROR","errorValues":${"[".repeat(8000)}${"]".repeat(8000)}}]`,
    500,
  ],
  ["that is not JSON", "\u0000\u001b[2J\u2028", 500],
  ["with half a surrogate pair", '{"errorCode":"\\ud800","errorMessage":"\\udfff","status":"FAILED"}', 200],
])("with --json a body %s is reported as one document", async (_what, body, status) => {
  const { origin } = await loopbackServer(respondWith(status, body));
  const { code, stdout } = await run([...URL_CFC, "--base-url", origin, "--json"]);
  expect([EXIT_CODES.api, EXIT_CODES["unexpected-response"]]).toContain(code);
  expect(stdout.match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(stdout).error.status).toBe(status);
});

test("nothing that a server sends can control the terminal or forge a line", async () => {
  const hostile = "\u001b]0;owned\u0007\r\nclear-presign: 2 of 2 files uploaded.\u202e\u009b2J";
  const bodies: [number, object][] = [
    [401, { status: null, errorCode: hostile, errorMessage: hostile }],
    [200, { status: "FAILED", errorCode: "LICENSE_EXPIRED", errorMessage: hostile }],
    [418, { message: hostile }],
  ];
  for (const [status, body] of bodies) {
    const { origin } = await loopbackServer(respondWith(status, body));
    for (const option of ["--verbose", "--json"]) {
      const { stdout, stderr } = await run([...URL_CFC, "--base-url", origin, option]);
      expect(stdout + stderr).not.toMatch(/[^\n\P{Cc}]|[\u202e]/u);
      expect(stderr).not.toMatch(/^clear-presign: 2 of 2/m);
    }
  }
});
