/** The built command as a process: pipes, full disks, signals and terminals. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

test.each<[string, string, number]>([
  ["an unread stdout", '{ $CLI "$@"; echo $? >&2; } | true', OUTPUT_LOST],
  ["an unread stderr", '{ $CLI "$@" 2>&1 >/dev/null; echo $? >&3; } 3>&2 | true', OUTPUT_LOST],
  ["both streams unread", '{ $CLI "$@" 2>&1; echo $? >&3; } 3>&2 | true', OUTPUT_LOST],
  ["stdout on a full disk", '$CLI "$@" >/dev/full; echo $? >&2', OUTPUT_LOST],
  ["stderr on a full disk", '$CLI "$@" 2>/dev/full; echo $? >&2', OUTPUT_LOST],
  ["both streams on a full disk", '$CLI "$@" >/dev/full 2>/dev/full; echo $? >&2', OUTPUT_LOST],
  ["stdout to a file that cannot grow", 'ulimit -f 0; $CLI "$@" >stdout.txt; echo $? >&2', OUTPUT_LOST],
  ["a closed stdout, which Node opens as /dev/null", '$CLI "$@" >&-; echo $? >&2', 0],
  ["a closed stderr", '$CLI "$@" 2>&-; echo $? >&2', 0],
  ["all three streams closed", '$CLI "$@" >&- 2>&- <&-; echo $? >&2', 0],
])("with %s all files are uploaded, and the exit code is as documented", async (_what, script, code) => {
  const { origin, stored } = await recordingServer();
  for (const options of [[], ["--json"]]) {
    stored.length = 0;
    const args = ["upload", "gls", ...NAMES, "--base-url", origin, ...options];
    const { stderr } = await shell(`cd ${directory}; ${script}`, ENV, args).ended;
    expect(stored).toEqual(NAMES);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(String(code));
    expect(stderr).not.toMatch(/EPIPE|ENOSPC|at .*\.js/);
  }
});

test("uploads continue when the reader exits after the first line", async () => {
  let gone = () => {};
  const readerIsGone = new Promise<void>((resolve) => {
    gone = resolve;
  });
  let puts = 0;
  const { origin, stored } = await recordingServer(async () => void (++puts > 1 && (await readerIsGone)));
  const args = ["upload", "gls", ...NAMES, "--base-url", origin];
  const { child, ended } = shell(`cd ${directory}; exec $CLI "$@"`, ENV, args);
  child.stdout.once("data", () => child.stdout.destroy().once("close", gone));
  expect((await ended).code).toBe(OUTPUT_LOST);
  expect(stored).toEqual(NAMES);
});

test("the exit code reports a document that a full disk cut short", async () => {
  const { origin } = await recordingServer();
  const many = Array.from({ length: 40 }, () => NAMES).flat();
  const script = `cd ${directory}; ulimit -f 1; $CLI "$@" >document.json 2>/dev/null`;
  const { code } = await shell(script, ENV, ["upload", "gls", ...many, "--base-url", origin, "--json"]).ended;
  expect(code).toBe(OUTPUT_LOST);
  expect(readFileSync(join(directory, "document.json")).length).toBe(1024);
});

test("the exit code of a failure takes precedence over that of lost output", async () => {
  const { code } = await shell('$CLI "$@" >/dev/full 2>/dev/full', ENV, ["upload", "gls", "--json"]).ended;
  expect(code).toBe(EXIT_CODES["invalid-input"]);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s aborts an upload cleanly, with exit code 130",
  async (signal) => {
    let reached = () => {};
    const requested = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { origin } = await loopbackServer(() => reached());
    const args = ["upload", "gls", "a.csv", "b.csv", "--base-url", origin, "--json"];
    const { child, ended } = shell(`cd ${directory}; exec $CLI "$@"`, ENV, args);
    await requested;
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(EXIT_CODES.aborted);
    expect(JSON.parse(stdout)).toMatchObject([{ error: { kind: "aborted" } }, { error: { kind: "aborted" } }]);
    expect(stderr).toBe("clear-presign: 0 of 2 files uploaded. The upload was aborted.\n");
  },
);

test("names that look like options, and one that is not UTF-8, are files after --", async () => {
  const { origin, stored } = await recordingServer();
  const odd = join(directory, "odd");
  mkdirSync(odd);
  for (const name of ["-n.csv", "--help.csv", " a b.csv", "é😀.csv"]) writeFileSync(join(odd, name), name);
  const script = `cd ${odd}; $CLI upload gls --base-url ${origin} -- *.csv $'b\\xff.csv'`;
  const { code, stderr } = await shell(script, ENV).ended;
  expect(code).toBe(9);
  expect(stored.map(decodeURIComponent).sort()).toEqual([" a b.csv", "--help.csv", "-n.csv", "é😀.csv"]);
  expect(stderr).toContain("clear-presign: file: b\ufffd.csv does not exist\n");
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

test.each([20, 0])("progress lines fit into a terminal of %d columns", async (columns) => {
  const { origin } = await recordingServer();
  writeFileSync(join(directory, "terminal.py"), IN_TERMINAL);
  const script = `cd ${directory}; exec python3 terminal.py ${columns} $CLI "$@" 2>&1`;
  const args = ["upload", "gls", ...NAMES, "--base-url", origin];
  const { code, stdout } = await shell(script, { ...ENV, COLUMNS: "30" }, args).ended;
  expect(code).toBe(0);
  const drawn = stdout.split(/\r\n|\r/).filter((line) => /^\d of 4 files {2}\[/.test(line));
  expect(drawn.length).toBeGreaterThanOrEqual(4);
  for (const line of drawn) expect(line.length).toBeLessThanOrEqual(columns || 30);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: must not be in the output
  expect(stdout).not.toMatch(/\u001b/);
});
