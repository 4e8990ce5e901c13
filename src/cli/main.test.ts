import { join } from "node:path";
import { expect, inject, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { ENV, noStdin, run } from "../../test-support/command-line.js";
import { loopbackServer, rawServer, respondWith } from "../../test-support/loopback-server.js";
import { EXIT_CODES, OUTPUT_LOST, RETRYABLE, SOME_FAILED } from "./exit-codes.js";
import { main } from "./main.js";
import { COMMAND_NAMES, SHOWN_OPTIONS } from "./options.js";

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

test("help, or --help, explains one command or all, and the option of any is in the help of all", async () => {
  const { stdout: all } = await run(["help"]);
  expect((await run(["--help"])).stdout).toBe(all);
  expect((await run(["-h", "bogus"])).stdout).toBe(all);
  for (const command of COMMAND_NAMES) {
    const { code, stdout, stderr } = await run(["help", command]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((await run([command, "--help"])).stdout).toBe(stdout);
    expect(stdout.match(/^ {2}clear-presign /gm)?.length).toBeGreaterThan(1);
    for (const { option, of } of SHOWN_OPTIONS) {
      expect(stdout.includes(`\n  ${option} `), `${command} ${option}`).toBe(of.includes(command));
      expect(all).toContain(`\n  ${option} `);
    }
  }
  expect(all).toContain("Options of url and upload:");
  expect(all).toContain("Options of every command:");
  expect((await run(["help", "upload"])).stdout).toMatch(/^Options:$/m);
});

test("a file name that starts with -h is not a call for help", async () => {
  for (const name of ["-hello.zip", "-v-hilo.zip"]) {
    const { code, stdout } = await run(["upload", "gls", name, ...BASE]);
    expect({ code, stdout }).toEqual({ code: EXIT_CODES["invalid-input"], stdout: "" });
  }
  expect((await run(["upload", "-vh"])).code).toBe(0);
});

test("a word that is long enough to be a token is not printed", async () => {
  const token = "0123456789abcdef012345678";
  for (const args of [
    [token],
    ["help", token],
    ["url", token, "a.csv"],
    ["url", "cfc", "a.csv", "--template", token],
    ["url", "gls", "a.zip", "--environment", token],
    ["url", "gls", "a.zip", ...BASE, "--timeout", token],
    ["url", "gls", "a.zip", ...BASE, `--${token}`],
  ]) {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: EXIT_CODES["invalid-input"], stdout: "" });
    expect(stderr).not.toContain(token);
  }
  expect((await run([token.slice(1)])).stderr).toContain(token.slice(1));
});

test.each<[string, string[], RegExp]>([
  ["no command", [], /command must be one of url, upload, sandbox, help\n/],
  ["an unknown command", ["put"], /command must be one of url, upload, sandbox, help, not "put"\n/],
  ["a misspelled command", ["uplaod", "gls"], /, not "uplaod"\. Did you mean upload\?\n/],
  ["no command, but an option", ["-v"], /command must be one of .*help\n/],
  ["an option of no command", ["put", "--bogus"], /--bogus is not an option\n/],
  ["a long word that starts with a command", [`upload${"x".repeat(100_000)}`], /, help\n/],
  ["an empty command", [""], /, not ""\n/],
  ["a command after an option of none", ["--enviroment", "sandbox", "url"], /--enviroment .* mean --environment\?/],
  ["a property that every object has", ["constructor"], /command must be/],
  ["an unknown API", ["url", "gst", "a.csv"], /api must be one of cfc, gls, not "gst"\n/],
  ["a misspelled API", ["url", "GSL", "a.csv"], /, not "GSL"\. Did you mean gls\?/],
  ["a part of an API", ["url", "gl", "a.csv"], /, not "gl"\. Did you mean gls\?/],
  ["a file in place of the API", ["upload", "sales.csv", "b.csv"], /api must be one of cfc, gls, not "sales\.csv"\n/],
  ["no API", ["url"], /FILE must be given/],
  ["an unknown option", [...URL_CFC, ...BASE, "--token=canary"], /--token is not an option of url\n/],
  ["a misspelled option", [...URL_CFC, ...BASE, "--time-out=5"], /--time-out is not .*\. Did you mean --timeout\?/],
  ["a part of an option", [...URL_CFC, "--env", "sandbox"], /--env is not .*\. Did you mean --environment\?/],
  ["more than an option", [...URL_CFC, "--template-type=sales"], /Did you mean --template\?/],
  ["a part of an option of its own and of another", ["sandbox", "--time=5"], /Did you mean --lifetime\?/],
  ["an option similar to one of another command", [...URL_CFC, "--show-urls"], /Did you mean --show-url\?/],
  ["a negated option", [...URL_CFC, "--no-json"], /--no-json is not an option of url\. Did you mean --json\?/],
  ["a property that every object has, as an option", [...URL_CFC, "--constructor"], /--constructor is not an option/],
  ["a very long option", [...URL_CFC, `--${"x".repeat(100_000)}canary`], /: --x{22}… is not an option of url\n/],
  [
    "an option of another command",
    [...URL_CFC, ...BASE, "--show-url"],
    /--show-url is an option of upload, not of url/,
  ],
  ["an option of two others", ["sandbox", "--template", "sales"], /--template is an option of url and upload, not of/],
  ["a file that looks like an option", ["upload", "gls", "-n", ...BASE], /-n is not .* after --, or as \.\/-/],
  ["an option without its value", [...URL_CFC, "--base-url"], /--base-url must be given with a value/],
  [
    "an option in place of a value",
    ["upload", "gls", "a.csv", "--base-url", "--json"],
    /--base-url must be given with a value; one that .* --base-url=-/,
  ],
  ["a value for a switch", [...URL_CFC, ...BASE, "--verbose=yes"], /--verbose must be given without a value/],
  ["an option given twice", [...URL_CFC, ...BASE, "--template=purchase"], /--template must be given once/],
  ["an option of sandbox given twice", ["sandbox", "--port=0", "--port=0"], /--port must be given once/],
  ["two arguments to help", ["help", "url", "upload"], /help takes one command/],
  [
    "an unknown command for help",
    ["help", "sandbocks"],
    /command must be .*, not "sandbocks"\. Did you mean sandbox\?/,
  ],
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
    stderr:
      "clear-presign: api 401 AUTHORIZATION_FAILED: Invalid Auth Token\n" +
      `clear-presign: CLEAR_CFC_AUTH_TOKEN was refused by ${inject("sandbox")}.\n`,
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
  expect(await main(args, { env: ENV, stdin: noStdin, stdout: full, stderr: full, signal })).toBe(code);
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
