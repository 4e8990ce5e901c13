/** Measures calls that fail with a body of 1 MiB, whose start is redacted. */
import assert from "node:assert/strict";
import { createGlsClient } from "../../dist/src/index.js";
import { median, table } from "../table.mjs";

const ROUNDS = 9;
const BODY_LENGTH = 1024 * 1024;
const AUTH_TOKEN = "5f0c2a6e-7d1b-4c39-9a52-3e8f6b1d7c04";

/** @param {string} unit @param {number} [length] */
const repeat = (unit, length = BODY_LENGTH) => unit.repeat(Math.floor(length / unit.length));
/** @param {string} item */
const array = (item) => `[${repeat(`${item},`, BODY_LENGTH - item.length - 2)}${item}]`;
const keys = () => Array.from({ length: 75_000 }, (_, i) => `"k${i + 100_000}":1`).join();

/** @type {readonly (readonly [name: string, body: string])[]} */
const BODIES = [
  ["spaces", repeat(" ")],
  ["letters, as in base64", repeat("A")],
  ["words of base64", repeat("YWJjZGVm ")],
  ["backslashes", repeat("\\")],
  ["quotes", repeat('"')],
  ["slashes", repeat("/")],
  ["`%41 `", repeat("%41 ")],
  ["`%25`, nested", `%${repeat("25", BODY_LENGTH - 1)}`],
  ["`&amp;`", repeat("&amp;")],
  ["`\\u0041`", repeat("\\u0041")],
  ["JSON: ones", array("1")],
  ["JSON: empty strings", array('""')],
  ["JSON: backslashes", array('"\\\\"')],
  ["JSON: `%41`", array('"%41"')],
  ["JSON: one string of `%41 `", `"${repeat("%41 ", BODY_LENGTH - 2)}"`],
  ["JSON: empty arrays", array("[]")],
  ["JSON: nested arrays", repeat("[", 8000) + repeat("]", 8000)],
  ["JSON: keys", `{${keys()}}`],
];

/** CPU milliseconds of one call. @param {string} body */
async function measure(body) {
  const gls = createGlsClient({
    environment: "sandbox",
    authToken: AUTH_TOKEN,
    integrationId: AUTH_TOKEN,
    maxAttempts: 1,
    fetch: async () => new Response(body, { status: 418 }),
  });
  const cpuAtStart = process.cpuUsage();
  const { error } = await gls.getPreSignedUrl({ fileName: "a.csv" });
  const { user, system } = process.cpuUsage(cpuAtStart);
  assert.equal(error?.kind, "unexpected-response");
  return (user + system) / 1000;
}

export async function redactionTables() {
  const measured = BODIES.map(([name, body]) => ({ name, body, ms: /** @type {number[]} */ ([]) }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { body, ms } of round % 2 ? measured : measured.toReversed()) ms.push(await measure(body));
  }
  const rows = measured.map(({ name, ms }) => [name, median(ms).toFixed(0), Math.max(...ms).toFixed(0)]);
  return `## Redaction

A call whose undocumented response has a body of 1 MiB of one kind (16 kB of nested arrays), over a \`fetch\` that responds at
once: reading and parsing the body, redacting it, and building the error. ${ROUNDS} rounds, by turns in one process.

${table(["body", " CPU ms, median", " maximum"], rows)}
`;
}
