/**
 * Imports a module in a fresh process. Prints the milliseconds.
 *
 * node bench/client/import-once.mjs ./clients/ky.mjs
 */
const startedAt = performance.now();
await import(process.argv[2] ?? "");
console.log(performance.now() - startedAt);
process.exit();
