/** Compares the sandbox with `prism mock` on the same description: startup time and requests per second. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { packageVersion } from "../machine.mjs";
import { median, medianRatio, table } from "../table.mjs";

const PRISM = "prism mock";
const ROUNDS = 5;
const CONNECTIONS = 10;
const WARM_UP_MS = 1000;
const LOAD_MS = 2000;
const RUN_MS = 60_000;

const REQUEST = /** @type {const} */ ({
  method: "GET",
  path: "/integration/v1/generatePreSign/sales?fileName=sales.csv",
  headers: { "x-cleartax-auth-token": "sandbox-cfc-token", fileContentType: "CSV" },
});

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}

const SERVERS = [
  { name: "clear-presign, startSandbox()", command: async () => [here("start.mjs")] },
  {
    name: PRISM,
    command: async () => [
      fileURLToPath(import.meta.resolve("@stoplight/prism-cli/dist/index.js")),
      ...["mock", here("../../spec/openapi.yaml"), "--port", String(await freePort())],
    ],
  },
];

/** Requests per second. Each connection sends the next request as soon as it has read the response. @param {Pool} pool @param {number} ms */
async function load(pool, ms) {
  let requests = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() - startedAt < ms) {
        await get(pool);
        requests++;
      }
    }),
  );
  return requests / ((performance.now() - startedAt) / 1000);
}

/** @param {Pool} pool */
async function get(pool) {
  const { statusCode, body } = await pool.request(REQUEST);
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`The server responded with ${statusCode}: ${text.slice(0, 200)}`);
}

/** @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, null>} child */
function listening(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    child.on("error", reject);
    child.on("exit", (code, signal) => reject(new Error(`The server ended with ${code ?? signal}.`)));
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const [, url] = /listening on (http:\S+:\d+)/i.exec(output) ?? [];
      if (url) resolve(url);
    });
  });
}

/** Starts a server in a fresh process, measures it and stops it. @param {readonly string[]} args */
async function measure(args) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], timeout: RUN_MS });
  try {
    const pool = new Pool(await listening(child), { connections: CONNECTIONS });
    await get(pool);
    const startMs = performance.now() - startedAt;
    await load(pool, WARM_UP_MS);
    const requestsPerSecond = await load(pool, LOAD_MS);
    await pool.close();
    return { startMs, requestsPerSecond };
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}

export async function sandboxTables() {
  const measured = SERVERS.map((server) => ({
    ...server,
    starts: /** @type {number[]} */ ([]),
    rates: /** @type {number[]} */ ([]),
  }));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const { name, command, starts, rates } of round % 2 ? measured : measured.toReversed()) {
      const { startMs, requestsPerSecond } = await measure(await command());
      starts.push(startMs);
      rates.push(requestsPerSecond);
      console.error(`round ${round} of ${ROUNDS}, ${name}: ${Math.round(startMs)} ms`);
    }
  }
  const prism = measured.find(({ name }) => name === PRISM);
  const rows = measured.map(({ name, starts, rates }) => [
    name,
    median(starts).toFixed(0),
    medianRatio(starts, prism?.starts ?? []).toFixed(2),
    median(rates).toFixed(0),
    medianRatio(rates, prism?.rates ?? []).toFixed(2),
  ]);
  const headings = ["server", " start, ms", ` ${PRISM} = 1`, " requests/s", ` ${PRISM} = 1`];
  return `## Sandbox

${packageVersion("@stoplight/prism-cli")}.

From the start of a fresh process to its first response, then CFC's request over ${CONNECTIONS} connections for ${LOAD_MS / 1000} s, after
${WARM_UP_MS / 1000} s of warming up, from another process. Medians of ${ROUNDS} rounds, by turns. The sandbox signs each URL for its own
storage; \`${PRISM}\` returns the description's example.

${table(headings, rows)}
`;
}
