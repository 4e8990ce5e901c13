/** A plot of upload speed and memory against the size of the file, readable on light and dark pages. */

/** @typedef {{ readonly mib: number, readonly speed: number, readonly memory: number }} Point */
/** @typedef {{ readonly name: string, readonly points: readonly Point[] }} Line */

const WIDTH = 360;
const HEIGHT = 240;
const MARGIN = 64;
const TOP = 40;
const LEGEND = TOP + HEIGHT + 48;
/** The lines' styles, distinguishable without colours. */
const STYLES = [
  { colour: "#8b949e", dashes: "2 3" },
  { colour: "#2f81f7", dashes: "none" },
  { colour: "#d29922", dashes: "8 3" },
  { colour: "#db61a2", dashes: "8 3 2 3" },
];

/** Powers of two that enclose the values. @param {readonly number[]} values */
function powersOfTwo(values) {
  const first = Math.floor(Math.log2(Math.min(...values)));
  const last = Math.ceil(Math.log2(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, i) => 2 ** (first + i));
}

/** A logarithmic scale. @param {readonly number[]} marks - In order. @param {number} start @param {number} end */
function scale(marks, start, end) {
  const low = Math.log(marks[0] ?? 1);
  const range = Math.log(marks.at(-1) ?? 1) - low || 1;
  return (/** @type {number} */ value) => (start + ((Math.log(value) - low) / range) * (end - start)).toFixed(1);
}

/** @param {number} mib */
const sizeLabel = (mib) => (mib >= 1024 ? `${mib / 1024} GiB` : `${mib} MiB`);

/** @param {number} i - The line's. @param {string} data */
function path(i, data) {
  const { colour, dashes } = STYLES[i] ?? {};
  return `<path class="line" stroke="${colour}" stroke-dasharray="${dashes}" d="${data}"/>`;
}

/** @param {string} title @param {readonly Line[]} lines @param {"speed" | "memory"} key @param {number} left */
function panel(title, lines, key, left) {
  const points = lines.flatMap((line) => line.points);
  const sizes = [...new Set(points.map(({ mib }) => mib))].toSorted((a, b) => a - b);
  const marks = powersOfTwo(points.map((point) => point[key]));
  const x = scale(sizes, left, left + WIDTH);
  const y = scale(marks, TOP + HEIGHT, TOP);
  return [
    `<text class="title" x="${left}" y="${TOP - 16}">${title}</text>`,
    ...sizes.map((mib) => `<text x="${x(mib)}" y="${TOP + HEIGHT + 20}" text-anchor="middle">${sizeLabel(mib)}</text>`),
    ...marks.map(
      (mark) => `<path class="grid" d="M${left} ${y(mark)}h${WIDTH}"/>
<text x="${left - 8}" y="${y(mark)}" dy="4" text-anchor="end">${mark}</text>`,
    ),
    ...lines.map((line, i) => path(i, `M${line.points.map((point) => `${x(point.mib)} ${y(point[key])}`).join("L")}`)),
  ];
}

/** @param {readonly Line[]} lines */
export function plot(lines) {
  const right = MARGIN + WIDTH + MARGIN;
  const elements = [
    ...panel("Upload over TLS, MB/s", lines, "speed", MARGIN),
    ...panel("Peak memory, MiB", lines, "memory", right),
    ...lines.map(({ name }, i) => {
      const left = MARGIN + i * 150;
      return `${path(i, `M${left} ${LEGEND}h28`)}<text x="${left + 36}" y="${LEGEND + 4}">${name}</text>`;
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right + WIDTH + MARGIN / 2} ${LEGEND + 20}" role="img">
<title>Speed and memory of an upload by the size of the file: ${lines.map(({ name }) => name).join(", ")}</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-weight: 600 }
.grid { stroke: #8b949e; stroke-opacity: 0.35 }
.line { fill: none; stroke-width: 2.5 }
@media (prefers-color-scheme: dark) { text { fill: #b1bac4 } }
</style>
${elements.join("\n")}
</svg>
`;
}
