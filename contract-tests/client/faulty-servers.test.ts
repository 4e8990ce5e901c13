/** Whatever a server does, a call ends in time with the outcome in the table, and leaks nothing. */
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createCfcClient, createGlsClient, type PreSignedUrl, type Result } from "../../src/index.js";
import { leaks } from "../../test-support/canaries.js";
import { rawServer } from "../../test-support/loopback-server.js";
import { type FaultyServer, faultyServers, table } from "./faulty-servers.js";

const TOKEN = "canary+hostile/token=1";

async function run(api: "cfc" | "gls", { serve, onConnect, timeoutMs = 60_000 }: FaultyServer) {
  const sockets: Socket[] = [];
  const baseUrl = await rawServer((socket) => {
    if (onConnect) {
      sockets.push(socket);
      return serve(socket.resume(), api, TOKEN);
    }
    let head = "";
    socket.on("data", (chunk) => {
      // Only now: after an abort, Node 20 opens a connection that it does not use, and closes it 4 seconds later.
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
  test.each(faultyServers.map((server) => [server.behaviour, server] as const))("%s", async (_behaviour, server) => {
    const { result, sockets } = await run(api, server);
    const outcome = typeof server.outcome === "string" ? server.outcome : server.outcome[api];
    expect(result.error?.kind ?? "data", inspect(result)).toBe(outcome);
    expect(result.error === undefined).toBe(result.data !== undefined);
    if (result.error) expect(result.error).toBeInstanceOf(Error);

    const shown = `${inspect(result, { depth: 9, showHidden: true })}${JSON.stringify(result)}${result.error?.stack}`;
    expect(leaks(shown, { token: TOKEN, url: "canary" })).toEqual([]);
    // Every connection is closed, even if the server does not close it.
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed)).toEqual([]);
  });
});

test("no server can pollute a prototype", () => {
  expect(({} as Record<string, unknown>)["status"]).toBeUndefined();
  expect(({} as Record<string, unknown>)["success"]).toBeUndefined();
});

test("expiresAt is in the caller's time for a URL that is expired on arrival and for a server clock that is off", async () => {
  const named = (behaviour: string) =>
    faultyServers.find((server) => server.behaviour.includes(behaviour)) as FaultyServer;
  const before = Date.now();
  const expired = await run("gls", named("expired on arrival"));
  expect(expired.result.data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now());
  const ahead = await run("gls", named("a day ahead"));
  expect(ahead.result.data?.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 600_000);
  expect(ahead.result.data?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 600_000);
});

test("no two servers have the same behaviour", () => {
  const behaviours = faultyServers.map(({ behaviour }) => behaviour);
  expect(behaviours.filter((one, i) => behaviours.indexOf(one) !== i)).toEqual([]);
});

test("docs/hostile-servers.md has the table", async () => {
  const path = fileURLToPath(new URL("../../docs/hostile-servers.md", import.meta.url));
  const page = readFileSync(path, "utf8");
  await expect(page.replace(/^\|[\s\S]*/m, () => `${table()}\n`)).toMatchFileSnapshot(path);
});
