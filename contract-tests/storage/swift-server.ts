/**
 * A real storage for swift.test.ts: Debian's OpenStack Swift with its S3 API, as plain processes on loopback, in a temporary
 * folder, on free ports. Everything is stopped after the tests.
 *
 * Needs: apt-get install swift-proxy swift-account swift-container swift-object memcached
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the storage. */
    readonly swift: string;
  }
}

const START_MS = 30_000;
const STOP_MS = 5_000;
const PROGRAMS = ["swift-proxy-server", "swift-account-server", "swift-container-server", "swift-object-server"];
const PIPELINE = "catch_errors gatekeeper cache listing_formats s3api tempauth slo dlo proxy-server";

const section = (name: string, entries: Record<string, string | number>) =>
  `[${name}]\n${Object.entries(entries)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join("")}`;

/** Ports that are currently free. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

/** Writes Swift's configuration and rings. */
function configure(
  folder: string,
  [proxy = 0, account = 0, container = 0, object = 0, memcached = 0]: readonly number[],
): void {
  const etc = join(folder, "etc");
  for (const name of ["etc", "devices/d1", "log"]) mkdirSync(join(folder, name), { recursive: true });
  const common = { bind_ip: "127.0.0.1", workers: 0, user: userInfo().username, swift_dir: etc };
  writeFileSync(
    join(etc, "swift.conf"),
    section("swift-hash", { swift_hash_path_suffix: "suffix", swift_hash_path_prefix: "prefix" }) +
      section("storage-policy:0", { name: "only", default: "yes" }),
  );
  for (const [name, port] of Object.entries({ account, container, object })) {
    const builder = join(etc, `${name}.builder`);
    for (const args of [
      ["create", "2", "1", "1"],
      [
        "add",
        "--region",
        "1",
        "--zone",
        "1",
        "--ip",
        "127.0.0.1",
        "--port",
        `${port}`,
        "--device",
        "d1",
        "--weight",
        "1",
      ],
      ["rebalance"],
    ]) {
      const { status, stderr } = spawnSync("swift-ring-builder", [builder, ...args], { encoding: "utf8" });
      // 1 is only a warning that such a small ring is not balanced.
      if (status !== 0 && status !== 1) throw new Error(`swift-ring-builder ${args[0]}: ${stderr}`);
    }
    writeFileSync(
      join(etc, `${name}.conf`),
      section("DEFAULT", { ...common, bind_port: port, devices: join(folder, "devices"), mount_check: "false" }) +
        section("pipeline:main", { pipeline: `${name}-server` }) +
        section(`app:${name}-server`, { use: `egg:swift#${name}` }),
    );
  }
  const filters = {
    catch_errors: {},
    gatekeeper: {},
    cache: { memcache_servers: `127.0.0.1:${memcached}` },
    listing_formats: {},
    s3api: { location: "us-east-1", s3_acl: "false" },
    tempauth: { user_test_tester: "testing .admin" },
    slo: {},
    dlo: {},
  };
  writeFileSync(
    join(etc, "proxy.conf"),
    section("DEFAULT", { ...common, bind_port: proxy }) +
      section("pipeline:main", { pipeline: PIPELINE }) +
      section("app:proxy-server", { use: "egg:swift#proxy", account_autocreate: "true" }) +
      Object.entries(filters)
        .map(([name, entries]) =>
          section(`filter:${name}`, { use: `egg:swift#${name === "cache" ? "memcache" : name}`, ...entries }),
        )
        .join(""),
  );
}

export default async function setup({ provide }: TestProject) {
  for (const program of [...PROGRAMS, "swift-ring-builder", "memcached"]) {
    if (spawnSync("which", [program]).status === 0) continue;
    const packages = "swift-proxy swift-account swift-container swift-object memcached";
    throw new Error(`${program} is missing: apt-get install ${packages}`);
  }
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-swift-"));
  const children: ChildProcess[] = [];

  const start = (name: string, command: string, args: readonly string[]) => {
    const log = openSync(join(folder, "log", `${name}.log`), "w");
    // In a process group, so that its children can be stopped with it.
    const child = spawn(command, args, { stdio: ["ignore", log, log], detached: true });
    closeSync(log);
    child.on("error", () => {});
    children.push(child);
  };

  const kill = (signal: NodeJS.Signals) => {
    for (const { pid } of children) {
      try {
        if (pid) process.kill(-pid, signal);
      } catch {
        // It has already exited.
      }
    }
  };
  const stop = async () => {
    kill("SIGTERM");
    const ended = Promise.all(
      children.map(
        (child) => child.exitCode ?? child.signalCode ?? new Promise((resolve) => child.on("close", resolve)),
      ),
    );
    await Promise.race([ended, pause(STOP_MS, undefined, { ref: false })]);
    kill("SIGKILL");
    await ended;
    process.off("exit", killNow);
    rmSync(folder, { recursive: true, force: true });
  };
  // Vitest exits without the teardown when it is interrupted twice.
  const killNow = () => kill("SIGKILL");
  process.on("exit", killNow);

  try {
    const ports = await freePorts(5);
    configure(folder, ports);
    start("memcached", "memcached", ["-u", userInfo().username, "-l", "127.0.0.1", "-p", `${ports[4]}`, "-m", "16"]);
    for (const program of PROGRAMS) {
      const [, name = ""] = program.split("-");
      start(name, program, [join(folder, "etc", `${name}.conf`)]);
    }
    const endpoint = `http://127.0.0.1:${ports[0]}`;
    const deadline = Date.now() + START_MS;
    while (!(await fetch(endpoint, { signal: AbortSignal.timeout(1000) }).catch(() => undefined))) {
      if (Date.now() > deadline) {
        const log = (name: string) => readFileSync(join(folder, "log", `${name}.log`), "utf8").slice(-2000);
        const logs = ["proxy", "account", "container", "object"].map(log);
        throw new Error(`Swift did not start within ${START_MS} ms.\n${logs.join("\n")}`);
      }
      await pause(100);
    }
    provide("swift", endpoint);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
