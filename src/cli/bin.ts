#!/usr/bin/env node
import { main } from "./main.js";
import { standardStream } from "./standard-stream.js";

const controller = new AbortController();
// Only once: a second Ctrl-C kills the process.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => controller.abort());

const { argv, env } = process;
const [stdout, stderr] = [standardStream(process.stdout), standardStream(process.stderr)];
const stdin = () => process.stdin;
// Not process.exit, which would lose output still on its way to a pipe.
process.exitCode = await main(argv.slice(2), { env, stdin, stdout, stderr, signal: controller.signal });
