/** The built command as a process: pipes, full disks, signals and terminals. */
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENV, shell } from "../../test-support/command-line.js";
import { loopbackServer } from "../../test-support/loopback-server.js";
import { EXIT_CODES, OUTPUT_LOST } from "./exit-codes.js";

const directory = mkdtempSync(join(tmpdir(), "clear-presign-bin-test-"));
const NAMES = ["a.csv", "b.csv", "c.csv", "d.csv"];
beforeAll(() => {
  for (const name of NAMES) writeFileSync(join(directory, name), name);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** An API and a storage that record the files they receive. */
async function recordingServer(beforePut = async () => {}) {
  const stored: string[] = [];
  const { origin } = await loopbackServer(async (request, response) => {
    const { pathname, searchParams } = new URL(String(request.url), origin);
    if (request.method === "PUT") {
      await beforePut();
      stored.push(pathname.slice(1));
      request.resume().on("end", () => response.end());
    } else {
      const uploadUrl = `${origin}/${encodeURIComponent(String(searchParams.get("filename")))}?X-Amz-Signature=canary`;
      const body = { status: 200, success: true, message: "", result: { status: "OK", uploadUrl } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    }
  });
  return { origin, stored };
}

test.each<[string, string, string[], number]>([
  ["both streams on a full disk", '$CLI "$@" >/dev/full 2>/dev/full; echo $? >&2', ["--json"], OUTPUT_LOST],
  ["all three streams closed, which Node opens as /dev/null", '$CLI "$@" >&- 2>&- <&-; echo $? >&2', [], 0],
])("with %s all files are uploaded, and the exit code is as documented", async (_what, script, options, code) => {
  const { origin, stored } = await recordingServer();
  const args = ["upload", "gls", ...NAMES, "--base-url", origin, ...options];
  const { stderr } = await shell(`cd ${directory}; ${script}`, ENV, args).ended;
  expect(stored).toEqual(NAMES);
  expect(stderr).toBe(`${code}\n`);
});

test("uploads continue when the reader of both streams exits after the first line", async () => {
  let gone = () => {};
  const readerIsGone = new Promise<void>((resolve) => {
    gone = resolve;
  });
  let puts = 0;
  const { origin, stored } = await recordingServer(async () => void (++puts > 1 && (await readerIsGone)));
  const args = ["upload", "gls", ...NAMES, "--base-url", origin];
  const { child, ended } = shell(`cd ${directory}; exec $CLI "$@" 2>&1`, ENV, args);
  child.stdout.once("data", () => child.stdout.destroy().once("close", gone));
  expect((await ended).code).toBe(OUTPUT_LOST);
  expect(stored).toEqual(NAMES);
});

test("the exit code reports a document that a full disk cut short", async () => {
  const { origin } = await recordingServer();
  const many = Array.from({ length: 4 }, () => NAMES).flat();
  const script = `cd ${directory}; ulimit -f 1; $CLI "$@" >document.json 2>/dev/null`;
  const { code } = await shell(script, ENV, ["upload", "gls", ...many, "--base-url", origin, "--json"]).ended;
  expect(code).toBe(OUTPUT_LOST);
  expect(readFileSync(join(directory, "document.json")).length).toBe(1024);
});

// The sandbox's tests send the other signals.
test("SIGINT aborts an upload cleanly, with exit code 130", async () => {
  let reached = () => {};
  const requested = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const { origin } = await loopbackServer(() => reached());
  const args = ["upload", "gls", "a.csv", "b.csv", "--base-url", origin, "--json"];
  const { child, ended } = shell(`cd ${directory}; exec $CLI "$@"`, ENV, args);
  await requested;
  child.kill("SIGINT");
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(EXIT_CODES.aborted);
  expect(JSON.parse(stdout)).toMatchObject([{ error: { kind: "aborted" } }, { error: { kind: "aborted" } }]);
  expect(stderr).toBe("clear-presign: 0 of 2 files uploaded. The upload was aborted.\n");
});

test("SIGINT ends an upload of a stdin that stays open, and leaves no file behind", async () => {
  const temporary = mkdtempSync(join(directory, "temporary-"));
  // More than a pipe holds, so the command is reading when the rest of it is written.
  const source = "head -c 1000000 /dev/zero; echo reading >&2; exec sleep 1000";
  const { child } = shell(`exec $CLI "$@" < <(${source})`, { ...ENV, TMPDIR: temporary }, [
    ...["upload", "gls", "-", "--file-name", "a.csv", "--base-url", "http://127.0.0.1:1"],
  ]);
  await once(child.stderr, "data");
  child.kill("SIGINT");
  // `sleep` keeps the pipe of stderr open, so there is no end of the output to wait for.
  const [code] = await once(child, "exit");
  expect(code).toBe(EXIT_CODES.aborted);
  expect(readdirSync(temporary)).toEqual([]);
});

/** Runs a command in a pseudo-terminal of that many columns and prints what it wrote there. */
const IN_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test("progress lines fit into a terminal", async () => {
  const { origin } = await recordingServer();
  writeFileSync(join(directory, "terminal.py"), IN_TERMINAL);
  const script = `cd ${directory}; exec python3 terminal.py 20 $CLI "$@" 2>&1`;
  const args = ["upload", "gls", ...NAMES, "--base-url", origin];
  const { code, stdout } = await shell(script, ENV, args).ended;
  expect(code).toBe(0);
  const drawn = stdout.split(/\r\n|\r/).filter((line) => /^\d of 4 files {2}\[/.test(line));
  expect(drawn.length).toBeGreaterThanOrEqual(4);
  for (const line of drawn) expect(line.length).toBeLessThanOrEqual(20);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: must not be in the output
  expect(stdout).not.toMatch(/\u001b/);
});
