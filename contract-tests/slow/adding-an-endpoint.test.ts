/**
 * The guide "Add an endpoint" is complete. A copy of the repository gets the files of adding-an-endpoint/, which are those
 * in the guide's table and no others: two made-up operations on one path, a POST with a JSON body and an optional parameter,
 * and a GET. Everything that reads the description then works for them.
 */
import { type ExecFileException, execFile, execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type * as sandboxModule from "../../src/sandbox/index.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FILES = fileURLToPath(new URL("adding-an-endpoint/", import.meta.url));

const added = readdirSync(FILES, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(FILES.length));

/** The files in the guide's table. */
const listed = [
  ...readFileSync(join(ROOT, "docs/guides/adding-an-endpoint.md"), "utf8").matchAll(/^\| .* \| `(.+)` \|$/gm),
].map(([, file = ""]) => file);

/** Whether a file is one that the table lists. */
function isListed(file: string, entry: string): boolean {
  const pattern = entry
    .replaceAll(".", "\\.")
    .replace(/NAME|OPERATION/, "[\\w-]+")
    .replace("*", "[\\w.]+");
  return new RegExp(`^${pattern}$`).test(file);
}

test("the files are those in the guide's table: at most six are written by hand, beside samples", () => {
  for (const file of added)
    expect(
      listed.filter((entry) => isListed(file, entry)),
      file,
    ).toHaveLength(1);
  for (const entry of listed)
    expect(
      added.filter((file) => isListed(file, entry)),
      entry,
    ).not.toEqual([]);
  expect(added.filter((file) => !file.startsWith("examples/code-samples/")).length).toBeLessThanOrEqual(6);
});

test("its test proves each of its facts", () => {
  const facts = readFileSync(join(FILES, "contract-tests/facts/cfc-ingestion.yaml"), "utf8");
  const proofs = readFileSync(join(FILES, "src/endpoints/cfc-ingestion.test.ts"), "utf8");
  for (const [, id] of facts.matchAll(/^ {2}(\S+):$/gm)) expect(proofs).toContain(`"${id}"`);
});

/** The time limit of a program, and of the setup. */
const TIMEOUT = 280_000;

let copy: string;
afterAll(() => rmSync(copy, { recursive: true }));

/** Runs a program of this project in the copy. Fails with its output. */
function run(path: string, ...args: readonly string[]): Promise<string> {
  const { PATH, HOME } = process.env;
  const options = { cwd: copy, env: { PATH, HOME, NO_COLOR: "1" }, timeout: TIMEOUT, maxBuffer: 2 ** 26 };
  return new Promise((resolve, reject) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) => {
      if (error) reject(new Error(`${path} ${args.join(" ")} failed: ${`${stdout}\n${stderr}`.slice(-5000)}`));
      else resolve(stdout);
    };
    execFile(process.execPath, [join("node_modules", path), ...args], options, done);
  });
}
const vitest = (...args: readonly string[]) => run("vitest/vitest.mjs", "run", ...args);

/** Adds the entries of a part of the description, where a person would: under `paths`, and under each kind of component. */
function withPart(description: string, part: string): string {
  let whole = description;
  for (const [section] of part.matchAll(/^paths:\n(?: {2}.*\n)+|^ {2}\w+:\n(?: {4}.*\n)+/gm)) {
    const [head = ""] = section.split("\n", 1);
    const [under, added] = whole.includes(`\n${head}\n`)
      ? [head, section.replace(/.*\n/, "")]
      : ["components:", section];
    whole = whole.replace(`\n${under}\n`, (found) => found + added);
  }
  return whole;
}

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), "clear-presign-endpoint-"));
  const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  for (const file of String(tracked).split("\0").filter(Boolean)) {
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  for (const file of added) {
    const target = join(copy, file);
    if (file === "spec/openapi.yaml") {
      writeFileSync(target, withPart(readFileSync(target, "utf8"), readFileSync(join(FILES, file), "utf8")));
    } else if (existsSync(target)) {
      appendFileSync(target, readFileSync(join(FILES, file)));
    } else {
      cpSync(join(FILES, file), target);
    }
  }
  const errors = join(copy, "src/errors.ts");
  const source = readFileSync(errors, "utf8");
  writeFileSync(errors, source.replace("export type ApiError = ", "$&CfcIngestionError | "));

  await run("tsx/dist/cli.mjs", "scripts/generate.ts");
  await run("typescript/bin/tsc", "-p", "tsconfig.build.json");
}, TIMEOUT);

test("the description passes the lint rules, and the code compiles", async () => {
  await run("@redocly/cli/bin/cli.js", "lint");
  await run("typescript/bin/tsc");
});

test("its own test passes, and so do those of the modules and the other endpoints", async () => {
  await vitest("--project", "unit", "src/endpoints", "src/imports.test.ts", "src/call.test.ts");
});

test("the contract tests that read the description pass", async () => {
  await vitest("--project", "contract", "contract-tests/docs/guides.test.ts", "--update");
  await vitest(
    "--project",
    "contract",
    "contract-tests/facts",
    "contract-tests/spec/bodies.test.ts",
    "contract-tests/spec/consistency.test.ts",
    "contract-tests/spec/consumers.test.ts",
    "contract-tests/mock",
    "contract-tests/client/responses.test.ts",
    "contract-tests/docs/guides.test.ts",
  );
  await vitest("--project", "slow", "contract-tests/slow/code-samples.test.ts");
});

