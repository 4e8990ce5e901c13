/** Starts the sandbox of this package and prints its URL. Exits on SIGTERM, and leaves no file behind. */
import { startSandbox } from "../../dist/src/sandbox/index.js";

const sandbox = await startSandbox();
process.once("SIGTERM", async () => {
  await sandbox.close();
  process.exit();
});
console.log(`Listening on ${sandbox.baseUrl}`);
