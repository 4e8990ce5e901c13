/** Runs each example as a reader would: in a copy, with the packed tarball installed, against the sandbox. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { startSandbox } from "clear-presign/sandbox";
import { runSample, sampleEnv } from "../../test-support/samples.js";
import { check, copyFiles, createProject, install, root } from "./project.js";
import { testWebApps } from "./web-apps.js";

const examples = join(root, "examples");
const csv = join(root, "demo/files/sales.csv");
const folder = createProject();
const [, , tarball = ""] = process.argv;
const sandbox = await startSandbox({ directory: join(folder, "storage") });
const { cfc } = sandbox.credentials;
const env = {
  ...sampleEnv(sandbox.credentials),
  CLEAR_BASE_URL: sandbox.baseUrl,
  SESSION: "a-session-of-the-example",
  PORT: "0",
};

const run = (cwd: string, command: string, args: readonly string[], more: Record<string, string> = {}) =>
  runSample(command, args, { cwd, env: { ...env, ...more } });

/** A copy of an example with the tarball installed. */
async function installed(name: string) {
  const copy = join(folder, name);
  cpSync(join(examples, name), copy, { recursive: true });
  copyFiles(copy, "sales.csv");
  await install(copy, tarball);
  return copy;
}

/** The number of files in the storage. */
const stored = () =>
  existsSync(join(folder, "storage"))
    ? readdirSync(join(folder, "storage"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
        .length
    : 0;

/** More than this machine has cores, so that sandboxes run side by side. */
const COPIES = 5;

/** Runs the tests of one test runner, with several copies of a file that starts a sandbox. */
async function suite(copy: string, script: string, tests: string, passed: RegExp) {
  const path = (name: string) => join(copy, tests, name);
  for (let i = 2; i <= COPIES; i++) cpSync(path("send-sales.test.js"), path(`send-sales-${i}.test.js`));
  const startedAt = performance.now();
  const { code, output } = await run(copy, "npm", ["run", script], { NO_COLOR: "1" });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  check(
    code === 0 && passed.test(output),
    `${script}: ${COPIES} files, each with a sandbox, pass in ${seconds} s`,
    output,
  );
}

const TESTS: Record<string, (copy: string) => Promise<void>> = {
  async "node-script"(copy) {
    const sent = await run(copy, "npm", ["start", "--", "sales.csv"]);
    check(sent.code === 0 && sent.output.includes("sales.csv is stored: 235 bytes."), "uploads its file", sent.output);
    const missing = await run(copy, "node", ["upload.mjs", "none.csv"]);
    check(missing.code === 1 && missing.output.includes("Check the file"), "explains a missing file", missing.output);
    const denied = await run(copy, "node", ["upload.mjs"], { CLEAR_GLS_AUTH_TOKEN: "unknown" });
    check(
      denied.code === 1 && denied.output.includes("Clear returned an error (401"),
      "explains an error response",
      denied.output,
    );
  },

  async "cron-cli"(copy) {
    const job = join(folder, "job");
    mkdirSync(join(job, "outbox"), { recursive: true });
    cpSync(csv, join(job, "outbox/a.csv"));
    cpSync(csv, join(job, "outbox/b.csv"));
    writeFileSync(join(job, "outbox/empty.csv"), "");
    const script = join(copy, "upload-outbox.sh");
    const before = stored();

    const busy = createServer((_, response) => response.writeHead(503).end()).listen(0, "127.0.0.1");
    await once(busy, "listening");
    const server = { CLEAR_BASE_URL: `http://127.0.0.1:${(busy.address() as AddressInfo).port}` };
    const later = await run(copy, script, [job], server);
    check(
      later.code === 0 && readdirSync(join(job, "outbox")).length === 3,
      "keeps the files during a 503",
      later.output,
    );
    busy.close();
    await once(busy, "close");
    const down = await run(copy, script, [job], server);
    check(
      down.code === 0 && readdirSync(join(job, "outbox")).length === 3,
      "keeps the files while offline",
      down.output,
    );
    const denied = await run(copy, script, [job], { CLEAR_CFC_AUTH_TOKEN: "unknown" });
    check(denied.code === 3 && stored() === before, "exits with the code of an API error", denied.output);

    const holder = spawn("flock", [join(job, ".lock"), "cat"], { stdio: ["pipe", "ignore", "inherit"] });
    // The lock is held once another flock cannot get it.
    for (let tries = 0; tries < 1000; tries++) {
      const { code } = await run(copy, "flock", ["--nonblock", join(job, ".lock"), "true"]);
      if (code !== 0) break;
    }
    const second = await run(copy, script, [job]);
    check(
      second.code === 0 && second.output.includes("has not finished") && stored() === before,
      "does not run twice at the same time",
      second.output,
    );
    holder.stdin.end();
    await once(holder, "close");

    const text = readFileSync(script, "utf8");
    const shown = [...text.matchAll(/^# {3}(export .*)$/gm)].map(([, line]) => line).join("\n");
    const environment = shown.replace("…", cfc.authToken).replace("/usr/local/bin", dirname(process.execPath));
    writeFileSync(join(job, ".clear-presign.env"), `${environment}\nexport CLEAR_BASE_URL=${sandbox.baseUrl}\n`);
    const line = (/^# {3}\*\/15 \* \* \* \* +(.*)$/m.exec(text)?.[1] ?? "")
      .replace("/opt/upload/upload-outbox.sh", script)
      .replaceAll("/srv/clear", job);
    const done = await run(copy, "env", ["-i", `HOME=${job}`, "PATH=/usr/bin:/bin", "sh", "-c", line]);
    const log = done.output + readFileSync(join(job, "upload.log"), "utf8");
    check(done.code === 0 && stored() === before + 2, "stores the valid files, run by its crontab line", log);
    check(readdirSync(join(job, "sent")).join() === "a.csv,b.csv", "moves them to sent", log);
    check(readdirSync(join(job, "failed")).join() === "empty.csv", "moves the others to failed", log);

    cpSync(csv, join(job, "outbox/c.csv"));
    const full = await run(copy, "sh", ["-c", '"$0" "$1" 2>/dev/full', script, job]);
    check(
      full.code === 0 && existsSync(join(job, "sent/c.csv")),
      "uploads once, although its log is full",
      full.output,
    );
  },

  "web-apps": (copy) => testWebApps(copy, sandbox, env),

  async "sandbox-tests"(copy) {
    // The guide's test is one more file of vitest.
    await suite(copy, "test:vitest", "vitest", /Test Files +6 passed[\s\S]*Tests +26 passed/);
    await suite(copy, "test:node", "node-test", /# pass 15\b[\s\S]*# fail 0\b/);
    await suite(copy, "test:jest", "jest", /Test Suites: 5 passed[\s\S]*Tests: +15 passed/);
  },
};

try {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  // `npm test` runs the code samples: they have no package.json, since the guides show them one by one.
  const projects = folders.map(({ name }) => name).filter((name) => name !== "code-samples");
  check(projects.join() === Object.keys(TESTS).sort().join(), "each example is run", projects.join());
  const readme = readFileSync(join(examples, "README.md"), "utf8");
  for (const [name, test] of Object.entries(TESTS)) {
    check(readme.includes(`(${name})`), `${name}: is in the README`);
    await test(await installed(name));
  }
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
