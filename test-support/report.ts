/**
 * Writes reports/contract.md: each fact, its places in the description, the tests that prove it, and their result. A fact
 * without a test fails the run. Only if all contract tests ran, since some of them prove only some of the facts.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { statements } from "../contract-tests/facts/statements.js";
import { document } from "./description.js";

/** Cells of a Markdown table. */
const row = (...cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

export default class ContractReport implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async #isWhole(modules: readonly TestModule[]): Promise<boolean> {
    if (!this.#vitest || this.#vitest.config.testNamePattern) return false;
    const all = (await this.#vitest.globTestSpecifications()).filter(({ project }) => project.name === "contract");
    const ran = new Set(modules.map(({ moduleId }) => moduleId));
    return all.length > 0 && all.every(({ moduleId }) => ran.has(moduleId));
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (!(await this.#isWhole(modules))) return;
    const tests = modules
      .filter(({ project }) => project.name === "contract")
      .flatMap((module) => [...module.children.allTests()]);
    const facts = new Map<string, ReturnType<typeof statements>>();
    for (const one of statements(document)) facts.set(one.fact, [...(facts.get(one.fact) ?? []), one]);

    const lines = [row("fact", "documented", "in the description", "tests", "result"), row(...Array(5).fill("---"))];
    const unproved: string[] = [];
    for (const [fact, all] of facts) {
      // A test of `gls.406.sample` also proves `gls.406`.
      const proofs = tests.filter((test) =>
        test.meta().proves?.some((id: string) => id === fact || id.startsWith(`${fact}.`)),
      );
      const failed = proofs.filter((test) => test.result().state === "failed");
      const passed = proofs.filter((test) => test.result().state === "passed");
      const differences = all.flatMap(({ difference }) => difference ?? []);
      const needsTest = !all.every(({ descriptionOnly }) => descriptionOnly);
      const reasons = [
        ...differences,
        ...failed.map(({ fullName }) => `${fact}: ${fullName}`),
        ...(needsTest && passed.length === 0 ? [`${fact}: no test proves it`] : []),
      ];
      unproved.push(...reasons);
      const example = passed[0] ? `, such as "${passed[0].fullName}"` : "";
      lines.push(
        row(
          `\`${fact}\``,
          [...new Set(all.map(({ says }) => says))].join("; "),
          [...new Set(all.map(({ place }) => `\`${place}\``))].join(", "),
          needsTest ? `${passed.length} passed${example}` : "none needed: only about the description",
          reasons.length === 0 ? "proved" : "NOT PROVED",
        ),
      );
    }
    const skipped = tests.filter((test) => test.result().state === "skipped");
    if (skipped.length > 0) lines.push("", "## Skipped", "", ...skipped.map(({ fullName }) => `- ${fullName}`));
    const count = new Set(unproved.map((reason) => reason.split(":")[0])).size;
    const summary = `${facts.size - count} of ${facts.size} documented facts are proved, by ${tests.length} tests.`;
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
