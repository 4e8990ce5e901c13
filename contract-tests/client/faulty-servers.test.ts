/** Whatever a server does, a call ends in the one outcome that the table says, in time, with nothing left behind. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { createCfcClient, createGlsClient, type PreSignedUrl, type Result } from "../../src/index.js";
import { leaks } from "../../test-support/canaries.js";
import { rawServer } from "../../test-support/loopback-server.js";
import { type HostileServer, hostileServers, table } from "./faulty-servers.js";

const TOKEN = "canary+hostile/token=1";

async function run(api: "cfc" | "gls", { serve, onConnect, timeoutMs = 10_000 }: HostileServer) {
  const sockets: Socket[] = [];
  const baseUrl = await rawServer((socket) => {
    if (onConnect) {
      sockets.push(socket);
      return serve(socket.resume(), api, TOKEN);
    }
    let head = "";
    socket.on("data", (chunk) => {
      // Only now: after an abort Node 20 opens a connection that it never asks on, and closes it 4 seconds later.
      if (head === "") sockets.push(socket);
      const before = head;
      head += chunk;
      if (!before.includes("\r\n\r\n") && head.includes("\r\n\r\n")) serve(socket, api, TOKEN);
    });
  });
  const options = { baseUrl, authToken: TOKEN, timeoutMs, maxAttempts: 1 };
  const integrationId = "00000000-0000-4000-8000-000000000000";
  const result: Result<PreSignedUrl> =
    api === "cfc"
      ? await createCfcClient(options).getPreSignedUrl({ templateType: "sales", fileName: "a.csv" })
      : await createGlsClient({ ...options, integrationId }).getPreSignedUrl({ fileName: "a.csv" });
  return { result, sockets };
}

describe.each(["cfc", "gls"] as const)("%s", (api) => {
  test.each(hostileServers.map((server) => [server.behaviour, server] as const))("%s", async (_behaviour, server) => {
    const { result, sockets } = await run(api, server);
    const outcome = typeof server.outcome === "string" ? server.outcome : server.outcome[api];
    expect(result.error?.kind ?? "data", inspect(result)).toBe(outcome);
    expect(result.error === undefined).toBe(result.data !== undefined);
    if (result.error) expect(result.error).toBeInstanceOf(Error);

    const shown = `${inspect(result, { depth: 9, showHidden: true })}${JSON.stringify(result)}${result.error?.stack}`;
    expect(leaks(shown, { token: TOKEN, url: "canary" })).toEqual([]);
    // Every connection is given up, whether the server ends it or not.
    await vi.waitFor(() => expect(sockets.filter((socket) => !socket.destroyed)).toEqual([]), { timeout: 5000 });
  });
});

test("nothing that a server sends reaches the prototypes", () => {
  expect(({} as Record<string, unknown>)["status"]).toBeUndefined();
  expect(({} as Record<string, unknown>)["success"]).toBeUndefined();
});

test("a URL that is expired on arrival, and a clock that is off, show in expiresAt by the caller's clock", async () => {
  const named = (behaviour: string) =>
    hostileServers.find((server) => server.behaviour.includes(behaviour)) as HostileServer;
  const before = Date.now();
  const expired = await run("gls", named("expired on arrival"));
  expect(expired.result.data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now());
  const ahead = await run("gls", named("a day ahead"));
  expect(ahead.result.data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 600_000);
  expect(ahead.result.data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 600_000);
});

test("no behaviour is there twice, and the documentation has the table", () => {
  const behaviours = hostileServers.map(({ behaviour }) => behaviour);
  expect(new Set(behaviours).size).toBe(behaviours.length);
  const path = new URL("../../docs/hostile-servers.md", import.meta.url);
  if (process.env["WRITE_DOCS"]) {
    const page = readFileSync(path, "utf8");
    writeFileSync(path, `${page.split("\n|")[0]?.trimEnd()}\n\n${table()}\n`);
    console.log(table());
  }
  expect(readFileSync(path, "utf8"), "stale: run npm run docs:hostile-servers").toContain(table());
});
