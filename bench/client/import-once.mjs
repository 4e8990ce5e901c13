/**
 * Imports a module in a fresh process. Prints the CPU milliseconds.
 *
 * node bench/client/import-once.mjs ./clients/ky.mjs
 */
const cpuAtStart = process.cpuUsage();
await import(process.argv[2] ?? "");
const { user, system } = process.cpuUsage(cpuAtStart);
console.log((user + system) / 1000);
process.exit();
