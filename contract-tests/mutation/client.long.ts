/** Each wrong client turns its contract test red, with a message that says what is wrong. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { wrongClients } from "./wrong-clients.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = ["contract-tests", "generated", "src", "package.json", "tsconfig.json", "vitest.config.ts"];

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** What the contract tests of the client say of a copy of the project in which one line is different. */
async function contractTests(file: string, from: string, to: string) {
  const copy = mkdtempSync(join(tmpdir(), "clear-presign-wrong-client-"));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const part of PARTS) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const text = readFileSync(join(copy, file), "utf8");
  const changed = text.replace(from, () => to);
  expect(changed, `${file} has no such line any more`).not.toBe(text);
  writeFileSync(join(copy, file), changed);
  mkdirSync(join(copy, "reports"));
  const output = join(copy, "reports/client.json");
  const args = [
    join(ROOT, "node_modules/vitest/vitest.mjs"),
    "run",
    "contract-tests/client.test.ts",
    "--reporter=json",
    `--outputFile=${output}`,
  ];
  await new Promise((resolve) => execFile(process.execPath, args, { cwd: copy, timeout: 60_000 }, resolve));
  const report: Report = JSON.parse(readFileSync(output, "utf8"));
  return report.testResults.flatMap(({ assertionResults }) => assertionResults);
}

test.each(wrongClients)("a client that $what", async ({ file, from, to, test: name, message }) => {
  const results = await contractTests(file, from, to);
  const red = results.filter(({ status }) => status === "failed");
  console.log(`${name}: red, as are ${red.length - 1} others of ${results.length}`);
  expect(red.map(({ fullName }) => fullName)).toContain(name);
  expect(red.find(({ fullName }) => fullName === name)?.failureMessages.join("\n")).toContain(message);
});
