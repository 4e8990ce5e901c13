/** Writes site/: the reference with its guides as one page that asks nobody for anything, and the description. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { docsDescription } from "./docs-description.mjs";

const DESCRIPTION = "generated/openapi.yaml";
/** The viewer's logo, the only thing that its inlined bundle would load; the badge keeps its words and its link. */
const LOGO = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g;
const NO_LOGO = "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%221%22 height=%221%22/%3E";

const temporary = mkdtempSync(join(tmpdir(), "clear-presign-docs-"));
try {
  const description = join(temporary, "openapi.yaml");
  const page = join(temporary, "index.html");
  writeFileSync(description, stringify(docsDescription(readFileSync(DESCRIPTION, "utf8"))));
  const build = ["build-docs", description, "--config", "redocly.yaml", "--inlineBundle"];
  execFileSync("npx", ["--no-install", "redocly", ...build, "--template", "docs/reference.hbs", "--output", page], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  const html = readFileSync(page, "utf8");
  const { length } = html.match(LOGO) ?? [];
  if (length !== 2) throw new Error(`the viewer's bundle names its logo ${length} times, not twice: look at it again`);
  mkdirSync("site", { recursive: true });
  const theme = readFileSync("docs/theme.css", "utf8");
  writeFileSync(
    "site/index.html",
    html.replace(LOGO, NO_LOGO).replace("/* docs/theme.css */", () => theme),
  );
  cpSync(DESCRIPTION, "site/openapi.yaml");
  console.log(`site/index.html (${Math.round(html.length / 1024)} KiB), site/openapi.yaml`);
} finally {
  rmSync(temporary, { recursive: true });
}
