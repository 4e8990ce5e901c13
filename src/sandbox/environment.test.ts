import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { CFC, GLS } from "../../test-support/sandbox-requests.js";
import { realTokens } from "./environment.js";
import { SANDBOX_CREDENTIALS, startSandbox } from "./index.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a token of the environment that the sandbox rejects is warned of once, and not shown", async () => {
  vi.stubEnv("CLEAR_CFC_AUTH_TOKEN", "canary-cfc-token");
  vi.stubEnv("CLEAR_GLS_AUTH_TOKEN", "sandbox-gls-token");
  const warnings = vi.spyOn(process, "emitWarning").mockReturnValue();
  const sandbox = await startSandbox();
  onTestFinished(sandbox.close);
  const cfc = { "x-cleartax-auth-token": "canary-cfc-token" };
  // Neither is the environment's token that the sandbox rejects.
  await fetch(sandbox.baseUrl + CFC, { headers: { "x-cleartax-auth-token": "mistyped" } });
  await fetch(sandbox.baseUrl + GLS, { headers: { "x-clear-auth-token": "sandbox-gls-token" } });
  expect(warnings).not.toHaveBeenCalled();
  for (let i = 0; i < 2; i++) {
    expect((await fetch(sandbox.baseUrl + CFC, { headers: cfc })).status).toBe(401);
    expect((await sandbox.api.fetch(sandbox.baseUrl + CFC, { headers: cfc })).status).toBe(401);
  }
  expect(warnings).toHaveBeenCalledTimes(1);
  expect(warnings.mock.calls[0]?.[0]).toMatch(/CLEAR_CFC_AUTH_TOKEN.*sandbox\.credentials/);
  expect(warnings.mock.calls[0]?.[0]).not.toContain("canary");
});

test("a token of the environment is not warned of if it was given to the sandbox", async () => {
  vi.stubEnv("CLEAR_GLS_AUTH_TOKEN", "canary-gls-token");
  const warnings = vi.spyOn(process, "emitWarning").mockReturnValue();
  const gls = { authToken: "canary-gls-token", integrationId: "00000000-0000-4000-8000-000000000000" };
  const sandbox = await startSandbox({ credentials: { cfc: { authToken: "a" }, gls } });
  onTestFinished(sandbox.close);
  await fetch(sandbox.baseUrl + GLS, { headers: { "x-clear-auth-token": "canary-gls-token" } });
  expect(warnings).not.toHaveBeenCalled();
});

test.each<[Record<string, string>, string[]]>([
  [{}, []],
  [{ CLEAR_CFC_AUTH_TOKEN: "", CLEAR_GLS_AUTH_TOKEN: SANDBOX_CREDENTIALS.gls.authToken }, []],
  [{ CLEAR_CFC_AUTH_TOKEN: SANDBOX_CREDENTIALS.gls.authToken, CLEAR_GLS_AUTH_TOKEN: "" }, ["CLEAR_CFC_AUTH_TOKEN"]],
  [{ CLEAR_CFC_AUTH_TOKEN: "a", CLEAR_GLS_AUTH_TOKEN: "b" }, ["CLEAR_CFC_AUTH_TOKEN", "CLEAR_GLS_AUTH_TOKEN"]],
])("of %o, the tokens in %j may be real", (env, names) => {
  expect(realTokens(env)).toEqual(names);
});