test("the reference has a page for each operation", async () => {
  const { PATH, HOME } = process.env;
  execFileSync("npm", ["run", "docs"], { cwd: copy, env: { PATH, HOME }, timeout: TIMEOUT });
  const page = (name: string) => readFileSync(join(copy, "site", name), "utf8");
  const trigger = page("triggerCfcIngestion.md");
  expect(trigger).toContain("**POST** `/integration/v1/ingest/file/{templateType}`");
  expect(trigger).toContain("| `notify`<br> query, optional |");
  expect(trigger).toContain("| `fileInfo.userFileName`<br> optional | string |");
  expect(trigger).toContain('"data": "a-1"');
  expect(trigger).toContain("**What to do.** Correct the request.");
  expect(page("getCfcIngestion.md")).toMatch(
    /^### 404 Not Found\n\nThere is no ingestion\.\n\n\*\*What to do\.\*\* Trigger/m,
  );
  expect(page("errors.md")).toContain("[`404`](getCfcIngestion.md#status-404)");
  for (const file of ["triggerCfcIngestion.html", "index.html", "viewer.html", "llms.txt"])
    expect(page(file), file).toContain("Trigger an ingestion");
});

const PATH = "/integration/v1/ingest/file/sales";
const TOKEN = { "x-cleartax-auth-token": "sandbox-cfc-token" };
const BODY = { fileInfo: { s3FileUrl: "https://storage.clear.in/a.csv" } };
const post = (body: unknown, path = PATH) => ({ path, method: "POST", body: body as string, headers: TOKEN });
const get = (path: string) => ({ path, method: "GET", headers: TOKEN });

const REQUESTS: readonly [string, { path: string } & RequestInit, number, unknown][] = [
  ["a POST", post(JSON.stringify(BODY)), 201, { activityId: "a-1" }],
  [
    "a POST with the optional parameter",
    post(JSON.stringify(BODY), `${PATH}?notify=admins`),
    201,
    { activityId: "a-1" },
  ],
  [
    "an invalid optional parameter",
    post(JSON.stringify(BODY), `${PATH}?notify=x`),
    400,
    { errorCode: "INVALID_NOTIFY" },
  ],
  ["an invalid parameter in the path", post(JSON.stringify(BODY), `${PATH}x`), 400, { errorCode: "INVALID" }],
  ["no body", { ...post(""), body: null }, 400, { errorCode: "INVALID" }],
  ["an empty body", post(""), 400, { errorCode: "INVALID" }],
  ["a body that is not JSON", post("{"), 400, { errorCode: "INVALID" }],
  ["a body without a required field", post("{}"), 400, { errorCode: "INVALID" }],
  ["a body without a required field of a field", post('{"fileInfo":{}}'), 400, { errorCode: "INVALID_URL" }],
  ["a GET", get(`${PATH}?tenant=GSTSALES`), 200, { activityId: "a-1" }],
  ["a GET without its required parameter", get(PATH), 404, { errorCode: "NOT_FOUND" }],
  ["a GET with an invalid one", get(`${PATH}?tenant=GSTPURCHASE`), 404, { errorCode: "NOT_FOUND" }],
  ["no token", { ...post(JSON.stringify(BODY)), headers: {} }, 401, { errorCode: "AUTHORIZATION_FAILED" }],
  ["a method that the path does not have", { path: PATH, method: "PUT", headers: TOKEN }, 405, { status: 405 }],
];

/** A module of the copy's build. */
const built = (name: string) => import(pathToFileURL(join(copy, "dist/src", name)).href);

describe.each(["over HTTP", "as a function"])("the sandbox %s", (how) => {
  async function sandbox() {
    if (how === "as a function") {
      const { createSandboxApi } = await built("sandbox/fetch.js");
      return { baseUrl: "https://api.clear.in", send: createSandboxApi().fetch as typeof fetch };
    }
    const { startSandbox }: typeof sandboxModule = await built("sandbox/index.js");
    const { baseUrl, close } = await startSandbox();
    onTestFinished(close);
    return { baseUrl, send: fetch };
  }

  test.each(REQUESTS)("responds to %s as documented", async (_what, { path, ...init }, status, body) => {
    const { baseUrl, send } = await sandbox();
    const response = await send(baseUrl + path, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(body as object);
    if (status === 405) expect(response.headers.get("allow")).toBe("POST, GET");
  });

  test("has what the client needs", async () => {
    const { baseUrl, send } = await sandbox();
    const { createCfcIngestionClient } = await built("index.js");
    const client = createCfcIngestionClient({ baseUrl, authToken: "sandbox-cfc-token", fetch: send });
    const file = { templateType: "sales", url: "https://storage.clear.in/a.csv" };
    expect(await client.trigger(file)).toEqual({ data: "a-1" });
    expect(await client.trigger({ ...file, notify: "admins" })).toEqual({ data: "a-1" });
    expect(await client.getLast({ templateType: "sales", tenant: "GSTSALES" })).toEqual({ data: "a-1" });
    const { error } = await createCfcIngestionClient({ baseUrl, authToken: "unknown", fetch: send }).trigger(file);
    expect(error).toMatchObject({ kind: "api", api: "cfc", status: 401, code: "AUTHORIZATION_FAILED" });
  });
});
