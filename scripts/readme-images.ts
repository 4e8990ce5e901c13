/**
 * Writes the images of the README: badges from package.json, and a recording of the command against the sandbox. With
 * --check it writes nothing and fails if an image is not current.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { main } from "../src/cli/main.js";
import { SANDBOX_CREDENTIALS } from "../src/sandbox/index.js";

const COLUMNS = 120;
const LINE_PX = 20;
/** The pause before each line of the recording, in seconds. */
const PAUSE_S = 0.5;

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function badge(label: string, value: string): string {
  const [left, right] = [label, value].map((text) => text.length * 7 + 12) as [number, number];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${escaped(`${label}: ${value}`)}">
<rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="#0b5f8a"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="${left / 2}" y="14">${escaped(label)}</text><text x="${left + right / 2}" y="14">${escaped(value)}</text></g></svg>
`;
}

/** Runs the command, and passes on each line that it prints, of both streams, in order. */
async function run(args: readonly string[], token: string, signal: AbortSignal, onLine: (line: string) => void) {
  const stream = {
    write(text: string, done: () => void) {
      for (const line of text.trimEnd().split("\n")) onLine(line);
      done();
    },
  };
  const env = { CLEAR_CFC_AUTH_TOKEN: token };
  await main(args, { env, stdin: () => Readable.from([]), stdout: stream, stderr: stream, signal });
}

/** What a user would see, in order. What differs each time is replaced. */
async function record(): Promise<string[]> {
  const lines: string[] = [];
  const controller = new AbortController();
  const { authToken } = SANDBOX_CREDENTIALS.cfc;
  const started: string[] = [];
  let onStarted = () => {};
  const ready = new Promise<void>((resolve) => {
    onStarted = resolve;
  });
  const sandbox = run(["sandbox", "--port", "0"], authToken, controller.signal, (line) => {
    started.push(line);
    onStarted();
  });
  await ready;
  const [baseUrl = ""] = started;
  const shown = "http://127.0.0.1:4010";
  const tidy = (line: string) =>
    line
      .replaceAll(baseUrl, shown)
      .replace(/127\.0\.0\.1:(?!4010)\d+/g, "127.0.0.1:4011")
      .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "7d0c7a52-…");
  const upload = ["upload", "cfc", "sales.csv", "--template", "sales", "--base-url"];
  const typed = async (prefix: string, token: string) => {
    lines.push(`$ ${prefix}npx clear-presign ${[...upload, shown].join(" ")}`);
    const args = [...upload, baseUrl].map((word) => (word === "sales.csv" ? "demo/files/sales.csv" : word));
    await run(args, token, controller.signal, (line) => lines.push(tidy(line).replace("demo/files/", "")));
  };
  lines.push("$ npx clear-presign sandbox &", shown, `$ export CLEAR_CFC_AUTH_TOKEN=${authToken}`);
  await typed("", authToken);
  await typed("CLEAR_CFC_AUTH_TOKEN=old ", "old");
  controller.abort();
  await sandbox;
  return lines;
}

function wrapped(line: string): string[] {
  return line.match(new RegExp(`.{1,${COLUMNS}}`, "gu")) ?? [""];
}

function recording(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => wrapped(line).map((text) => ({ text, typed: line.startsWith("$ ") })));
  const height = rows.length * LINE_PX + 2 * LINE_PX;
  const texts = rows.map(({ text, typed }, i) => {
    const style = `animation-delay:${(i * PAUSE_S).toFixed(1)}s`;
    return `<text x="20" y="${(i + 1.8) * LINE_PX}"${typed ? ' class="typed"' : ""} style="${style}">${escaped(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${COLUMNS * 8 + 40}" height="${height}" viewBox="0 0 ${COLUMNS * 8 + 40} ${height}" role="img" aria-label="${escaped(lines.join("; ")).replaceAll('"', "&quot;")}">
<style>
text { font: 13px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d0d7de; white-space: pre; animation: show 0.01s both }
.typed { fill: #7ee787 }
@keyframes show { from { opacity: 0 } to { opacity: 1 } }
@media (prefers-reduced-motion: reduce), print { text { animation: none } }
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${texts.join("\n")}
</svg>
`;
}

const { license, engines } = JSON.parse(readFileSync("package.json", "utf8"));
const images = {
  "docs/badges/license.svg": badge("license", license),
  "docs/badges/node.svg": badge("node", engines.node),
  "docs/badges/types.svg": badge("types", "included"),
  "docs/terminal.svg": recording(await record()),
};
if (process.argv.includes("--check")) {
  const stale = Object.entries(images).filter(([path, image]) => readFileSync(path, "utf8") !== image);
  for (const [path] of stale) console.error(`${path} is not current: run \`npx tsx scripts/readme-images.ts\``);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync("docs/badges", { recursive: true });
  for (const [path, image] of Object.entries(images)) writeFileSync(path, image);
}
