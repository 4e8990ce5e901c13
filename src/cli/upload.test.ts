import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { Captured, noStdin, type RunOptions, run as runCommand } from "../../test-support/command-line.js";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
import { type Sandbox, startSandbox } from "../sandbox/index.js";
import { EXIT_CODES, RETRYABLE, SOME_FAILED } from "./exit-codes.js";
import { main } from "./main.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-cli-test-"));
const csv = join(directory, "sales.csv");
const credentials = {
  cfc: { authToken: "canary-cfc-token" },
  gls: { authToken: "canary-gls-token", integrationId: "00000000-0000-4000-8000-000000000000" },
};
const ENV = {
  CLEAR_CFC_AUTH_TOKEN: credentials.cfc.authToken,
  CLEAR_GLS_AUTH_TOKEN: credentials.gls.authToken,
  CLEAR_GLS_INTEGRATION_ID: credentials.gls.integrationId,
};

let sandbox: Sandbox;
beforeAll(async () => {
  writeFileSync(csv, "a,b\r\n1,2\r\n");
  sandbox = await startSandbox({ credentials });
  // No delays before retries.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

async function run(args: readonly string[], options: RunOptions = {}) {
  const result = await runCommand(args, { env: ENV, ...options });
  expect(result.stderr).not.toContain("canary");
  expect(result.stderr).not.toContain("X-Amz-Signature");
  return result;
}

/** Files in the test's folder, by name. */
function files(contents: Readonly<Record<string, string>>): string[] {
  return Object.entries(contents).map(([name, content]) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  });
}

const CFC = (file = csv) => ["upload", "cfc", file, "--template", "sales", "--base-url", sandbox.baseUrl];
const GLS = (...paths: string[]) => ["upload", "gls", ...paths, "--base-url", sandbox.baseUrl];

/** A proxy of the sandbox's API that passes each body through `change`. */
async function sandboxProxy(change: (body: string) => string | Promise<string>) {
  return loopbackServer(async (request, response) => {
    const headers = request.headers as Record<string, string>;
    const upstream = await fetch(sandbox.baseUrl + request.url, { headers });
    const body = await change(await upstream.text());
    response.writeHead(upstream.status, { "content-type": "application/json" }).end(body);
  });
}

test("upload stores the file and prints its URL without the signature", async () => {
  const { code, stdout, stderr } = await run(CFC());
  expect({ code, stderr }).toEqual({ code: 0, stderr: `${csv}: 10 bytes uploaded\n` });
  expect(stdout).not.toContain("?");
  expect(readFileSync(sandbox.pathOf(stdout.trim()), "utf8")).toBe("a,b\r\n1,2\r\n");
});

test("upload prints the whole URL with --show-url", async () => {
  const { stdout } = await run([...CFC(), "--show-url", "--json"]);
  const { url, bytes } = JSON.parse(stdout);
  expect(url).toContain("X-Amz-Signature=");
  expect(bytes).toBe(10);
});

test("--file-name is the name sent to Clear, whatever the file is called", async () => {
  const [file = ""] = files({ "export.tmp": "a,b" });
  const { origin, requests } = await sandboxProxy((body) => body);
  const args = ["upload", "cfc", file, "--template=sales", "--base-url", origin, "--file-name", "sales.csv"];
  expect((await run(args)).code).toBe(0);
  expect(requests[0]?.url).toContain("fileName=sales.csv");
  const wrong = await run([...CFC(file), "--file-name", "sales.xlsx"]);
  expect(wrong.code).toBe(EXIT_CODES.file);
  const two = await run([...GLS(csv, file), "--file-name", "sales.csv"]);
  expect(two.code).toBe(EXIT_CODES["invalid-input"]);
  expect(two.stderr).toContain("--file-name is for one FILE only");
});

test.each([
  [undefined, "\r\\[#{20}\\] 100 % {2}[\\d.]+ k?B/s {2}in \\d:\\d\\d *\n"],
  [12, "\r\\[#{10}\n"],
])("a terminal of %s columns shows a bar that is full at the end", async (columns, end) => {
  const { stdout, stderr } = await run(CFC(), { isTTY: true, ...(columns ? { columns } : {}) });
  expect(stdout).toMatch(/^http\S+\n$/);
  expect(stderr).toMatch(/^\r\[\.+/);
  expect(stderr).toMatch(new RegExp(`${end}$`));
  for (const line of stderr.split(/[\r\n]/)) expect(line.length).toBeLessThan(columns ?? 80);
});

test("no output has an escape sequence, with or without NO_COLOR", async () => {
  for (const env of [ENV, { ...ENV, NO_COLOR: "1" }, { ...ENV, TERM: "dumb" }]) {
    const { stderr } = await run(CFC(), { isTTY: true, env });
    expect(stderr).not.toContain("\u001b");
  }
});

test("several files are uploaded, each printed with its URL", async () => {
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

test("a file that is listed twice is uploaded twice", async () => {
  const { code, stdout } = await run([...GLS(csv, csv), "--json", "--show-url"]);
  expect(code).toBe(0);
  const [first, second] = JSON.parse(stdout);
  expect(first).toMatchObject({ file: csv, bytes: 10 });
  expect(second).toMatchObject({ file: csv, bytes: 10 });
});

test("one failure does not stop the rest, and sets the exit code", async () => {
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

test("names that look like options, and one that was not UTF-8, are files after --", async () => {
  const odd = ["-n.csv", "--help.csv", " a b.csv", "é😀.csv"];
  const { origin, requests } = await sandboxProxy((body) => body);
  const before = process.cwd();
  process.chdir(directory);
  onTestFinished(() => process.chdir(before));
  files(Object.fromEntries(odd.map((name) => [name, name])));
  const { code, stderr } = await run(["upload", "gls", "--base-url", origin, "--", ...odd, "b\ufffd.csv"]);
  expect(code).toBe(SOME_FAILED);
  expect(requests.map(({ url }) => new URL(origin + url).searchParams.get("filename"))).toEqual(odd);
  expect(stderr).toContain("clear-presign: file: b\ufffd.csv does not exist\n");
});

test("a file that cannot be uploaded is named, and neither hangs nor stops the rest", async () => {
  const [empty = ""] = files({ "empty.csv": "" });
  const folder = join(directory, "folder.csv");
  const pipe = join(directory, "pipe.csv");
  mkdirSync(folder);
  execFileSync("mkfifo", [pipe]);
  const { code, stdout, stderr } = await run([...GLS(folder, pipe, empty, csv, join(csv, "x.csv")), "--json"]);
  expect(code).toBe(SOME_FAILED);
  const reasons = JSON.parse(stdout).map(({ error }: { error?: { reason: string } }) => error?.reason);
  expect(reasons).toEqual(["not-regular", "not-regular", "empty", undefined, "missing"]);
  for (const file of [folder, pipe, empty]) expect(stderr).toContain(`clear-presign: file: ${file} is `);
});

test("when no file is uploaded, the exit code is that of the failures, or 1 if they differ", async () => {
  const missing = join(directory, "missing.csv");
  const all = await run(GLS(missing, missing));
  expect(all.code).toBe(EXIT_CODES.file);
  expect(all.stdout).toBe("");
  const [text = ""] = files({ "a.txt": "a" });
  const mixed = await run(GLS(missing, text));
  expect(mixed.code).toBe(1);
  expect(mixed.stderr).toContain(`clear-presign: ${text}: invalid-input: FILE must have one of the extensions`);
  const { origin } = await loopbackServer(respondWith(503, "busy"));
  const busy = await run(["upload", "gls", csv, csv, "--base-url", origin, "--max-attempts", "1"]);
  expect(busy.code).toBe(RETRYABLE);
});

/** A proxy of the sandbox's API that refuses the token for this file. */
async function refusingProxy(name: string, api = sandbox.baseUrl) {
  return loopbackServer(async (request, response) => {
    if (request.url?.endsWith(`=${name}`)) return void response.writeHead(401).end("UNAUTHORIZED");
    const upstream = await fetch(api + request.url, { headers: request.headers as Record<string, string> });
    response.writeHead(upstream.status, { "content-type": "application/json" }).end(await upstream.text());
  });
}

test("a refused token stops the rest of the files, and says how many were not tried", async () => {
  const names = ["r1.csv", "r2.csv", "r3.csv", "r4.csv"];
  const [one = "", two = "", ...rest] = files(Object.fromEntries(names.map((name) => [name, name])));
  const { origin, requests } = await refusingProxy("r2.csv");
  const { code, stdout, stderr } = await run(["upload", "gls", one, two, ...rest, "--base-url", origin, "--json"]);
  expect(code).toBe(SOME_FAILED);
  expect(requests).toHaveLength(2);
  expect(stderr).toBe(
    `${one}: 6 bytes uploaded\n` +
      `clear-presign: ${two}: api 401: GLS responded with 401: UNAUTHORIZED\n` +
      `clear-presign: CLEAR_GLS_AUTH_TOKEN, with CLEAR_GLS_INTEGRATION_ID, was refused by ${origin}. 2 files were not tried.\n` +
      "See docs/guides/gls.md#status-401 in this package.\n" +
      "clear-presign: 1 of 4 files uploaded.\n",
  );
  const documents = JSON.parse(stdout);
  expect(documents).toEqual([
    { file: one, url: expect.any(String), bytes: 6 },
    { file: two, error: expect.objectContaining({ kind: "api", status: 401 }) },
    ...rest.map((file) => ({ file, tried: false, error: documents[1].error })),
  ]);
  // With none uploaded, the exit code is that of the refusal.
  const all = await run(["upload", "cfc", two, one, "--template=sales", "--base-url", origin]);
  expect(all.code).toBe(EXIT_CODES.api);
  expect(all.stderr).toContain(`CLEAR_CFC_AUTH_TOKEN was refused by ${origin}. 1 file was not tried.\n`);
});

test("a refused token lets the files that are being uploaded finish", async () => {
  const [one = "", two = "", three = ""] = files({ "f1.csv": "1", "f2.csv": "2", "f3.csv": "3" });
  const [stdout, stderr] = [new Captured(), new Captured()];
  const isPrinted = new Promise((resolve) =>
    stderr.on("text", (line) => line.includes("f2.csv: api 401") && resolve(line)),
  );
  const { origin: storage } = await loopbackServer(async (request, response) => {
    await Promise.all([once(request.resume(), "end"), isPrinted]);
    response.end();
  });
  const { origin: api } = await sandboxProxy((body) => body.replace(/http:\/\/127\.0\.0\.1:\d+/, storage));
  const { origin } = await refusingProxy("f2.csv", api);
  const args = ["upload", "gls", one, two, three, "--base-url", origin, "--concurrency", "2", "--json"];
  const { signal } = new AbortController();
  expect(await main(args, { env: ENV, stdin: noStdin, stdout, stderr, signal })).toBe(SOME_FAILED);
  expect(JSON.parse(stdout.text)).toMatchObject([{ bytes: 1 }, { error: { status: 401 } }, { tried: false }]);
});

test("a 403 of the storage is no refused token", async () => {
  const [one = "", two = ""] = files({ "s1.csv": "1", "s2.csv": "2" });
  const { origin: storage, requests } = await loopbackServer(async (request, response) => {
    await once(request.resume(), "end");
    response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
  });
  const { origin } = await sandboxProxy((body) => body.replace(/http:\/\/127\.0\.0\.1:\d+/, storage));
  const { code, stderr } = await run(["upload", "gls", one, two, "--base-url", origin]);
  expect(code).toBe(EXIT_CODES.storage);
  expect(requests).toHaveLength(2);
  expect(stderr).not.toContain("refused");
});

test("--quiet prints nothing on success, retries included, and only the failures otherwise", async () => {
  const [one = "", two = "", wrong = ""] = files({ "q1.csv": "1", "q2.csv": "2", "q.xlsx": "<html>" });
  let requests = 0;
  const { origin } = await loopbackServer(async (request, response) => {
    if (++requests % 2) return void response.writeHead(503).end();
    const upstream = await fetch(sandbox.baseUrl + request.url, { headers: request.headers as Record<string, string> });
    response.writeHead(upstream.status, { "content-type": "application/json" }).end(await upstream.text());
  });
  const args = ["--base-url", origin, "--quiet"];
  for (const isTTY of [true, false]) {
    for (const option of [[], ["--json"]]) {
      for (const paths of [[one], [one, two]]) {
        const result = await run(["upload", "gls", ...paths, ...args, ...option], { isTTY });
        expect(result).toEqual({ code: 0, stdout: "", stderr: "" });
      }
    }
    const { code, stdout, stderr } = await run(["upload", "gls", one, wrong, ...args], { isTTY });
    expect({ code, stdout }).toEqual({ code: SOME_FAILED, stdout: "" });
    expect(stderr).toMatch(
      /^clear-presign: file: .*q\.xlsx .*\nSee .*#kind-file .*\nclear-presign: 1 of 2 files uploaded\.\n$/,
    );
    const single = await run(["upload", "gls", wrong, ...args], { isTTY });
    expect(single.stderr).toMatch(/^clear-presign: file: .*q\.xlsx .*\nSee .*\n$/);
  }
  const failed = await run(["upload", "gls", one, wrong, ...args, "--json"]);
  expect(JSON.parse(failed.stdout)).toMatchObject([{ bytes: 1 }, { error: { kind: "file" } }]);
});

test.each(["verbose", "show-url"])("--quiet and --%s contradict each other", async (option) => {
  const { code, stderr } = await run([...GLS(csv), "--quiet", `--${option}`]);
  expect(code).toBe(EXIT_CODES["invalid-input"]);
  expect(stderr).toContain(`--quiet must not be given with --${option}\n`);
});

test.each([
  ["without a name", ["-"], /--file-name must be given if FILE is -, stdin/],
  ["twice", ["-", "-", "--file-name=a.csv"], /FILE must be the only one if it is -, stdin/],
  ["with a file", [csv, "-", "--file-name=a.csv"], /FILE must be the only one if it is -, stdin/],
  ["after -- without a name", ["--", "-"], /--file-name must be given/],
])("stdin %s is an error before it is read", async (_what, args, words) => {
  const { code, stdout, stderr } = await run(["upload", "gls", "--base-url", sandbox.baseUrl, ...args]);
  expect({ code, stdout }).toEqual({ code: EXIT_CODES["invalid-input"], stdout: "" });
  expect(stderr).toMatch(words);
});

const FROM_STDIN = ["upload", "gls", "-", "--file-name=sales.csv"];
const stdinOf = (content: string) => () => Readable.from([Buffer.from(content)]);

test("stdin is uploaded under the name of --file-name", async () => {
  const { origin, requests } = await sandboxProxy((body) => body);
  const args = [...FROM_STDIN, "--base-url", origin];
  const { code, stdout, stderr } = await run(args, { stdin: stdinOf("a,b\r\n1,2\r\n") });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "-: 10 bytes uploaded\n" });
  expect(readFileSync(sandbox.pathOf(stdout.trim()), "utf8")).toBe("a,b\r\n1,2\r\n");
  expect(requests[0]?.url).toMatch(/filename=sales\.csv$/);
  const shown = await run(args, { stdin: stdinOf("a,b"), isTTY: true });
  expect(shown.stderr).toMatch(/ 100 % .* in 0:\d\d *\n$/);
});

test.each<[string, () => Readable, number, RegExp]>([
  ["is uploaded", stdinOf("a,b"), 0, /^-: 3 bytes uploaded\n$/],
  ["is empty", stdinOf(""), EXIT_CODES.file, /^clear-presign: file: sales\.csv is empty\nSee .*\n$/],
  ["is no CSV", stdinOf("<html></html>"), EXIT_CODES.file, /^clear-presign: file: sales\.csv /],
  [
    "fails",
    () =>
      Readable.from(
        (function* () {
          yield Buffer.from("a,b");
          throw new Error("canary");
        })(),
      ),
    EXIT_CODES.file,
    /^clear-presign: file: sales\.csv /,
  ],
])("stdin that %s leaves no file behind", async (_what, stdin, code, words) => {
  const temporary = mkdtempSync(join(directory, "temporary-"));
  vi.stubEnv("TMPDIR", temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const result = await run([...FROM_STDIN, "--base-url", sandbox.baseUrl], { stdin });
  expect(result.code).toBe(code);
  expect(result.stderr).toMatch(words);
  expect(readdirSync(temporary)).toEqual([]);
});

test("--no-content-check uploads a file whose content does not match its name", async () => {
  const [odd = ""] = files({ "odd.xlsx": "a,b" });
  expect((await run(GLS(odd))).code).toBe(EXIT_CODES.file);
  expect((await run([...GLS(odd), "--no-content-check"])).code).toBe(0);
});

test.each([
  ["no file", ["upload", "gls"], /FILE must be given/],
  ["an empty name", ["upload", "gls", csv, ""], /FILE must not/],
])("%s is an error", async (_what, args, words) => {
  const { code, stderr } = await run(args);
  expect(code).toBe(EXIT_CODES["invalid-input"]);
  expect(stderr).toMatch(words);
});

test.each(["0", "-1", "1.5", "many", "", "0x2"])("a concurrency of %j is an error", async (n) => {
  const { code, stdout, stderr } = await run([...GLS(csv), `--concurrency=${n}`]);
  expect({ code, stdout }).toEqual({ code: EXIT_CODES["invalid-input"], stdout: "" });
  expect(stderr).toContain("--concurrency must be an integer");
});

test("a command that cannot start is one error, however many files it has", async () => {
  const args = ["upload", "gls", csv, csv, "--base-url", "http://clear.example", "--concurrency", "2", "--json"];
  const { code, stdout } = await run(args);
  expect(code).toBe(EXIT_CODES["invalid-input"]);
  expect(JSON.parse(stdout)).toMatchObject({ error: { field: "--base-url" } });
});

test("a storage host that is not allowed is an error that names --allowed-host", async () => {
  const { origin } = await sandboxProxy((body) => body.replace(/http:\/\/127\.0\.0\.1:\d+/, "https://storage.example"));
  const { code, stdout, stderr } = await run([
    "upload",
    "cfc",
    csv,
    "--template=sales",
    "--base-url",
    origin,
    "--json",
  ]);
  expect(code).toBe(EXIT_CODES["invalid-input"]);
  expect(JSON.parse(stdout).error.field).toBe("--allowed-host");
  expect(stderr).toMatch(/^clear-presign: invalid-input: --allowed-host .*storage\.example/);
  expect(stderr).not.toContain("allowedHosts");
});

test("a word of a message that is the name of a field is not taken for it", async () => {
  const { origin } = await sandboxProxy((body) => body.replace(/http:\/\/127\.0\.0\.1:\d+/, "https://file.example"));
  const { stderr } = await run(["upload", "gls", csv, "--base-url", origin]);
  expect(stderr).toContain(": --allowed-host does not include file.example, the host of the pre-signed URL\n");
  const url = await run(["upload", "gls", "file://host/a.csv", "--base-url", origin]);
  expect(url.stderr).toContain(": FILE is a URL, but not the file: URL of a local file\n");
});

test("a field that no option sets keeps its name", async () => {
  const { origin } = await sandboxProxy((body) =>
    body.replace("content-type%3Bhost", "content-type%3Bhost%3Bx-amz-acl"),
  );
  const { code, stderr } = await run(["upload", "gls", csv, "--base-url", origin]);
  expect(code).toBe(EXIT_CODES["invalid-input"]);
  expect(stderr).toMatch(/: preSignedUrl is signed with the header x-amz-acl/);
});

test("secrets that a storage echoes are not printed, for one file or several", async () => {
  const { origin: echo } = await loopbackServer((request, response) => {
    const text = `${request.url} ${JSON.stringify(request.headers)}`.replaceAll("&", "&amp;");
    response.writeHead(403).end(`<Error><Code>AccessDenied</Code><Message>${text}</Message></Error>`);
  });
  const { origin } = await loopbackServer((request, response) => {
    const uploadUrl = `${echo}/a?X-Amz-Signature=canary&t=${request.headers["x-clear-auth-token"]}`;
    respondWith(200, { status: 200, success: true, message: "", result: { status: "OK", uploadUrl } })(
      request,
      response,
    );
  });
  for (const paths of [[csv], [csv, csv]]) {
    for (const option of ["--json", "--show-url", "--verbose"]) {
      const { code, stdout } = await run(["upload", "gls", ...paths, "--base-url", origin, option]);
      expect(code).toBe(EXIT_CODES.storage);
      expect(stdout).not.toContain("canary");
    }
  }
});

test("neither a file name nor a storage message can forge a line or control the terminal", async () => {
  const name = "\u001b]0;owned\u0007\nclear-presign: 9 of 9 files uploaded.\r\u202e.csv";
  const [odd = ""] = files({ [name]: "a,b" });
  const { origin: storage } = await loopbackServer((_request, response) => {
    response
      .writeHead(403)
      .end(`<Error><Code>&#27;[2J</Code><Message>\u009b2J\nclear-presign: 9 of 9\u2028</Message></Error>`);
  });
  const { origin } = await sandboxProxy((body) => body.replace(/http:\/\/127\.0\.0\.1:\d+/, storage));
  for (const base of [sandbox.baseUrl, origin]) {
    for (const option of ["--verbose", "--json"]) {
      const args = ["upload", "cfc", odd, csv, "--template=sales", "--file-name", "a.csv", "--base-url", base, option];
      for (const paths of [args, args.filter((arg) => arg !== csv)]) {
        const { stdout, stderr } = await run(paths);
        expect(stdout + stderr).not.toMatch(/[^\n\P{Cc}]|[\u202e\u2028]/u);
        expect(stderr).not.toMatch(/^clear-presign: 9 of 9/m);
      }
    }
  }
});

test("Ctrl-C aborts several uploads with exit code 130, and the document names each file", async () => {
  const controller = new AbortController();
  const [one = "", two = "", three = ""] = files({ "1.csv": "1", "2.csv": "2", "3.csv": "3" });
  let urlRequests = 0;
  const { origin } = await sandboxProxy((body) => {
    if (++urlRequests < 2) return body;
    controller.abort();
    return new Promise(() => {});
  });
  const args = ["upload", "gls", one, two, three, "--base-url", origin, "--json"];
  const { code, stdout, stderr } = await run(args, { signal: controller.signal });
  expect(code).toBe(EXIT_CODES.aborted);
  const aborted = { error: { kind: "aborted" } };
  expect(JSON.parse(stdout)).toMatchObject([
    { file: one, bytes: 1 },
    { file: two, ...aborted },
    { file: three, ...aborted },
  ]);
  expect(stderr).toBe(`${one}: 1 bytes uploaded\nclear-presign: 1 of 3 files uploaded. The upload was aborted.\n`);
  expect(urlRequests).toBe(2);
});

test("a terminal shows one line for several files, and each failure on another", async () => {
  const [one = "", two = ""] = files({ "one.csv": "1", "two.csv": "22" });
  const missing = join(directory, "missing.csv");
  const { stderr } = await run(GLS(one, missing, two), { isTTY: true });
  expect(stderr).toMatch(/\r1 of 3 files {2}\[#{6}\.{14}\] {2}33 %/);
  expect(stderr).toContain(`\rclear-presign: file: ${missing} does not exist\n`);
  expect(stderr).toMatch(
    /\r2 of 3 files {2}\[#{19}\.\] {2}99 % .* in \d:\d\d *\nSee .*\nclear-presign: 2 of 3 files uploaded\.\n$/,
  );
});

test("a retry of the PUT is a line on stderr, and --verbose shows each request and response without secrets", async () => {
  let puts = 0;
  const { origin: storage } = await loopbackServer(async (request, response) => {
    await once(request.resume(), "end");
    response.writeHead(++puts % 2 ? 503 : 200).end();
  });
  const { host } = new URL(storage);
  const { origin } = await sandboxProxy((body) => body.replace(/http:\/\/127\.0\.0\.1:\d+/, storage));
  const retry = "clear-presign: attempt 1 to upload failed, the next one is in \\d\\.\\d s: storage 503: .*\n";
  const done = `${csv}: 10 bytes uploaded\n`;
  const args = ["upload", "cfc", csv, "--template=sales", "--base-url", origin];
  const { code, stderr } = await run(args);
  expect(code).toBe(0);
  expect(stderr).toMatch(new RegExp(`^${retry}${done}$`));
  const get = "clear-presign: GET http.*fileName=sales\\.csv \\(attempt 1\\)\nclear-presign: 200 after \\d+ ms\n";
  const put = (attempt: number, status: number) =>
    `clear-presign: PUT http://${host} \\(attempt ${attempt}\\)\nclear-presign: ${status} after \\d+ ms\n`;
  const verbose = await run([...args, "--verbose"]);
  expect(verbose.stderr).toMatch(new RegExp(`^${get}${put(1, 503)}${retry}${put(2, 200)}${done}$`));
  const onlyOnce = await run([...args, "--max-attempts", "1"]);
  expect(onlyOnce.code).toBe(RETRYABLE);
  expect(puts).toBe(5);
});

test("--timeout limits an upload to a storage that never responds", async () => {
  const { origin: storage } = await loopbackServer(() => {});
  const { origin } = await sandboxProxy((body) => body.replace(/http:\/\/127\.0\.0\.1:\d+/, storage));
  const args = ["upload", "cfc", csv, "--template=sales", "--base-url", origin, "--timeout", "0.2"];
  const { code, stderr } = await run(args);
  expect(code).toBe(RETRYABLE);
  expect(stderr).toBe(
    "clear-presign: timeout: Timed out after 200 ms.\nSee docs/guides/errors.md#kind-timeout in this package.\n",
  );
});

test("a line about a retry erases the progress line", async () => {
  const [one = ""] = files({ "one.csv": "1" });
  let first = true;
  const { origin } = await loopbackServer(async (request, response) => {
    if (request.url?.includes("two") && first) {
      first = false;
      return void response.writeHead(503).end();
    }
    const headers = request.headers as Record<string, string>;
    const upstream = await fetch(sandbox.baseUrl + request.url, { headers });
    response.writeHead(upstream.status, { "content-type": "application/json" }).end(await upstream.text());
  });
  const [two = ""] = files({ "two.csv": "22" });
  const { code, stderr } = await run(["upload", "gls", one, two, "--base-url", origin], { isTTY: true });
  expect(code).toBe(0);
  expect(stderr).toMatch(new RegExp(`\r +\rclear-presign: ${two}: attempt 1 to get a URL failed.*\n\r2 of 2|\r1 of 2`));
});
