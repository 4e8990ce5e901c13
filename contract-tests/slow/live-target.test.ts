/** The matrix runs against the live server in the environment: here a sandbox in another process. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CREDENTIALS = {
  CLEAR_CFC_AUTH_TOKEN: "canary-live-cfc",
  CLEAR_GLS_AUTH_TOKEN: "canary-live-gls",
  CLEAR_GLS_INTEGRATION_ID: "01234567-89ab-4cde-8f01-23456789abcd",
};

/** Starts the built program's sandbox with these tokens; returns its address. */
async function sandboxProcess(): Promise<string> {
  const env = { ...process.env, ...CREDENTIALS };
  const child: ChildProcess = spawn(process.execPath, ["dist/src/cli/bin.js", "sandbox", "--port", "0"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        child.on("close", () => resolve());
        child.kill("SIGTERM");
      }),
  );
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  return new Promise((resolve) => lines.once("line", resolve));
}

function contractTests(env: Record<string, string>): Promise<{ code: unknown; output: string }> {
  const args = ["node_modules/vitest/vitest.mjs", "run", "contract-tests/mock/matrix.test.ts", "--reporter=verbose"];
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: ROOT, env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1", ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

test("a live server gets only harmless requests, and the others are skipped with a reason", async () => {
  const target = await sandboxProcess();
  const { code, output } = await contractTests({ CLEAR_CONTRACT_TARGET: target, ...CREDENTIALS });
  expect(code, output).toBe(0);
  expect(output).toContain("against the live server > CFC: sales as XLSX → 200");
  expect(output).toContain("CFC: fileContentType csv → 200 (not tried live: the response is inferred)");
  expect(output).not.toContain("against Prism");
  expect(output).not.toContain("canary");
});

test("a live server that responds differently fails the run", async () => {
  const target = await sandboxProcess();
  const { code, output } = await contractTests({
    CLEAR_CONTRACT_TARGET: target,
    ...CREDENTIALS,
    CLEAR_GLS_AUTH_TOKEN: "wrong",
  });
  expect(code).not.toBe(0);
  expect(output).toMatch(/GLS: extension csv → 200/);
});

test("the run fails with the name of a missing credential", async () => {
  const { code, output } = await contractTests({
    CLEAR_CONTRACT_TARGET: "http://127.0.0.1:1",
    CLEAR_CFC_AUTH_TOKEN: "",
  });
  expect(code).not.toBe(0);
  expect(output).toContain("CLEAR_CFC_AUTH_TOKEN must be too");
});
