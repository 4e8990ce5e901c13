import { TestRunner } from "vitest";
import { factIds } from "./statements.js";

declare module "vitest" {
  interface TaskMeta {
    /** The ids of the facts that the test proves. */
    proves?: readonly string[];
  }
}

/**
 * Records in the running test which facts it proves, for test-support/report.ts. Must be the first statement of a test: after
 * an `await`, another test may be running.
 */
export function proves(...ids: readonly string[]): void {
  for (const id of ids) {
    if (!factIds.has(id)) throw new Error(`${id} is not a fact; see contract-tests/README.md for their names`);
  }
  const test = TestRunner.getCurrentTest();
  if (!test) throw new Error("proves() is called outside a test");
  test.meta.proves = [...(test.meta.proves ?? []), ...ids];
}
