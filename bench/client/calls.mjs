/**
 * Makes the request with each client in turn, over a `fetch` that responds at once. Prints the CPU
 * microseconds per call in each round for each client, as JSON.
 *
 * node --expose-gc bench/client/calls.mjs ROUNDS CALLS [NAME…]
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { CLIENTS } from "./clients.mjs";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, PATH, TEMPLATE_TYPE, TOKEN } from "./request.mjs";

const [, , rounds = "60", calls = "200", ...names] = process.argv;
const description = parse(readFileSync(new URL("../../spec/openapi.yaml", import.meta.url), "utf8"));
const example = description.components.examples["cfc-200-created"].value;
const body = JSON.stringify(example);

/** @type {typeof fetch} */
const respond = async () => new Response(body, { status: 200, headers: { "content-type": "application/json" } });

/** Fails unless the request is the documented one. @type {typeof fetch} */
const check = async (input, init) => {
  const { method, url, headers } = new Request(input, init);
  const { origin, pathname, searchParams } = new URL(url);
  assert.equal(`${method} ${origin}${pathname}`, `GET ${BASE_URL}${PATH.replace("{templateType}", TEMPLATE_TYPE)}`);
  assert.deepEqual([...searchParams], [["fileName", FILE_NAME]]);
  assert.equal(headers.get("x-cleartax-auth-token"), TOKEN);
  assert.equal(headers.get("fileContentType"), FILE_CONTENT_TYPE);
  return respond(input, init);
};

const compared = [];
for (const { name, module } of CLIENTS) {
  if (names.length > 0 && !names.includes(name)) continue;
  /** @type {{ createCall: import("./request.mjs").CreateCall }} */
  const { createCall } = await import(module);
  assert.equal(await createCall(check)(), example.preSignedS3Url, name);
  compared.push({ name, call: createCall(respond), microseconds: /** @type {number[]} */ ([]) });
}

// The first rounds are warm-up and do not count.
const WARM_UP = 10;
for (let round = -WARM_UP; round < Number(rounds); round++) {
  // In alternating order, so that no client always runs after the same one.
  for (const { call, microseconds } of round % 2 ? compared : compared.toReversed()) {
    // Collects the garbage of the previous client. A full collection would also discard compiled code.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.({ type: "minor" });
    const cpuAtStart = process.cpuUsage();
    for (let i = 0; i < Number(calls); i++) await call();
    const { user, system } = process.cpuUsage(cpuAtStart);
    if (round >= 0) microseconds.push((user + system) / Number(calls));
  }
}
console.log(JSON.stringify(Object.fromEntries(compared.map(({ name, microseconds }) => [name, microseconds]))));
// Some clients leave timers behind.
process.exit();
