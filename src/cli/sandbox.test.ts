import { once } from "node:events";
import { expect, test } from "vitest";
import { Captured, ENV, run } from "../../contract-tests/command-line.js";
import { EXIT_CODES } from "./exit-codes.js";
import { main } from "./main.js";

type Env = Readonly<Record<string, string>>;
const OWN = { CLEAR_CFC_AUTH_TOKEN: "canary-cfc", CLEAR_GLS_AUTH_TOKEN: "canary-gls" };

/** Runs the sandbox while `use` works with what it printed first. */
async function withSandbox(env: Env, use: (printed: string) => Promise<void>, args: readonly string[] = []) {
  const controller = new AbortController();
  const [stdout, stderr] = [new Captured(), new Captured()];
  const code = main(["sandbox", "--port", "0", ...args], { env, stdout, stderr, signal: controller.signal });
  const [printed] = await once(stdout, "text");
  try {
    await use(printed.trim());
  } finally {
    controller.abort();
  }
  expect(await code).toBe(0);
  return { stdout: stdout.text, stderr: stderr.text };
}

test.each<[string, Env, Env]>([
  ["its own tokens", OWN, OWN],
  ["an empty token, which is none", { CLEAR_GLS_AUTH_TOKEN: "" }, {}],
  ["one token of two", { CLEAR_CFC_AUTH_TOKEN: "own" }, { CLEAR_CFC_AUTH_TOKEN: "own" }],
  ["the other of two", { CLEAR_GLS_AUTH_TOKEN: "own" }, { CLEAR_GLS_AUTH_TOKEN: "own" }],
])(
  "with %s, sandbox answers until it is told to end, and prints no token of the environment",
  async (_what, own, used) => {
    const env = { ...ENV, ...used };
    let baseUrl = "";
    const { stdout, stderr } = await withSandbox(own, async (printed) => {
      baseUrl = printed;
      for (const args of [
        ["gls", "a.zip"],
        ["cfc", "a.csv", "--template", "sales"],
      ]) {
        expect((await run(["url", ...args, "--base-url", baseUrl], { env })).code).toBe(0);
      }
    });
    expect(stdout).toBe(`${baseUrl}\n`);
    expect(stderr).not.toContain("canary");
    const after = await run(["url", "gls", "a.zip", "--base-url", baseUrl, "--max-attempts=1"], { env });
    expect(after.stderr).toContain("network: ");
  },
);

test.each<[Env, string[]]>([
  [{}, ["CLEAR_CFC_AUTH_TOKEN", "CLEAR_GLS_AUTH_TOKEN", "CLEAR_GLS_INTEGRATION_ID"]],
  [{ CLEAR_CFC_AUTH_TOKEN: "canary", CLEAR_GLS_AUTH_TOKEN: "" }, ["CLEAR_GLS_AUTH_TOKEN", "CLEAR_GLS_INTEGRATION_ID"]],
  [ENV, []],
])("a sandbox with %o in the environment says what else works", async (env, names) => {
  const { code, stderr } = await run(["sandbox", "--port", "0"], { env, signal: AbortSignal.abort() });
  expect(code).toBe(0);
  expect(stderr.match(/\w+(?==)/g) ?? []).toEqual(names);
  expect(stderr.includes("in your environment")).toBe(names.length < 3);
});

test("sandbox --json prints one document", async () => {
  const { stdout } = await withSandbox(
    ENV,
    async (printed) => {
      expect(JSON.parse(printed)).toEqual({
        baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        directory: expect.any(String),
      });
    },
    ["--json"],
  );
  expect(stdout.match(/\n/g)).toHaveLength(1);
});

test.each(["", "-1", "70000", "1.5", "0x10", "http"])("port %j is an error", async (port) => {
  const { code, stderr } = await run(["sandbox", `--port=${port}`]);
  expect(code).toBe(EXIT_CODES["invalid-input"]);
  expect(stderr).toContain("--port must be from 0 to 65535");
});
