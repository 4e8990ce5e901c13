/** Uses both clients and uploads sales.csv, on a runtime with files. SANDBOX has its address and credentials, as JSON. */
import fs from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createGlsClient } from "clear-presign";
import { uploadFile } from "clear-presign/upload";
import { passed } from "./client.mjs";

/** @type {any} */
const { Bun, Deno } = globalThis;
console.log(Bun ? `Bun ${Bun.version}` : Deno ? `Deno ${Deno.version.deno}` : `Node.js ${process.versions.node}`);
const { baseUrl, credentials } = JSON.parse(process.env["SANDBOX"] ?? "");
console.log(`client: ${await passed(baseUrl, credentials)}`);

const gls = createGlsClient({ baseUrl, ...credentials.gls });
const bytes = await readFile("sales.csv");
const blob = new Blob([bytes]);
const files = {
  path: { path: "sales.csv" },
  URL: { path: new URL("sales.csv", import.meta.url) },
  bytes: { file: new Uint8Array(bytes) },
  Blob: { file: blob },
  "Blob of a file": { file: Bun ? Bun.file("sales.csv") : Deno ? blob : await fs.openAsBlob("sales.csv") },
  stream: { stream: fs.createReadStream("sales.csv") },
  "web stream": { stream: blob.stream() },
};
const problems = [];
for (const [kind, file] of Object.entries(files)) {
  const { data, error } = await uploadFile(gls, { ...file, fileName: "sales.csv" });
  if (data?.bytes !== bytes.length) problems.push(`${kind}: ${error?.message}`);
}
const missing = await uploadFile(gls, { path: "none.csv" });
if (missing.error?.kind !== "file") problems.push("a missing file is not an error");
console.log(`upload: ${problems.join("; ") || "passed"}`);
process.exitCode = problems.length > 0 ? 1 : 0;
