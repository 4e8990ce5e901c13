/** Compares the clients: time of a call, bundle, cold import. */
import { fileURLToPath } from "node:url";
import { packageVersion } from "../machine.mjs";
import { run } from "../run.mjs";
import { median, medianRatio, table } from "../table.mjs";
import { bundledBytes } from "./bundle.mjs";
import { CLIENTS } from "./clients.mjs";

const BASELINE = "openapi-fetch";
const BUILT = "../../dist/src/index.js";
const CALL_ROUNDS = 60;
const CALLS_PER_ROUND = 200;
const IMPORT_ROUNDS = 15;

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

async function callsTable() {
  const args = ["--expose-gc", here("calls.mjs"), String(CALL_ROUNDS), String(CALLS_PER_ROUND)];
  /** @type {Record<string, number[]>} */
  const microseconds = JSON.parse((await run(process.execPath, args)).stdout);
  const baseline = microseconds[BASELINE] ?? [];
  const rows = CLIENTS.map(({ name, retries, limit }) => {
    const times = microseconds[name] ?? [];
    return [name, median(times).toFixed(0), medianRatio(times, baseline).toFixed(2), retries, limit];
  });
  return table(["client", " CPU µs a call", ` ${BASELINE} = 1`, "retries", "time limit"], rows);
}

async function bundleTable() {
  const entries = [
    ...CLIENTS.map(({ name, module }) => ({ name, contents: `export { createCall } from "${module}"` })),
    { name: "clear-presign, both APIs", contents: `export { createCfcClient, createGlsClient } from "${BUILT}"` },
  ];
  const sizes = [];
  for (const { name, contents } of entries) sizes.push({ name, bytes: await bundledBytes(contents) });
  const baseline = Number(sizes.find(({ name }) => name === BASELINE)?.bytes);
  const rows = sizes.map(({ name, bytes }) => [name, (bytes / 1000).toFixed(1), (bytes / baseline).toFixed(2)]);
  return table(["client", " kB", ` ${BASELINE} = 1`], rows);
}

async function importTable() {
  const imported = CLIENTS.map(({ name, module }) => ({ name, module, ms: /** @type {number[]} */ ([]) }));
  const empty = { module: "./request.mjs", ms: /** @type {number[]} */ ([]) };
  // The first round fills the page cache and does not count.
  for (let round = 0; round <= IMPORT_ROUNDS; round++) {
    for (const { module, ms } of [empty, ...imported]) {
      const { stdout } = await run(process.execPath, [here("import-once.mjs"), module]);
      if (round > 0) ms.push(Number(stdout));
    }
  }
  const rows = imported.map(({ name, ms }) => [name, (median(ms) - median(empty.ms)).toFixed(1)]);
  return table(["client", " CPU ms"], rows);
}

export async function clientTables() {
  const [, ...peers] = CLIENTS;
  return `## Client

${peers.map(({ name }) => packageVersion(name)).join(", ")}.

### Time of a call

CFC's request over a \`fetch\` that responds at once with the description's example, a URL of 1.9 kB. Medians of
${CALL_ROUNDS} rounds of ${CALLS_PER_ROUND} calls, by turns in one process; the ratio is that of the same round.

${await callsTable()}

### Bundle

The code that makes this request, with all it imports, minified by esbuild and compressed by gzip.

${await bundleTable()}

### Cold import

The import in a fresh process, minus that of an empty module. Medians of ${IMPORT_ROUNDS} rounds, by turns.

${await importTable()}
`;
}
