/** Every single-point mutant of the description dies by the leg of the chain that is meant to notice it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { document, validators } from "../../test-support/description.js";
import { differences } from "../facts/statements.js";
import { cases } from "../mock/matrix.js";
import { disagreements } from "../spec/bodies.js";
import { EQUIVALENT, type Leg, type Mutant, mutants } from "./description-mutants.js";
import { mockOf } from "./mock.js";

const all = [...mutants(document)];
const matrix = cases({ cfcToken: "a", glsToken: "b", integrationId: "00000000-0000-4000-8000-000000000000" });

/** The answers of a mock of a description to the whole matrix. */
async function answers(description: object): Promise<string[]> {
  const ask = await mockOf(description);
  const given: string[] = [];
  for (const one of matrix) given.push(JSON.stringify(await ask(one)));
  return given;
}

let expected: string[];
beforeAll(async () => {
  expected = await answers(document);
});

/** Whether a leg of the chain notices a mutant. A description that cannot even be loaded is noticed. */
const kills: Record<Leg, (description: Mutant["description"]) => Promise<boolean> | boolean> = {
  mock: async (description) => {
    try {
      const given = await answers(description);
      return given.some((answer, i) => answer !== expected[i]);
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
  documentation: (description) => differences(description).length > 0,
};

test("the description as it is is noticed by no leg", async () => {
  for (const leg of Object.keys(kills) as Leg[]) expect(await kills[leg](structuredClone(document)), leg).toBe(false);
});

test("every mutant dies by its leg, or is named as equivalent with the reason", async () => {
  const rows: (Mutant & { killed: boolean })[] = [];
  for (const mutant of all) rows.push({ ...mutant, killed: await kills[mutant.leg](mutant.description) });
  const survivors = rows.filter(({ killed }) => !killed).map(({ id }) => id);

  // A constraint has a rejected neighbour where a widening of it is noticed, and an accepted one where every
  // narrowing is. What no narrowing exists for is accepted by the bodies and requests that the unchanged
  // description takes.
  const constraints = new Map<string, typeof rows>();
  for (const row of rows) {
    if (row.constraint) constraints.set(row.constraint, [...(constraints.get(row.constraint) ?? []), row]);
  }
  const lacking = [...constraints].filter(([, of]) => {
    const widened = of.filter(({ direction }) => direction === "widened");
    const narrowed = of.filter(({ direction, id }) => direction === "narrowed" && !(id in EQUIVALENT));
    const rejected = widened.some(({ killed }) => killed) || widened.every(({ id }) => id in EQUIVALENT);
    return !rejected || !narrowed.every(({ killed }) => killed);
  });

  const summary = (["mock", "corpus", "documentation"] as const).map((leg) => {
    const of = rows.filter((row) => row.leg === leg);
    const equivalent = of.filter(({ id }) => id in EQUIVALENT).length;
    const killed = of.filter((row) => row.killed).length;
    return `| ${leg} | ${of.length} | ${killed} | ${equivalent} | ${((killed / (of.length - equivalent)) * 100).toFixed(1)} % |`;
  });
  const share = (((constraints.size - lacking.length) / constraints.size) * 100).toFixed(1);
  const report = [
    "# Mutation of the description",
    "",
    `${rows.length} single-point mutants.`,
    "",
    "| leg | mutants | killed | equivalent | of the rest |",
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
    ...rows.map(({ id, leg, killed }) => `- ${killed ? "killed by" : "survived"} ${leg}: ${id}`),
    "",
  ].join("\n");
  mkdirSync("reports", { recursive: true });
  writeFileSync("reports/description-mutation.md", report);
  console.log(report.split("\n## All")[0]);
  expect(survivors.filter((id) => !(id in EQUIVALENT))).toEqual([]);
  expect(lacking.map(([constraint]) => constraint)).toEqual([]);
  // An entry that is killed, or that no mutant has, is out of date.
  expect(Object.keys(EQUIVALENT).filter((id) => !survivors.includes(id))).toEqual([]);
});
