/**
 * Writes reports/contract.md: each fact, its places in the description, the tests that prove it, and their result. A fact
 * without a test fails the run. Only if all tests that prove facts ran, since some of them prove only some of the facts.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { differences, facts } from "../contract-tests/facts/facts.js";
import { document } from "./description.js";

/** Cells of a Markdown table. */
const row = (...cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** Whether tests prove facts: contract tests, and those of an endpoint. */
const mayProve = (project: { readonly name: string }, moduleId: string) =>
  project.name === "contract" || /\/src\/endpoints\/[^/]+$/.test(moduleId);

export default class ContractReport implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async #isWhole(modules: readonly TestModule[]): Promise<boolean> {
    if (!this.#vitest || this.#vitest.config.testNamePattern) return false;
    const specifications = await this.#vitest.globTestSpecifications();
    const all = specifications.filter(({ project, moduleId }) => mayProve(project, moduleId));
    const ran = new Set(modules.map(({ moduleId }) => moduleId));
    const isComplete = ["contract", "unit"].every((name) => all.some(({ project }) => project.name === name));
    return isComplete && all.every(({ moduleId }) => ran.has(moduleId));
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (!(await this.#isWhole(modules))) return;
    const tests = modules
      .filter(({ project, moduleId }) => mayProve(project, moduleId))
      .flatMap((module) => [...module.children.allTests()]);
    const lines = [row("fact", "documented", "in the description", "tests", "result"), row(...Array(5).fill("---"))];
    const unproved: string[] = [];
    for (const fact of facts) {
      const { id, says, values, mentions } = fact;
      // A test of `gls.406.sample` also proves `gls.406`.
      const proofs = tests.filter((test) =>
        test.meta().proves?.some((proved: string) => proved === id || proved.startsWith(`${id}.`)),
      );
      const failed = proofs.filter((test) => test.result().state === "failed");
      const passed = proofs.filter((test) => test.result().state === "passed");
      // Nothing but prose has it, which facts.test.ts tests.
      const isProse = values.length === 0;
      const reasons = [
        ...differences(fact, document).map((difference) => `${id}: ${difference}`),
        ...failed.map(({ fullName }) => `${id}: ${fullName}`),
        ...(!isProse && passed.length === 0 ? [`${id}: no test proves it`] : []),
      ];
      unproved.push(...reasons);
      const example = passed[0] ? `, such as "${passed[0].fullName}"` : "";
      lines.push(
        row(
          `\`${id}\``,
          says,
          [...new Set([...values, ...mentions].map(([pointer]) => `\`${pointer}\``))].join(", "),
          isProse ? "none needed: only in prose" : `${passed.length} passed${example}`,
          reasons.length === 0 ? "proved" : "NOT PROVED",
        ),
      );
    }
    const skipped = tests.filter((test) => test.result().state === "skipped");
    if (skipped.length > 0) lines.push("", "## Skipped", "", ...skipped.map(({ fullName }) => `- ${fullName}`));
    const count = new Set(unproved.map((reason) => reason.split(":")[0])).size;
    const summary = `${facts.length - count} of ${facts.length} documented facts are proved, by ${tests.length} tests.`;
    mkdirSync("reports", { recursive: true });
    const page = ["# The documented facts and the tests that prove them", "", summary, "", ...lines, ""].join("\n");
    writeFileSync("reports/contract.md", page);
    console.log(`${summary} See reports/contract.md.`);
    for (const one of unproved) console.log(`NOT PROVED ${one}`);
    for (const { fullName } of skipped) console.log(`skipped ${fullName}`);
    // Not every request is sent to a live server.
    if (unproved.length > 0 && !process.env["CLEAR_CONTRACT_TARGET"]) process.exitCode = 1;
  }
}
