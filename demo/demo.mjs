/**
 * Shows the main use on the terminal: both APIs return URLs, four real files are stored byte for byte, and documented
 * errors appear as a user would see them. Run it with `npm run demo`. Exits with 1 if anything differs.
 */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createCfcClient, createGlsClient } from "clear-presign";
import { startSandbox } from "clear-presign/sandbox";

const FILES = fileURLToPath(new URL("files/", import.meta.url));
const CLI = fileURLToPath(new URL("../dist/src/cli/bin.js", import.meta.url));

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * @param {readonly string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
function clearPresign(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (output.stdout += chunk));
    child.stderr.on("data", (chunk) => (output.stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
  });
}

/**
 * Runs the demo against a running sandbox.
 *
 * @param {Pick<import("clear-presign/sandbox").Sandbox, "baseUrl" | "credentials" | "pathOf">} sandbox
 * @param {(line: string) => void} print
 * @returns {Promise<boolean>} Whether everything matched the documentation.
 */
export async function demo(sandbox, print) {
  let ok = true;
  /** @param {boolean} holds @param {string} words */
  const check = (holds, words) => {
    ok &&= holds;
    print(`  ${holds ? "ok " : "NOT"} ${words}`);
  };
  const { cfc, gls } = sandbox.credentials;
  const env = {
    CLEAR_CFC_AUTH_TOKEN: cfc.authToken,
    CLEAR_GLS_AUTH_TOKEN: gls.authToken,
    CLEAR_GLS_INTEGRATION_ID: gls.integrationId,
  };

  print("1. Four files, two APIs, one command each. The tokens are in the environment.");
  for (const [api, name, template] of [
    ["cfc", "sales.csv", "sales"],
    ["cfc", "purchase.xlsx", "purchase"],
    ["gls", "sales.zip", undefined],
    ["gls", "purchase.xls", undefined],
  ]) {
    const options = [...(template ? ["--template", template] : []), "--base-url", sandbox.baseUrl];
    print(`\n$ clear-presign upload ${api} ${name} ${options.join(" ")}`);
    const { code, stdout, stderr } = await clearPresign(["upload", String(api), FILES + name, ...options], env);
    for (const line of `${stdout}${stderr}`.trim().split("\n")) print(`  ${line}`);
    if (code !== 0) {
      check(false, `exit code 0, not ${code}`);
      continue;
    }
    const sent = await readFile(FILES + name);
    const stored = await readFile(sandbox.pathOf(stdout.trim()));
    check(sha256(sent) === sha256(stored), `${stored.length} bytes stored, SHA-256 ${sha256(stored)}`);
  }

  print("\n2. The same in code, and the documented errors.\n");
  const { baseUrl } = sandbox;
  const integrationId = gls.integrationId;

  const created = await createCfcClient({ baseUrl, ...cfc }).getPreSignedUrl({
    templateType: "sales",
    fileName: "sales.csv",
  });
  print("const { data } = await cfc.getPreSignedUrl({ templateType: 'sales', fileName: 'sales.csv' })");
  check(String(created.data).includes('"url":"[redacted]"'), `data is ${created.data}`);

  const cfcRefusal = await createCfcClient({ baseUrl, authToken: "wrong" }).getPreSignedUrl({
    templateType: "sales",
    fileName: "sales.csv",
  });
  print("\nA wrong token, CFC: a JSON object");
  const cfcError = cfcRefusal.error;
  check(
    cfcError?.kind === "api" && cfcError.status === 401 && cfcError.code === "AUTHORIZATION_FAILED",
    `error is api 401 AUTHORIZATION_FAILED: ${cfcError?.message}`,
  );

  const glsRefusal = await createGlsClient({ baseUrl, authToken: "wrong", integrationId }).getPreSignedUrl({
    fileName: "sales.zip",
  });
  print("\nA wrong token, GLS: plain text");
  const glsError = glsRefusal.error;
  check(
    glsError?.kind === "api" && glsError.status === 401 && glsError.body === "UNAUTHORIZED",
    `error is api 401: ${glsError?.message}`,
  );

  const local = await createGlsClient({ baseUrl, ...gls }).getPreSignedUrl({ fileName: "sales.pdf" });
  print("\nA file that GLS does not accept: rejected before any request");
  check(
    local.error?.kind === "invalid-input" && local.error.field === "fileName",
    `error is invalid-input: ${local.error?.message}`,
  );

  const withoutType = await fetch(`${baseUrl}/integration/v1/generatePreSign/sales?fileName=sales.csv`, {
    headers: { "x-cleartax-auth-token": cfc.authToken },
    signal: AbortSignal.timeout(60_000),
  });
  /** @type {any} */
  const list = await withoutType.json();
  print("\nA raw request without fileContentType, CFC: a 500 with an array");
  check(
    withoutType.status === 500 && Array.isArray(list),
    `${withoutType.status} ${list[0].errorCode}: ${list[0].errorMessage}`,
  );

  const wrongExtension = await fetch(`${baseUrl}/one-integration/action/pre-sign?filename=sales.pdf`, {
    headers: { "x-clear-auth-token": gls.authToken, "x-integration-id": integrationId },
    signal: AbortSignal.timeout(60_000),
  });
  /** @type {any} */
  const envelope = await wrongExtension.json();
  print("\nA raw request with a wrong extension, GLS: a 406");
  check(
    wrongExtension.status === 406 && envelope.success === false,
    `${wrongExtension.status} ${envelope.error.message}`,
  );

  print(
    ok ? "\nEverything matches the documentation." : "\nSomething differs from the documentation: see the NOT lines.",
  );
  return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const token = () => randomBytes(16).toString("hex");
  const sandbox = await startSandbox({
    credentials: {
      cfc: { authToken: token() },
      gls: { authToken: token(), integrationId: "00000000-0000-4000-8000-000000000000" },
    },
  });
  try {
    if (!(await demo(sandbox, console.log))) process.exitCode = 1;
  } finally {
    await sandbox.close();
  }
}
