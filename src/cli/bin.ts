#!/usr/bin/env node
import { main } from "./main.js";

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => controller.abort());

const { env, stdout, stderr } = process;
// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = await main(process.argv.slice(2), { env, stdout, stderr, signal: controller.signal });
