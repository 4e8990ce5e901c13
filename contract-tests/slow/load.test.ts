/** 10,000 calls, 200 in flight, against a server that fails a fifth of them. */
import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test, vi } from "vitest";
import { createGlsClient } from "../../src/index.js";
import { loopbackServer, respondWith } from "../../test-support/loopback-server.js";
import { success } from "../client/faulty-servers.js";

setFlagsFromString("--expose-gc");
/** A full garbage collection. */
const collect: () => void = runInNewContext("gc");

const CALLS = 10_000;
const IN_FLIGHT = 200;

test("all calls settle, the results add up, memory stays flat and there are no warnings", async () => {
  // No waits between attempts.
  vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on("warning", warn);
  onTestFinished(() => {
    process.off("warning", warn);
  });

  let received = 0;
  const failures = [respondWith(401, "UNAUTHORIZED"), respondWith(418, "<html>"), respondWith(503, "busy")];
  const { origin, requests } = await loopbackServer((request, response) => {
    // A list of 10,000 requests would distort the memory measurement.
    requests.length = 0;
    const n = received++;
    if (n % 5 !== 0) return respondWith(200, success("gls"))(request, response);
    const fail = failures[(n / 5) % 4];
    if (fail) fail(request, response);
    else request.socket.destroy();
  });
  const controller = new AbortController();
  const integrationId = "00000000-0000-4000-8000-000000000000";
  const client = createGlsClient({ baseUrl: origin, authToken: "token", integrationId, maxAttempts: 2 });

  const outcomes: Record<string, number> = {};
  let started = 0;
  const heap: number[] = [];
  const worker = async () => {
    while (started < CALLS) {
      if (++started % 2000 === 0) {
        collect();
        heap.push(process.memoryUsage().heapUsed / 1024 ** 2);
      }
      const { error } = await client.getPreSignedUrl({ fileName: "a.csv" }, { signal: controller.signal });
      outcomes[error?.kind ?? "data"] = (outcomes[error?.kind ?? "data"] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));

  console.log(`${CALLS} calls, ${IN_FLIGHT} in flight, ${received} requests: ${JSON.stringify(outcomes)}`);
  console.log(`heap after each 2,000 calls, collected: ${heap.map((mib) => `${mib.toFixed(1)} MiB`).join(", ")}`);
  expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(CALLS);
  expect(Object.keys(outcomes).sort()).toEqual(["api", "data", "network", "unexpected-response"]);
  expect(outcomes["data"]).toBeGreaterThan(CALLS * 0.8);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  expect(warnings).toEqual([]);
  expect(heap).toHaveLength(5);
  expect(Math.max(...heap.slice(1))).toBeLessThan((heap[0] ?? 0) + 8);
});
