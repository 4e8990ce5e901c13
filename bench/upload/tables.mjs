/** Compares the upload with other programs: time, CPU and memory, as tables and as a plot. */
import { packageVersion } from "../machine.mjs";
import { median, medianRatio, table } from "../table.mjs";
import { measureUploads, PROGRAMS } from "./measure.mjs";
import { plot } from "./plot.mjs";

const MIB = 1024 ** 2;

/** @typedef {import("./measure.mjs").Run} Run */
/** @typedef {import("./measure.mjs").Series} Series */

/** Milliseconds. @param {readonly Run[]} runs */
const times = (runs) => runs.map(({ ms }) => ms);
/** Megabytes a second. @param {readonly Run[]} runs @param {number} mib */
const speed = (runs, mib) => median(runs.map(({ ms }) => (mib * MIB) / 1000 / ms));
/** MiB. @param {readonly Run[]} runs */
const memory = (runs) => Math.max(...runs.map(({ kib }) => kib)) / 1024;

/** @param {Series} series */
function rows({ protocol, mib, runs }) {
  const curl = runs["curl"] ?? [];
  return Object.entries(runs).map(([program, measured]) => {
    const ratio = medianRatio(times(curl), times(measured));
    const cpu = median(measured.map(({ cpuSeconds }) => (cpuSeconds * 1024) / mib));
    return [
      `${protocol}, ${mib} MiB`,
      program,
      speed(measured, mib).toFixed(0),
      ratio.toFixed(2),
      cpu.toFixed(2),
      memory(measured).toFixed(0),
    ];
  });
}

/** Speed and memory of each program for one size. @param {Series} series */
function sizeRow({ mib, runs }) {
  const cells = PROGRAMS.map((program) => {
    const measured = runs[program];
    return measured ? `${speed(measured, mib).toFixed(0)} MB/s, ${memory(measured).toFixed(0)} MiB` : "";
  });
  return [`${mib} MiB`, ...cells];
}

/** A line of the plot. @param {string} program @param {readonly Series[]} series */
function line(program, series) {
  const points = series.flatMap(({ mib, runs }) => {
    const measured = runs[program];
    return measured ? [{ mib, speed: speed(measured, mib), memory: memory(measured) }] : [];
  });
  return { name: program, points };
}

/**
 * @param {readonly number[]} sizes - In MiB. The largest up to 1024 is also uploaded over HTTP.
 * @param {number} rounds
 */
export async function uploadTables(sizes, rounds) {
  const compared = Math.max(...sizes.filter((mib) => mib <= 1024), Math.min(...sizes));
  const series = await measureUploads({ sizes, httpSize: compared, rounds });
  const overTls = series.filter(({ protocol }) => protocol === "TLS");
  const headings = ["upload", "with", " MB/s", " speed, curl = 1", " CPU s for each GiB", " peak memory, MiB"];
  const comparedRows = series.filter(({ mib }) => mib === compared).flatMap(rows);
  return {
    markdown: `## Upload

${packageVersion("undici")}; \`fetch\` is Node's.

A file in the page cache, by PUT to a sink in another process on loopback. Medians of ${rounds} rounds, by turns, each
upload the first of a fresh process; the ratio is that of the time of curl in the same round. The CPU is that of the
upload; for curl, that of its whole process.

${table(headings, comparedRows)}

Over TLS, by the size of the file:

${table(["file", ...PROGRAMS.map((program) => ` ${program}`)], overTls.map(sizeRow))}
`,
    svg: plot(PROGRAMS.map((program) => line(program, overTls))),
  };
}
