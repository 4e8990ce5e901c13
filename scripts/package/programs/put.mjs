/** Puts sales.csv to each URL: node put.mjs URL… */
import { putFile } from "clear-presign/upload";

for (const url of process.argv.slice(2)) {
  const target = { url, headers: { "content-type": "text/csv" }, expiresAt: new Date(Date.now() + 60_000) };
  const { error } = await putFile(target, { path: "sales.csv", allowedHosts: ["127.0.0.1"], maxAttempts: 1 });
  if (error) throw error;
}
