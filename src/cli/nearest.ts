/** A longer word of the command line is not printed: it may be a token. */
const MAX_WORD = 24;

/** A part of a word must have at least this length to stand for the whole. */
const MIN_PART = 3;

/** Counts the letters to insert, remove, replace or swap with the next to make one word of the other. */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] as number;
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= other.length; j++) {
      const replaced = at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? at(i - 2, j - 2) + 1 : replaced;
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped);
    }
  }
  return at(one.length, other.length);
}

/** Finds the word that was probably meant: the most similar, or one that is part of the other. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  if (typed.length > MAX_WORD) return undefined;
  const [best] = known
    .map((one) => ({ one, changes: distance(typed, one.toLowerCase()) }))
    .sort((a, b) => a.changes - b.changes);
  if (best && best.changes <= Math.max(1, typed.length / 3)) return best.one;
  const isPart = (part: string, whole: string) => part.length >= MIN_PART && whole.includes(part);
  return known.find((one) => isPart(typed, one.toLowerCase()) || isPart(one.toLowerCase(), typed));
}

/** Asks for the word that was probably meant; empty if there is none. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? "" : `. Did you mean ${meant}?`;
}

/** Ends a message about a word of the command line: with the word, and the known one that was probably meant. */
export function insteadOf(word: string, known: readonly string[] = []): string {
  return `${word.length > MAX_WORD ? "" : `, not "${word}"`}${didYouMean(nearest(word, known))}`;
}

/** Shortens a word that is too long to be printed. */
export function shortened(word: string): string {
  return word.length > MAX_WORD ? `${word.slice(0, MAX_WORD)}…` : word;
}
