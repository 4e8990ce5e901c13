/** Compares one of the vendor's pages with the committed facts. */
import { committedFacts, type Documentation, type Fact, named, type Path, redacted } from "./facts.js";
import type { Difference } from "./page.js";
import { readPage } from "./read-page.js";

/** The share of facts by which a page is recognized. The vendor's two pages share a fifth. */
const SHARE = 1 / 3;

/** The path for comparison, which ignores the case of headings and of header names in samples. */
const keyOf = (path: Path) =>
  /^(?:headings|remarks|samples › [^›]+ › request › headers)(?: ›|$)/.test(named(path))
    ? named(path).toLowerCase()
    : named(path);

/** Groups facts by the outermost part of their paths that is missing on the other side. */
function outermost<F extends { path: Path }>(facts: readonly F[], others: readonly { path: Path }[]): Map<string, F[]> {
  const known = new Set(others.flatMap(({ path }) => path.map((_, i) => keyOf(path.slice(0, i + 1)))));
  const groups = new Map<string, F[]>();
  for (const fact of facts) {
    const last = fact.path.findIndex((_, i) => !known.has(keyOf(fact.path.slice(0, i + 1))));
    const key = named(last < 0 ? fact.path : fact.path.slice(0, last + 1));
    groups.set(key, [...(groups.get(key) ?? []), fact]);
  }
  return groups;
}

function shown(key: string, facts: readonly { path: Path; value: unknown; text?: string }[]): string {
  return facts
    .map(({ path, value, text }) => {
      const below = named(path).slice(key.length).replace(/^ › /, "");
      const what = text ? JSON.stringify(text) : value === true ? "" : JSON.stringify(value);
      return [below, what].filter(Boolean).join(" ");
    })
    .filter(Boolean)
    .join(", ");
}

/** The line of the fact closest to the expected place of a missing one. */
function nearest(facts: readonly Fact[], path: Path): number {
  for (let length = path.length - 1; length > 0; length--) {
    const start = keyOf(path.slice(0, length));
    const neighbour = facts.find((fact) => keyOf(fact.path.slice(0, length)) === start);
    if (neighbour) return neighbour.line;
  }
  return 1;
}

function compare(documentation: Documentation, facts: readonly Fact[]): Difference[] {
  const committed = new Map([...committedFacts(documentation)].map((fact) => [keyOf(fact.path), fact]));
  const found = new Set(facts.map(({ path }) => keyOf(path)));
  const changed = facts.flatMap(({ path, value, line, text }) => {
    const was = committed.get(keyOf(path));
    if (!was || JSON.stringify(was.value) === JSON.stringify(value)) return [];
    const theirs = JSON.stringify(value) + (text === undefined ? "" : ` for ${JSON.stringify(text)}`);
    return [{ line, fact: named(path), ours: JSON.stringify(was.value), theirs }];
  });
  const added = facts.filter(({ path }) => !committed.has(keyOf(path)));
  const gone = [...committed.values()].filter(({ path }) => !found.has(keyOf(path)));
  return [
    ...changed,
    ...[...outermost(added, [...committed.values()])].map(([fact, group]) => ({
      line: group[0]?.line ?? 1,
      fact,
      ours: "nothing",
      theirs: shown(fact, group) || "has it",
    })),
    ...[...outermost(gone, facts)].map(([fact, group]) => ({
      line: nearest(facts, group[0]?.path ?? []),
      fact,
      ours: shown(fact, group) || "have it",
      theirs: "nothing",
    })),
  ];
}

/** The differences between a page and its facts, by line; or an error if it is not that page. */
export function checkPage(
  documentation: Documentation,
  markdown: string,
): { differences: Difference[]; count: number; error?: undefined } | { error: string } {
  const page = readPage(markdown, documentation, documentation.headings[0] ?? "");
  if (!page) return { error: "it has no title" };
  const committed = [...committedFacts(documentation)].map(({ path, value }) => keyOf(path) + JSON.stringify(value));
  const onPage = new Set(page.facts.map(({ path, value }) => keyOf(path) + JSON.stringify(value)));
  const same = committed.filter((fact) => onPage.has(fact)).length;
  if (same < committed.length * SHARE) {
    return { error: `it is another page: it has ${same} of the ${committed.length} facts of ${documentation.page}` };
  }
  const differences = [...page.differences, ...compare(documentation, page.facts)]
    .map(({ line, fact, ours, theirs }) => ({
      line,
      fact: redacted(fact),
      ours: redacted(ours),
      theirs: redacted(theirs),
    }))
    .sort((a, b) => a.line - b.line);
  return { differences, count: committed.length };
}
