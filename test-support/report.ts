/** A page for readers: documented statement → its place in the description → the tests that prove it → their result. */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import { statements } from "../contract-tests/facts/statements.js";
import { document } from "./description.js";

const TITLES: Readonly<Record<string, string>> = { cfc: "Clear Finance Cloud (CFC)", gls: "GLS", both: "Both" };

/** Cells of a Markdown table. */
const row = (...cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

export default class ContractReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const named = tests.map((test) => ({ name: test.fullName.replaceAll(" > ", " "), state: test.result().state }));
    const lines = ["# What the documentation says, and what proves it", ""];
    const unproved: string[] = [];
    let title = "";
    const all = statements(document);
    for (const { id, says, place, difference, provedBy } of all) {
      const of = TITLES[id.split(" ")[0] ?? ""] ?? "";
      if (of !== title) {
        lines.push(
          `## ${of}`,
          "",
          row("statement", "documented", "in the description", "tests", "result"),
          row("---", "---", "---", "---", "---"),
        );
        title = of;
      }
      const proofs = named.filter(({ name }) => provedBy.test(name));
      const failed = proofs.filter(({ state }) => state === "failed");
      const passed = proofs.filter(({ state }) => state === "passed");
      const proved = !difference && failed.length === 0 && passed.length > 0;
      if (!proved) unproved.push(difference ?? `${id}: ${failed[0]?.name ?? "no test proves it"}`);
      const example = passed[0]?.name ?? "";
      lines.push(
        row(
          id,
          says,
          `\`${place}\``,
          `${passed.length} passed${example && `, such as "${example}"`}`,
          proved ? "proved" : "NOT PROVED",
        ),
      );
    }
    const skipped = named.filter(({ state }) => state === "skipped");
    if (skipped.length > 0) lines.push("", "## Skipped", "", ...skipped.map(({ name }) => `- ${name}`));
    const summary = `${all.length - unproved.length} of ${all.length} documented statements are proved, by ${named.length} tests.`;
    lines.splice(2, 0, summary, "");
    mkdirSync("reports", { recursive: true });
    writeFileSync("reports/contract.md", `${lines.join("\n")}\n`);
    console.log(`${summary} See reports/contract.md.`);
    for (const one of unproved) console.log(`NOT PROVED ${one}`);
    for (const { name } of skipped) console.log(`skipped ${name}`);
    // A live server is asked for a part only.
    if (unproved.length > 0 && !process.env["CLEAR_CONTRACT_TARGET"]) process.exitCode = 1;
  }
}
