import { TestRunner } from "vitest";
import { facts } from "./facts.js";

declare module "vitest" {
  interface TaskMeta {
    /** The ids of the facts that the test proves. */
    proves?: readonly string[];
  }
}

const ids = new Set(facts.map(({ id }) => id));

/**
 * Records in the running test which facts it proves, for test-support/report.ts. Must be the first statement of a test: after
 * an `await`, another test may be running.
 */
export function proves(...proved: readonly string[]): void {
  for (const id of proved) if (!ids.has(id)) throw new Error(`${id} is no id in contract-tests/facts`);
  const test = TestRunner.getCurrentTest();
  if (!test) throw new Error("proves() is called outside a test");
  test.meta.proves = [...(test.meta.proves ?? []), ...proved];
}
