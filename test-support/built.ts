/** Some tests run the built package in another process, which needs `dist/`. */
import { existsSync } from "node:fs";

export default function setup() {
  if (!existsSync(new URL("../dist/src/index.js", import.meta.url))) {
    throw new Error("dist/ is missing: run `npm run build` first.");
  }
}
