/** Checks the licence of every package in the lockfile. Runtime dependencies must have a permissive one. */
import { readFileSync } from "node:fs";

const PERMISSIVE = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT"];
/** Also allowed for dev dependencies: data licences and weak copyleft. */
const TOOLS = [...PERMISSIVE, "CC-BY-4.0", "MPL-2.0", "Python-2.0", "Unlicense"];

const { packages }: { packages: Record<string, { license?: string; dev?: boolean }> } = JSON.parse(
  readFileSync("package-lock.json", "utf8"),
);
let checked = 0;
for (const [path, { license: locked, dev }] of Object.entries(packages)) {
  if (path === "") continue;
  const read = () => JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
  const license = locked ?? (read().license || read().licenses?.[0]?.type);
  const alternatives = String(license).replace(/[()]/g, "").split(" OR ");
  if (!alternatives.some((one) => (dev ? TOOLS : PERMISSIVE).includes(one))) {
    console.error(`${path}: ${license}`);
    process.exitCode = 1;
  }
  checked++;
}
console.log(`${checked} packages checked`);
