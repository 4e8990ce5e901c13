/** Every single-point mutant of the description is killed by the intended link of the chain. */
import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { document, validators } from "../../test-support/description.js";
import { differences, facts, unfounded, unmentioned } from "../facts/facts.js";
import { cases } from "../mock/matrix.js";
import { disagreements } from "../spec/bodies.js";
import { EQUIVALENT, type Link, type Mutant, mutants } from "./description-mutants.js";
import { mockOf } from "./mock.js";

const all = [...mutants(document)];
const matrix = cases({ cfcToken: "a", glsToken: "b", integrationId: "00000000-0000-4000-8000-000000000000" });

/** The responses to the whole matrix from a mock of a description. */
async function responses(description: object): Promise<string[]> {
  // Prism changes what it loads.
  const mock = await mockOf(structuredClone(description));
  const actual: string[] = [];
  for (const one of matrix) actual.push(JSON.stringify(await mock(one)));
  return actual;
}

let expected: string[];
beforeAll(async () => {
  expected = await responses(document);
});

/** Whether a description differs from the facts. */
function notFactual(description: object): boolean {
  const differs = facts.some((fact) => differences(fact, description).length > 0);
  return differs || unfounded(description).length > 0 || unmentioned(description).length > 0;
}

/** Whether a link of the chain detects a mutant. A description that cannot be loaded counts as detected. */
const kills: Record<Link, (description: Mutant["description"]) => Promise<boolean> | boolean> = {
  mock: async (description) => {
    try {
      const actual = await responses(description);
      return actual.some((response, i) => response !== expected[i]);
    } catch {
      return true;
    }
  },
  corpus: ({ components }) => {
    try {
      return disagreements(validators(components.schemas)).length > 0;
    } catch {
      return true;
    }
  },
  facts: notFactual,
  prose: notFactual,
};

test("no link rejects the unchanged description", async () => {
  for (const link of Object.keys(kills) as Link[])
    expect(await kills[link](structuredClone(document)), link).toBe(false);
});

test("every mutant is killed by its link, or is listed as equivalent with the reason", async () => {
  const rows: (Mutant & { killed: boolean })[] = [];
  for (const mutant of all) rows.push({ ...mutant, killed: await kills[mutant.link](mutant.description) });
  const survivors = rows.filter(({ killed }) => !killed).map(({ id }) => id);

  // A constraint has a rejected neighbour if one of its widenings is killed, and an accepted one if every narrowing is.
  // Without a narrowing, the bodies and requests that the unchanged description accepts are the accepted neighbours.
  const constraints = new Map<string, typeof rows>();
  for (const row of rows) {
    if (row.constraint) constraints.set(row.constraint, [...(constraints.get(row.constraint) ?? []), row]);
  }
  const lacking = [...constraints].filter(([, group]) => {
    const widened = group.filter(({ direction }) => direction === "widened");
    const narrowed = group.filter(({ direction, id }) => direction === "narrowed" && !(id in EQUIVALENT));
    const rejected = widened.some(({ killed }) => killed) || widened.every(({ id }) => id in EQUIVALENT);
    return !rejected || !narrowed.every(({ killed }) => killed);
  });

  const summary = (["mock", "corpus", "facts", "prose"] as const).map((link) => {
    const group = rows.filter((row) => row.link === link);
    const equivalent = group.filter(({ id }) => id in EQUIVALENT).length;
    const killed = group.filter((row) => row.killed).length;
    return `| ${link} | ${group.length} | ${killed} | ${equivalent} | ${((killed / (group.length - equivalent)) * 100).toFixed(1)} % |`;
  });
  const share = (((constraints.size - lacking.length) / constraints.size) * 100).toFixed(1);
  const report = [
    "# Mutation of the description",
    "",
    `${rows.length} single-point mutants.`,
    "",
    "| link | mutants | killed | equivalent | killed of the rest |",
    "| --- | --- | --- | --- | --- |",
    ...summary,
    "",
    `${constraints.size} constraints, ${constraints.size - lacking.length} with an accepted and a rejected neighbour: ${share} %.`,
    "",
    "## Equivalent",
    "",
    ...Object.entries(EQUIVALENT).map(([id, reason]) => `- ${id}: ${reason}`),
    "",
    "## All",
    "",
    ...rows.map(({ id, link, killed }) => `- ${killed ? "killed by" : "survived"} ${link}: ${id}`),
    "",
  ].join("\n");
  mkdirSync("reports", { recursive: true });
  writeFileSync("reports/description-mutation.md", report);
  console.log(report.split("\n## All")[0]);
  expect(survivors.filter((id) => !(id in EQUIVALENT))).toEqual([]);
  expect(lacking.map(([constraint]) => constraint)).toEqual([]);
  // An entry that is killed or has no mutant is out of date.
  expect(Object.keys(EQUIVALENT).filter((id) => !survivors.includes(id))).toEqual([]);
});
