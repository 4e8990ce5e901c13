/**
 * Uses the package as a new user would: installs the tarball into an empty folder, compiles the README's examples there and
 * runs them against the sandbox.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [, , tarball = ""] = process.argv;
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "clear-presign-package-"));

function run(command: string, args: readonly string[], env: Record<string, string> = {}) {
  console.log(`$ ${command} ${args.join(" ")}`);
  return execFileSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 120_000,
    // On Windows, npm and the installed commands are batch files.
    shell: process.platform === "win32",
  });
}

function check(holds: boolean, words: string) {
  if (!holds) throw new Error(`Failed: ${words}`);
  console.log(`ok ${words}`);
}

try {
  // The package and its command.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", tarball]);
  const installed = run("npm", ["ls", "--all", "--parseable"]).trim().split("\n").length - 1;
  check(
    installed === 5,
    "five packages are installed: this one, openapi-fetch, openapi-typescript-helpers, sax and aws4fetch",
  );
  const cli = join(folder, "node_modules/.bin/clear-presign");
  check(/^\d+\.\d+\.\d+\n$/.test(run(cli, ["--version"])), "the command runs");
  const sandbox = spawn(cli, ["sandbox", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [baseUrl] = await once(sandbox.stdout, "data", { signal: AbortSignal.timeout(20_000) });
    const printed = run(cli, ["url", "gls", "a.zip", "--base-url", String(baseUrl).trim()], {
      CLEAR_GLS_AUTH_TOKEN: "sandbox-gls-token",
      CLEAR_GLS_INTEGRATION_ID: "00000000-0000-4000-8000-000000000000",
    });
    check(new URL(printed).searchParams.has("X-Amz-Signature"), "its sandbox runs right after the install");
  } finally {
    sandbox.kill();
    await once(sandbox, "close");
  }

  // The README's examples.
  const tools = ["typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  run("npm", ["install", "--no-audit", "--no-fund", "--save-dev", ...tools]);
  for (const name of ["sales.csv", "sales.zip"]) cpSync(join(root, "demo/files", name), join(folder, name));
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
  check(examples.length === 4, "the README has four examples");
  examples.forEach((code, i) => {
    writeFileSync(join(folder, `example-${i}.ts`), code);
    // The same example against the sandbox.
    const local = code.replace('environment: "sandbox"', "baseUrl: process.env['CLEAR_BASE_URL'] ?? ''");
    writeFileSync(join(folder, `local-${i}.ts`), local);
  });
  const strict = [
    "--strict",
    "--exactOptionalPropertyTypes",
    "--noUncheckedIndexedAccess",
    "--noPropertyAccessFromIndexSignature",
  ];
  const compiler = ["tsc", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "false", ...strict];
  const sources = examples.flatMap((_, i) => [`example-${i}.ts`, `local-${i}.ts`]);
  run("npx", ["--no-install", ...compiler, "--types", "node", ...sources]);
  check(true, "they compile, strictly and with library checks");

  // CommonJS, and TypeScript's module resolution.
  writeFileSync(
    join(folder, "commonjs.cjs"),
    `for (const entry of ["", "/upload", "/sandbox"]) console.log(Object.keys(require("clear-presign" + entry)).length > 0);`,
  );
  check(run("node", ["commonjs.cjs"]) === "true\ntrue\ntrue\n", "CommonJS can require each entry");
  const imports = `import { createCfcClient } from "clear-presign"; import { uploadFile } from "clear-presign/upload";
    console.log(createCfcClient, uploadFile);`;
  for (const name of ["resolved.mts", "resolved.cts"]) writeFileSync(join(folder, name), imports);
  const resolutions: [file: string, options: string[], found: boolean][] = [
    ["resolved.mts", ["--module", "nodenext"], true],
    ["resolved.cts", ["--module", "nodenext"], true],
    ["resolved.cts", ["--module", "node20"], true],
    ["resolved.mts", ["--module", "node16"], true],
    ["resolved.cts", ["--module", "node16"], false],
    ["resolved.mts", ["--module", "esnext", "--moduleResolution", "bundler"], true],
    ["resolved.cts", ["--module", "commonjs", "--moduleResolution", "node10"], false],
  ];
  for (const [file, options, found] of resolutions) {
    const args = ["--no-install", "tsc", "--noEmit", "--strict", "--target", "es2022", "--types", "node"];
    const { status } = spawnSync("npx", [...args, ...options, file], { cwd: folder });
    check(
      (status === 0) === found,
      `TypeScript ${found ? "resolves" : "does not resolve"} it: ${file} ${options.join(" ")}`,
    );
  }

  const runner = join(folder, "run.mjs");
  writeFileSync(
    runner,
    `import { spawn } from "node:child_process";
     import { startSandbox } from "clear-presign/sandbox";
     const sandbox = await startSandbox();
     const { cfc, gls } = sandbox.credentials;
     const env = { ...process.env, CLEAR_BASE_URL: sandbox.baseUrl, CLEAR_CFC_AUTH_TOKEN: cfc.authToken,
       CLEAR_GLS_AUTH_TOKEN: gls.authToken, CLEAR_GLS_INTEGRATION_ID: gls.integrationId };
     for (const i of [0, 1, 2, 3]) {
       const child = spawn(process.execPath, ["local-" + i + ".js"], { env, stdio: ["ignore", "inherit", "inherit"] });
       const code = await new Promise((resolve) => child.on("close", resolve));
       if (code !== 0) process.exitCode = 1;
     }
     await sandbox.close();`,
  );
  const output = run("node", [runner]);
  console.log(output);
  check(output.includes("235 bytes uploaded"), "the CFC example uploads its file");
  check(output.includes("272 bytes uploaded"), "the GLS example uploads its file");
  check(output.includes("'[redacted]'"), "the sandbox example prints a URL without its secret");

  const source = { encoding: "utf8", cwd: folder, env: { ...process.env, CLEAR_CFC_AUTH_TOKEN: "a" } } as const;
  const missing = spawnSync(
    cli,
    ["upload", "cfc", "none.csv", "--template", "sales", "--environment", "sandbox"],
    source,
  );
  check(
    missing.status === 8 && missing.stderr.includes("none.csv does not exist"),
    "the command explains a missing file",
  );
} finally {
  rmSync(folder, { recursive: true });
}
