/** Statistics and Markdown tables. */

/** @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? Number(sorted[half]) : (Number(sorted[half - 1]) + Number(sorted[half])) / 2;
}

/**
 * The median of the ratios of two series, whose pairs were measured in the same round.
 *
 * @param {readonly number[]} numerators @param {readonly number[]} denominators
 */
export function medianRatio(numerators, denominators) {
  return median(numerators.map((numerator, round) => numerator / Number(denominators[round])));
}

/**
 * A Markdown table. Columns whose heading starts with a space are numeric, and right-aligned.
 *
 * @param {readonly string[]} headings @param {readonly (readonly string[])[]} rows
 */
export function table(headings, rows) {
  const rules = headings.map((heading) => (heading.startsWith(" ") ? "---:" : "---"));
  const lines = [headings.map((heading) => heading.trim()), rules, ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
