/**
 * Installs the tarball and uses it on each runtime: both clients, uploads on runtimes with files (and through a proxy), an error
 * response and redaction. The API is a sandbox in another process, on this Node. Fails if the table in docs/runtimes.md
 * differs; with --update it writes the table.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "clear-presign-runtimes-"));
const [, , tarball = ""] = process.argv;
const env = { ...process.env, npm_config_update_notifier: "false" };

const output = (command: string, args: readonly string[]) =>
  execFileSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env,
    timeout: 120_000,
  });

/** Runs on every runtime, without files or Node. Returns "passed" or what is wrong. */
const CLIENT = `
import { createCfcClient, createGlsClient, isClearError } from "clear-presign";
import { createSandboxApi } from "clear-presign/sandbox/fetch";

export async function passed(baseUrl, credentials) {
  const cfc = createCfcClient({ baseUrl, ...credentials.cfc });
  const gls = createGlsClient({ baseUrl, ...credentials.gls });
  const urls = [
    await cfc.getPreSignedUrl({ templateType: "sales", fileName: "a b.csv" }),
    await gls.getPreSignedUrl({ fileName: "a.zip" }),
  ];
  for (const { data, error } of urls) {
    if (error) return "no URL: " + error.message;
    if (!data.url.includes("X-Amz-Signature=")) return "the URL is not signed";
    if (JSON.stringify(data).includes("X-Amz-Signature=")) return "the URL is shown";
  }
  const denied = await createCfcClient({ baseUrl, authToken: "unknown" }).getPreSignedUrl({
    templateType: "sales",
    fileName: "a.csv",
  });
  if (denied.error?.kind !== "api" || denied.error.code !== "AUTHORIZATION_FAILED") return "no authorization error";
  if (!isClearError(denied.error)) return "not a ClearError";
  const down = createCfcClient({ baseUrl: "http://127.0.0.1:9", authToken: "a", maxAttempts: 1 });
  const lost = await down.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" });
  if (lost.error?.kind !== "network") return "no network error but " + lost.error?.kind;
  const { credentials: local, fetch } = createSandboxApi();
  const served = await createCfcClient({ environment: "sandbox", ...local.cfc, fetch }).getPreSignedUrl({
    templateType: "sales",
    fileName: "a.csv",
  });
  if (!served.data?.url.includes("X-Amz-Signature=")) return "no URL without a server";
  const ended = await cfc.getPreSignedUrl({ templateType: "sales", fileName: "a.csv" }, { signal: AbortSignal.abort() });
  return ended.error?.kind === "aborted" ? "passed" : "not aborted";
}
`;

/** Runs the same, and uploads. */
const PROGRAM = `
import fs from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createGlsClient } from "clear-presign";
import { uploadFile } from "clear-presign/upload";
import { passed } from "./client.mjs";

const { Bun, Deno } = globalThis;
console.log(Bun ? "Bun " + Bun.version : Deno ? "Deno " + Deno.version.deno : "Node.js " + process.versions.node);
const { baseUrl, credentials } = JSON.parse(await readFile("sandbox.json", "utf8"));
console.log("client: " + (await passed(baseUrl, credentials)));
const gls = createGlsClient({ baseUrl, ...credentials.gls });
const bytes = await readFile("sales.csv");
const files = {
  path: "sales.csv",
  URL: new URL("sales.csv", import.meta.url),
  bytes: new Uint8Array(bytes),
  Blob: new Blob([bytes]),
  "Blob of a file": Bun ? Bun.file("sales.csv") : Deno ? new Blob([bytes]) : await fs.openAsBlob("sales.csv"),
};
const problems = [];
for (const [kind, file] of Object.entries(files)) {
  const { data, error } = await uploadFile(gls, file, { fileName: "sales.csv" });
  if (data?.bytes !== 235) problems.push(kind + ": " + error?.message);
}
const missing = await uploadFile(gls, "none.csv");
if (missing.error?.kind !== "file") problems.push("a missing file is not an error");
const stream = await uploadFile(gls, files.Blob.stream(), { fileName: "sales.csv" });
if (stream.error?.kind !== "invalid-input") problems.push("a stream is not an error");
console.log("upload: " + (problems.join("; ") || "passed"));
process.exitCode = problems.length > 0 ? 1 : 0;
`;

