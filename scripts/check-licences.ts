/** Checks the licence of every package in the lockfiles. Runtime dependencies must have a permissive one. */
import { readFileSync } from "node:fs";

const PERMISSIVE = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT"];
/** Also allowed for dev dependencies: data licences and weak copyleft. */
const TOOLS = [...PERMISSIVE, "CC-BY-4.0", "MPL-2.0", "Python-2.0", "Unlicense"];

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
}

for (const folder of [".", "bench", "tools/docs"]) {
  const { packages }: { packages: Record<string, Locked> } = JSON.parse(
    readFileSync(`${folder}/package-lock.json`, "utf8"),
  );
  const installed = Object.entries(packages).filter(([path]) => path !== "");
  for (const [path, { license: locked, dev }] of installed) {
    const read = () => JSON.parse(readFileSync(`${folder}/${path}/package.json`, "utf8"));
    const license = locked ?? (read().license || read().licenses?.[0]?.type);
    const alternatives = String(license).replace(/[()]/g, "").split(" OR ");
    if (alternatives.some((one) => (dev ? TOOLS : PERMISSIVE).includes(one))) continue;
    console.error(`${folder}/${path}: ${license}`);
    process.exitCode = 1;
  }
  console.log(`${folder}: ${installed.length} packages checked`);
}
