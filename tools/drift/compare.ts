/** Compares the blocks of a page with those that are known. */
import type { Block } from "./blocks.js";
import type { Known, Recorded } from "./known.js";

/** Table rows and code, each with its label: the last text above it that is on the page once, such as a heading. */
function withLabels(blocks: readonly Block[]): { block: Block; label: Block; place: string }[] {
  const isUnique = ({ digest }: Block) => blocks.filter((other) => other.digest === digest).length === 1;
  let label: Block | undefined;
  return blocks.flatMap((block) => {
    const isLabelled = block.kind === "row" || block.kind === "code";
    if (isLabelled && label) return [{ block, label, place: `${block.digest} ${label.digest}` }];
    if (!isLabelled && isUnique(block)) label = block;
    return [];
  });
}

/** The items whose digests are here more often than there. */
function surplus<T>(here: readonly T[], digestIn: (item: T) => string, there: readonly string[]): T[] {
  const left = [...there];
  return here.filter((item) => {
    const at = left.indexOf(digestIn(item));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const digestAt = (entry: string) => entry.slice(0, 12);

export interface Comparison {
  /** Blocks of the page that are not known. */
  readonly added: readonly Block[];
  /** Known rows and code under another label, which is known as well. */
  readonly moved: readonly { readonly block: Block; readonly label: Block }[];
  /** Known blocks that are no longer on the page. */
  readonly gone: readonly { readonly digest: string; readonly hint: string; readonly facts: readonly string[] }[];
  /** The share of the known blocks that are on the page. */
  readonly share: number;
}

export function compare(blocks: readonly Block[], { facts, recorded }: Known): Comparison {
  const unrecorded = [...facts.keys()].filter((digest) => !recorded.blocks.some((entry) => digestAt(entry) === digest));
  const known = [...recorded.blocks, ...unrecorded];
  const added = surplus(blocks, ({ digest }) => digest, known.map(digestAt));
  const gone = surplus(
    known,
    digestAt,
    blocks.map(({ digest }) => digest),
  );
  const moved = withLabels(blocks).filter(
    ({ block, label, place }) =>
      !added.includes(block) &&
      !added.includes(label) &&
      recorded.places.some((known) => digestAt(known) === block.digest) &&
      !recorded.places.includes(place),
  );
  return {
    added,
    moved,
    gone: gone.map((entry) => ({
      digest: digestAt(entry),
      hint: entry.slice(13),
      facts: facts.get(digestAt(entry)) ?? [],
    })),
    share: known.length === 0 ? 1 : 1 - gone.length / known.length,
  };
}

/** What to record of a page: the blocks without facts, those that are there twice, and the places of rows and code. */
export function recordOf(blocks: readonly Block[], { facts }: Known): Recorded {
  const isTwice = (block: Block) => blocks.some((other) => other !== block && other.digest === block.digest);
  return {
    blocks: blocks
      .filter((block) => !facts.has(block.digest) || isTwice(block))
      .map(({ digest, kind, line, hint = `${kind} in line ${line}` }) => `${digest} ${hint}`),
    places: [...new Set(withLabels(blocks).map(({ place }) => place))],
  };
}
