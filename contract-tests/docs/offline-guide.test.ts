/** The samples in the guide on offline tests print what their last line says. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../src/sandbox/index.js";
import { runSample } from "../../test-support/samples.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const guide = readFileSync(join(root, "docs/guides/offline-testing.md"), "utf8");
const [shared = "", ...samples] = [...guide.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
const commands = [...guide.matchAll(/^curl .*$/gm)].map(([command]) => command);

const directory = mkdtempSync(join(tmpdir(), "clear-presign-guide-"));
cpSync(join(root, "demo/files/sales.csv"), join(directory, "sales.csv"));
afterAll(() => rmSync(directory, { recursive: true }));

test("there are nine samples of at most five lines, besides imports", () => {
  expect(samples).toHaveLength(9);
  for (const sample of samples)
    expect(
      sample
        .replace(/^(import .*)?\n/gm, "")
        .trim()
        .split("\n").length,
    ).toBeLessThan(6);
});

test("each sample prints what its last line says", async () => {
  const isolated = samples.map((sample) => `{\n${sample.replace(/^import .*\n/gm, "")}}`);
  const imports = samples.flatMap((sample) => sample.match(/^import .*\n/gm) ?? []);
  const program = [...imports, shared, `process.chdir(${JSON.stringify(directory)});`, ...isolated, "process.exit();"];
  // Run in the package's folder, where it can be imported by name as in the guide.
  const args = ["--input-type=module", "--eval", program.join("\n")];
  // The program ends without closing its sandboxes; what they leave goes with the test's directory.
  const env = { ...process.env, TMPDIR: directory };
  const { output } = await runSample(process.execPath, args, { cwd: root, env });
  expect(output.trim().split("\n")).toEqual(samples.map((sample) => /\/\/ (.*)\n$/.exec(sample)?.[1]));
});

test("the commands queue their responses", async () => {
  const sandbox = await startSandbox();
  onTestFinished(sandbox.close);
  const requests = commands.map(
    (command) => /^curl http:\/\/127\.0\.0\.1:4010(\S+) --data '(.*)'$/.exec(command) ?? [],
  );
  expect(requests).toHaveLength(2);
  for (const [, path, body = ""] of requests) {
    expect((await fetch(sandbox.baseUrl + path, { method: "POST", body })).status).toBe(204);
  }
  const limited = await fetch(sandbox.baseUrl);
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
});
