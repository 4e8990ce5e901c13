/** Runs the code samples of the reference as shown, with only the host replaced. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.js";
import { leaks } from "../../test-support/canaries.js";
import { recordingServer } from "../../test-support/recording-server.js";
import { onSandbox, runSample, sampleEnv } from "../../test-support/samples.js";
import { operationsOf, readDescription, selects } from "../../tools/description.js";
import { codeSamples } from "../../tools/docs/code-samples.js";

const CSV = fileURLToPath(new URL("../../demo/files/sales.csv", import.meta.url));
// Inside the package, so that the samples can import it by name.
const REPORTS = fileURLToPath(new URL("../../reports", import.meta.url));
const INTEGRATION = "00000000-0000-4000-8000-000000000000";
const tokens = { cfc: "canary-cfc-token-of-the-samples", gls: "canary-gls-token-of-the-samples" };

const all = operationsOf(readDescription()).map(({ operation }) => operation);

const RUNNERS: Record<string, { readonly command: string; readonly needs: readonly string[] }> = {
  curl: { command: "bash", needs: ["bash", "curl"] },
  bash: { command: "bash", needs: ["bash", "curl", "jq"] },
  TypeScript: { command: process.execPath, needs: [process.execPath] },
  Python: { command: "python3", needs: ["python3"] },
};

let sandbox: Sandbox;
/** The statuses that the sandbox has responded with. */
const seen: (number | null)[] = [];
beforeAll(async () => {
  const credentials = { cfc: { authToken: tokens.cfc }, gls: { authToken: tokens.gls, integrationId: INTEGRATION } };
  sandbox = await startSandbox({ credentials, onRequest: ({ status }) => seen.push(status) });
});
afterAll(() => sandbox.close());

/** The source with the sandbox's address in place of Clear's. */
async function onLoopback(label: string, source: string, baseUrl: string | undefined): Promise<string> {
  if (baseUrl === undefined) return source;
  const local = onSandbox(source, baseUrl);
  expect(local).not.toBe(source);
  if (label !== "TypeScript") return local;
  return (await transform(local, { loader: "ts" })).code;
}

async function run(label: string, source: string, baseUrl?: string, credentials = tokens) {
  mkdirSync(REPORTS, { recursive: true });
  const folder = mkdtempSync(join(REPORTS, "code-sample-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(CSV, join(folder, "sales.csv"));
  const file = join(folder, label === "TypeScript" ? "sample.mjs" : "sample");
  writeFileSync(file, await onLoopback(label, source, baseUrl));
  const { cfc, gls } = credentials;
  const env = sampleEnv({ cfc: { authToken: cfc }, gls: { authToken: gls, integrationId: INTEGRATION } });
  return runSample(RUNNERS[label]?.command ?? "", [file], { cwd: folder, env });
}

const unknown = { cfc: "unknown", gls: "unknown" };

const commands = new Set(Object.values(RUNNERS).flatMap(({ needs }) => needs));
const missingCommands = [...commands].filter((command) => spawnSync(command, ["--version"]).error);
if (missingCommands.length > 0) console.warn(`Samples that need ${missingCommands.join(", ")} are not run.`);
const isMissing = (label: string) => RUNNERS[label]?.needs.some((command) => missingCommands.includes(command));

/** What a sample prints for an unknown token. */
const DENIED = /Invalid Auth Token|UNAUTHORIZED/;

test("every operation has a sample in every language", () => {
  for (const { operationId } of all) {
    expect(codeSamples(operationId).map(({ label }) => label)).toEqual(Object.keys(RUNNERS));
  }
});

describe.each(all.filter((one) => !one["x-upload"]))("$operationId", ({ operationId, responses }) => {
  const [success] = Object.entries(responses).filter(([, { content = {} }]) =>
    Object.values(content).some(({ examples }) => Object.values(examples).some((one) => selects(one, "valid"))),
  );

  for (const { label, source } of codeSamples(operationId)) {
    test.skipIf(isMissing(label))(`the ${label} sample succeeds`, async () => {
      seen.length = 0;
      expect(await run(label, source, sandbox.baseUrl)).toMatchObject({ code: 0 });
      await expect.poll(() => seen).toEqual([Number(success?.[0])]);
    });

    test.skipIf(isMissing(label))(`the ${label} sample prints why it failed`, async () => {
      const { code, output } = await run(label, source, sandbox.baseUrl, unknown);
      expect(output).toMatch(DENIED);
      if (label !== "curl") expect(code).toBe(1);
    });
  }
});

describe.each(all.filter((one) => one["x-upload"]))("$operationId", ({ operationId }) => {
  // The two plain requests: the URL in the first response is pasted into the second.
  const [plain, ...whole] = codeSamples(operationId);

  test.skipIf(isMissing("curl"))("the curl sample prints the URL or the error, and stores the file", async () => {
    const { 0: get = "", 1: put = "" } = plain?.source.split(/(?=^# 2\.)/m) ?? [];
    const [placeholder = "", path = ""] = /<([\w.]+)>/.exec(put) ?? [];
    const { output } = await run("curl", `${get.trim()} --silent`, sandbox.baseUrl);
    const url = path.split(".").reduce((body, key) => body[key], JSON.parse(output));
    await run("curl", put.replace(placeholder, url));
    expect(readFileSync(sandbox.pathOf(url))).toEqual(readFileSync(CSV));
    const denied = await run("curl", `${get.trim()} --silent`, sandbox.baseUrl, unknown);
    expect(denied.output).toMatch(DENIED);
  });

  for (const { label, source } of whole) {
    test.skipIf(isMissing(label))(`the ${label} sample stores the file`, async () => {
      const { origin, urls } = await recordingServer(sandbox.baseUrl);
      const { code, output } = await run(label, source, origin);
      expect(output).toContain("sales.csv is stored");
      expect(code).toBe(0);
      expect(urls).toHaveLength(1);
      expect(readFileSync(sandbox.pathOf(urls[0] ?? ""))).toEqual(readFileSync(CSV));
      expect(leaks(output, { ...tokens, url: urls[0] ?? "" })).toEqual([]);
    });

    test.skipIf(isMissing(label))(`the ${label} sample prints why the request was rejected`, async () => {
      const { code, output } = await run(label, source, sandbox.baseUrl, unknown);
      expect(output).toMatch(DENIED);
      expect(output).not.toContain("is stored");
      expect(code).toBe(1);
    });
  }
});