/** Starts a sandbox in another process, because execFileSync blocks this one. */
async function sandboxProcess() {
  const child = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { startSandbox } from "clear-presign/sandbox";
       const sandbox = await startSandbox();
       console.log(JSON.stringify({ baseUrl: sandbox.baseUrl, credentials: sandbox.credentials }));
       process.stdin.resume().on("end", () => sandbox.close());`,
    ],
    { cwd: root, stdio: ["pipe", "pipe", "inherit"] },
  );
  const [line] = await once(child.stdout, "data", { signal: AbortSignal.timeout(60_000) });
  return { child, info: String(line).trim() };
}

interface Row {
  readonly name: string;
  readonly client: boolean;
  /** Null on a runtime without files. */
  readonly upload: boolean | null;
}

/** The row for a program's output. */
function row(name: string, printed: string): Row {
  const found = { name, client: printed.includes("client: passed"), upload: printed.includes("upload: passed") };
  console.log(`${name}: ${printed.trim().replaceAll("\n", ", ")}`);
  return found;
}

/** Runs the program on a runtime with files. */
async function onFiles(name: string, command: string, args: readonly string[]) {
  if (!existsSync(command)) throw new Error(`${name} is not installed: ${command}`);
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  await once(child, "close");
  if (!printed.startsWith(name)) throw new Error(`not ${name} but ${printed}`);
  return row(name, printed);
}

async function listening(server: Server): Promise<number> {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return (server.address() as AddressInfo).port;
}

/**
 * Uploads with the environment's proxy, as Node 24.5 and later use it: over TLS through the proxy; directly with NO_PROXY or
 * without NODE_USE_ENV_PROXY; over loopback http always directly.
 */
async function throughProxy(name: string, node: string) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  const accept: RequestListener = (request, response) => request.resume().on("end", () => response.end());
  const storage = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, accept);
  const loopback = createServer(accept);
  const targets: string[] = [];
  const proxy = createServer().on("connect", (request, client) => {
    targets.push(String(request.url));
    const upstream = connect(Number(String(request.url).split(":")[1]), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => [client, upstream].map((one) => one.destroy()));
  });
  try {
    const [port, plainPort, proxyPort] = [await listening(storage), await listening(loopback), await listening(proxy)];
    const urls = [`https://127.0.0.1:${port}/a`, `http://127.0.0.1:${plainPort}/a`];
    writeFileSync(
      join(folder, "proxied.mjs"),
      `import { putFile } from "clear-presign/upload";
       for (const url of ${JSON.stringify(urls)}) {
         const target = { url, headers: { "content-type": "text/csv" }, expiresAt: new Date(Date.now() + 60_000) };
         const { error } = await putFile(target, "sales.csv", { allowedHosts: ["127.0.0.1"], maxAttempts: 1 });
         if (error) throw error;
       }`,
    );
    const proxies = { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, HTTP_PROXY: `http://127.0.0.1:${proxyPort}` };
    const proxyEnv = { NODE_USE_ENV_PROXY: "1", ...proxies };
    const cases: [what: string, env: NodeJS.ProcessEnv, seen: string[]][] = [
      ["through it", proxyEnv, [`127.0.0.1:${port}`]],
      ["NO_PROXY", { ...proxyEnv, NO_PROXY: "127.0.0.1" }, []],
      ["without NODE_USE_ENV_PROXY", proxies, []],
    ];
    for (const [what, env, seen] of cases) {
      targets.length = 0;
      const child = spawn(node, ["proxied.mjs"], {
        cwd: folder,
        env: { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: cert, ...env },
        stdio: ["ignore", "ignore", "inherit"],
        timeout: 30_000,
      });
      const [code] = await once(child, "close");
      const passed = code === 0 && targets.join() === seen.join();
      console.log(`${name}, environment proxy, ${what}: ${passed ? "passed" : `FAILED, it saw ${targets.join()}`}`);
      if (!passed) process.exitCode = 1;
    }
  } finally {
    for (const server of [storage, loopback, proxy]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

async function bundled(entry: string, platform: "neutral" | "browser") {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder },
    bundle: true,
    format: "esm",
    platform,
    mainFields: ["module", "main"],
    conditions: ["import"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

async function onWorkerd(info: string) {
  const entry = `
    import { passed } from "./client.mjs";
    const { baseUrl, credentials } = ${info};
    export default { fetch: async () => new Response("client: " + (await passed(baseUrl, credentials))) };`;
  writeFileSync(join(folder, "worker.mjs"), await bundled(entry, "neutral"));
  writeFileSync(
    join(folder, "worker.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
     const config :Workerd.Config = (
       services = [
         (name = "main", worker = (modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
           compatibilityDate = "2025-01-01")),
         (name = "internet", network = (allow = ["local", "private", "public"])),
       ],
       sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
     );`,
  );
  const child = spawn(join(folder, "node_modules/.bin/workerd"), ["serve", "--control-fd=3", "worker.capnp"], {
    cwd: folder,
    env,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const control = child.stdio[3] as Readable;
    const [line] = await once(control, "data", { signal: AbortSignal.timeout(30_000) });
    const { port } = JSON.parse(String(line).split("\n")[0] ?? "");
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(60_000) });
    return { ...row("workerd", await response.text()), upload: null };
  } finally {
    child.kill("SIGTERM");
  }
}

async function onChromium(info: string) {
  const { baseUrl } = JSON.parse(info);
  const script = await bundled(
    `import { passed } from "./client.mjs";
     const { credentials } = ${info};
     passed(location.origin, credentials).then((text) => { document.title = "client: " + text; });`,
    "browser",
  );
  // The APIs are for servers and send no CORS headers, so the page comes from the same origin.
  const server = createServer(async (request, response) => {
    if (request.url === "/")
      return response.writeHead(200, { "content-type": "text/html" }).end("<script type=module src=/page.js></script>");
    if (request.url === "/page.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const upstream = await fetch(baseUrl + request.url, { headers });
    return response
      .writeHead(upstream.status, { "content-type": upstream.headers.get("content-type") ?? "" })
      .end(await upstream.text());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction("document.title !== ''", undefined, { timeout: 60_000 });
    return { ...row("Chromium", await page.title()), upload: null };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

const { child: sandbox, info } = await sandboxProcess();
try {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  writeFileSync(join(folder, "client.mjs"), CLIENT);
  writeFileSync(join(folder, "program.mjs"), PROGRAM);
  writeFileSync(join(folder, "sandbox.json"), info);
  cpSync(join(root, "demo/files/sales.csv"), join(folder, "sales.csv"));
  const nodes = [20, 22, 24, 26];
  output("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    // npm passes this project's .npmrc on, but here the runtimes' install scripts must run.
    "--no-strict-allow-scripts",
    tarball,
    ...nodes.map((version) => `node-${version}@npm:node@${version}`),
    "bun",
    "deno",
    "workerd",
  ]);
  const bin = (path: string) => join(folder, "node_modules", path);

  const rows: Row[] = [];
  for (const version of nodes) {
    const node = bin(`node-${version}/bin/node`);
    rows.push(await onFiles(`Node.js ${version}`, node, ["program.mjs"]));
    if (version >= 24) await throughProxy(`Node.js ${version}`, node);
  }
  rows.push(await onFiles("Bun", bin(".bin/bun"), ["program.mjs"]));
  rows.push(await onFiles("Deno", bin(".bin/deno"), ["run", "--allow-all", "program.mjs"]));
  rows.push(await onWorkerd(info));
  rows.push(await onChromium(info));

  const display = (value: boolean | null) => (value === null ? "no files" : value ? "yes" : "no");
  const cells = [
    ["runtime", "client", "upload"],
    ...rows.map(({ name, client, upload }) => [name, display(client), display(upload)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  const readme = readFileSync(join(root, "docs/runtimes.md"), "utf8");
  const written = readme.replace(
    /(<!-- runtimes -->\n)[\s\S]*?(<!-- \/runtimes -->)/,
    (_, start, end) => `${start}\n${lines.join("\n")}\n\n${end}`,
  );
  if (rows.some(({ client, upload }) => !client || upload === false)) process.exitCode = 1;
  if (process.argv.includes("--update")) {
    writeFileSync(join(root, "docs/runtimes.md"), written);
  } else if (written !== readme) {
    console.error(
      "The table in docs/runtimes.md is stale: run `npm run test:package -- runtimes --update` and commit the result.",
    );
    process.exitCode = 1;
  }
} finally {
  sandbox.stdin.end();
  rmSync(folder, { recursive: true, force: true });
}
