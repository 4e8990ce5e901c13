/** Runs the code samples of the reference as shown, with only the host replaced. */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.js";
import { leaks } from "../../test-support/canaries.js";
import { operations } from "../../test-support/description.js";
import { recordingServer } from "../../test-support/recording-server.js";
import { codeSamples } from "../../tools/docs/code-samples.js";

const CSV = fileURLToPath(new URL("../../demo/files/sales.csv", import.meta.url));
// Inside the package, so that the samples can import it by name.
const REPORTS = fileURLToPath(new URL("../../reports", import.meta.url));
const INTEGRATION = "00000000-0000-4000-8000-000000000000";
const tokens = { cfc: "canary-cfc-token-of-the-samples", gls: "canary-gls-token-of-the-samples" };

const RUNNERS: Record<string, { readonly command: string; readonly needs: readonly string[] }> = {
  curl: { command: "bash", needs: ["bash", "curl"] },
  bash: { command: "bash", needs: ["bash", "curl", "jq"] },
  TypeScript: { command: process.execPath, needs: [process.execPath] },
  Python: { command: "python3", needs: ["python3"] },
};

let sandbox: Sandbox;
beforeAll(async () => {
  const credentials = { cfc: { authToken: tokens.cfc }, gls: { authToken: tokens.gls, integrationId: INTEGRATION } };
  sandbox = await startSandbox({ credentials });
});
afterAll(() => sandbox.close());

/** The source with the sandbox's address in place of Clear's. */
function onLoopback(label: string, source: string, baseUrl: string | undefined): string {
  if (baseUrl === undefined) return source;
  const local = source
    .replace("https://api-sandbox.clear.in", baseUrl)
    .replace('environment: "sandbox"', `baseUrl: ${JSON.stringify(baseUrl)}`);
  expect(local).not.toBe(source);
  if (label !== "TypeScript") return local;
  return ts.transpileModule(local, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  }).outputText;
}

async function run(label: string, source: string, baseUrl?: string, credentials = tokens) {
  mkdirSync(REPORTS, { recursive: true });
  const folder = mkdtempSync(join(REPORTS, "code-sample-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(CSV, join(folder, "sales.csv"));
  const file = join(folder, label === "TypeScript" ? "sample.mjs" : "sample");
  writeFileSync(file, onLoopback(label, source, baseUrl));
  const child = spawn(RUNNERS[label]?.command ?? "", [file], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      CLEAR_CFC_AUTH_TOKEN: credentials.cfc,
      CLEAR_GLS_AUTH_TOKEN: credentials.gls,
      CLEAR_GLS_INTEGRATION_ID: INTEGRATION,
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 15_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  return { code, output };
}

test("every operation has a sample in every language", () => {
  for (const { operationId } of Object.values(operations)) {
    expect(codeSamples(operationId).map(({ label }) => label)).toEqual(Object.keys(RUNNERS));
  }
});

describe.each(Object.values(operations).map(({ operationId }) => operationId))("%s", (operationId) => {
  // The two plain requests: the URL in the first response is pasted into the second.
  const [plain, ...whole] = codeSamples(operationId);
  const missingCurl = RUNNERS["curl"]?.needs.some((command) => spawnSync(command, ["--version"]).error);

  test.skipIf(missingCurl)("the curl sample prints the URL or the error, and stores the file", async () => {
    const { 0: get = "", 1: put = "" } = plain?.source.split(/(?=^# 2\.)/m) ?? [];
    const [placeholder = "", path = ""] = /<([\w.]+)>/.exec(put) ?? [];
    const { output } = await run("curl", `${get.trim()} --silent`, sandbox.baseUrl);
    const url = path.split(".").reduce((body, key) => body[key], JSON.parse(output));
    await run("curl", put.replace(placeholder, url));
    expect(readFileSync(sandbox.pathOf(url))).toEqual(readFileSync(CSV));
    const denied = await run("curl", `${get.trim()} --silent`, sandbox.baseUrl, { cfc: "unknown", gls: "unknown" });
    expect(denied.output).toMatch(/Invalid Auth Token|UNAUTHORIZED/);
  });

  for (const { label, source } of whole) {
    const missing = RUNNERS[label]?.needs.filter((command) => spawnSync(command, ["--version"]).error) ?? [];
    if (missing.length > 0) console.warn(`Not run: the ${label} sample of ${operationId} needs ${missing.join(", ")}.`);

    test.skipIf(missing.length > 0)(`the ${label} sample stores the file`, async () => {
      const { origin, urls } = await recordingServer(sandbox.baseUrl);
      const { code, output } = await run(label, source, origin);
      expect(output).toContain("sales.csv is stored");
      expect(code).toBe(0);
      expect(urls).toHaveLength(1);
      expect(readFileSync(sandbox.pathOf(urls[0] ?? ""))).toEqual(readFileSync(CSV));
      expect(leaks(output, { ...tokens, url: urls[0] ?? "" })).toEqual([]);
    });

    test.skipIf(missing.length > 0)(`the ${label} sample prints why the request was rejected`, async () => {
      const { code, output } = await run(label, source, sandbox.baseUrl, { cfc: "unknown", gls: "unknown" });
      expect(output).toMatch(/Invalid Auth Token|UNAUTHORIZED/);
      expect(output).not.toContain("is stored");
      expect(code).toBe(1);
    });
  }
});
