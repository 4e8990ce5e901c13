#!/usr/bin/env node
import { main } from "./main.js";
import { standardStream } from "./standard-stream.js";

const controller = new AbortController();
// Once: the second Ctrl-C ends the process at once.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => controller.abort());

const { argv, env } = process;
const [stdout, stderr] = [standardStream(process.stdout), standardStream(process.stderr)];
// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = await main(argv.slice(2), { env, stdout, stderr, signal: controller.signal });
