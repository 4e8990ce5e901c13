/** Fails unless package.json says where the package lives: npm's provenance and every link to it need that. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const missing = ["repository", "homepage", "bugs"].filter((field) => manifest[field] === undefined);
if (missing.length > 0) {
  console.error(
    `package.json has no ${missing.join(", no ")}: there is no public repository yet, so this cannot be released.`,
  );
  process.exitCode = 1;
}
