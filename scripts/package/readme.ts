/**
 * Uses the package as a new user would: installs the tarball into an empty folder, compiles the README's examples there and
 * runs them against the sandbox.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startSandbox } from "clear-presign/sandbox";
import packageJson from "../../package.json" with { type: "json" };
import { onSandbox, runSample, sampleEnv } from "../../test-support/samples.js";
import { check, copyFiles, copyPrograms, createProject, install, root, run } from "./project.js";

const [, , tarball = ""] = process.argv;
const { devDependencies } = packageJson;
const folder = createProject();
const sandbox = await startSandbox();
const env = sampleEnv(sandbox.credentials);

try {
  // The package and its command.
  await install(folder, tarball);
  const installed = (await run(folder, "npm", ["ls", "--all", "--parseable"])).trim().split("\n").length - 1;
  check(
    installed === 5,
    "five packages are installed: this one, openapi-fetch, openapi-typescript-helpers, sax and aws4fetch",
  );
  const cli = join(folder, "node_modules/.bin/clear-presign");
  check(/^\d+\.\d+\.\d+\n$/.test(await run(folder, cli, ["--version"])), "the command runs");
  const server = spawn(cli, ["sandbox", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [baseUrl] = await once(server.stdout, "data", { signal: AbortSignal.timeout(20_000) });
    const printed = await run(folder, cli, ["url", "gls", "a.zip", "--base-url", String(baseUrl).trim()], env);
    check(new URL(printed).searchParams.has("X-Amz-Signature"), "its sandbox runs right after the install");
  } finally {
    server.kill();
    await once(server, "close");
  }
  const missing = await runSample(
    cli,
    ["upload", "cfc", "none.csv", "--template", "sales", "--environment", "sandbox"],
    {
      cwd: folder,
      env,
    },
  );
  check(
    missing.code === 8 && missing.output.includes("none.csv does not exist"),
    "the command explains a missing file",
    missing.output,
  );

  // The README's examples.
  await install(folder, ...(["typescript", "@types/node"] as const).map((name) => `${name}@${devDependencies[name]}`));
  copyFiles(folder, "sales.csv", "sales.zip");
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
  check(examples.length === 3, "the README has three examples");
  examples.forEach((code, i) => {
    writeFileSync(join(folder, `example-${i}.ts`), code);
    writeFileSync(join(folder, `local-${i}.ts`), onSandbox(code, sandbox.baseUrl));
  });
  const strict = [
    "--strict",
    "--exactOptionalPropertyTypes",
    "--noUncheckedIndexedAccess",
    "--noPropertyAccessFromIndexSignature",
  ];
  const compiler = ["tsc", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "false", ...strict];
  const sources = examples.flatMap((_, i) => [`example-${i}.ts`, `local-${i}.ts`]);
  await run(folder, "npx", ["--no-install", ...compiler, "--types", "node", ...sources]);
  check(true, "they compile, strictly and with library checks");
  const outputs = [];
  for (const i of examples.keys()) {
    const { code, output } = await runSample(process.execPath, [`local-${i}.js`], { cwd: folder, env });
    check(code === 0, `example ${i + 1} runs`, output);
    outputs.push(output);
  }
  const output = outputs.join("");
  check(output.includes("235 bytes uploaded"), "the CFC example uploads its file", output);
  check(output.includes("272 bytes uploaded"), "the GLS example uploads its file", output);
  check(output.includes("'[redacted]'"), "the sandbox example prints a URL without its secret", output);

  // The documents in the package.
  const packageFolder = join(folder, "node_modules/clear-presign");
  const documents = readdirSync(packageFolder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".md"),
  );
  const dead = documents.flatMap((path) => {
    const text = readFileSync(join(packageFolder, path), "utf8").replace(/^```[\s\S]*?^```/gm, "");
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = ""]) => target);
    return targets
      .filter((target) => !existsSync(join(packageFolder, dirname(path), target)))
      .map((target) => `${path}: ${target}`);
  });
  check(documents.length > 15 && dead.length === 0, "no link in its documents is dead", dead.join("\n"));

  // CommonJS, and TypeScript's module resolution.
  copyPrograms(folder);
  const required = await run(folder, process.execPath, ["commonjs.cjs"]);
  check(required === "true\ntrue\ntrue\n", "CommonJS can require each entry", required);
  for (const name of ["imports.mts", "imports.cts"]) cpSync(join(folder, "imports.ts"), join(folder, name));
  const resolutions: [file: string, options: string[], found: boolean][] = [
    ["imports.mts", ["--module", "nodenext"], true],
    ["imports.cts", ["--module", "nodenext"], true],
    ["imports.cts", ["--module", "node20"], true],
    ["imports.mts", ["--module", "node16"], true],
    ["imports.cts", ["--module", "node16"], false],
    ["imports.mts", ["--module", "esnext", "--moduleResolution", "bundler"], true],
    ["imports.cts", ["--module", "commonjs", "--moduleResolution", "node10"], false],
  ];
  for (const [file, options, found] of resolutions) {
    const args = ["--no-install", "tsc", "--noEmit", "--strict", "--target", "es2022", "--types", "node"];
    const { code, output } = await runSample("npx", [...args, ...options, file], { cwd: folder, env });
    check(
      (code === 0) === found,
      `TypeScript ${found ? "resolves" : "does not resolve"} it: ${file} ${options.join(" ")}`,
      output,
    );
  }
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true });
}
