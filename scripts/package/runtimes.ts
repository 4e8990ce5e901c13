/**
 * Installs the tarball and runs the same programs on each runtime: both clients, uploads on runtimes with files (and through a
 * proxy), an error response and redaction. Fails if the table in docs/runtimes.md differs; with --update it writes the table.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { startSandbox } from "clear-presign/sandbox";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { runSample } from "../../test-support/samples.js";
import { copyFiles, copyPrograms, createProject, install, listening, root, run } from "./project.js";

const folder = createProject();
const [, , tarball = ""] = process.argv;
const { close, baseUrl, credentials } = await startSandbox();
const SANDBOX = JSON.stringify({ baseUrl, credentials });

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
async function onFiles(name: string, command: string, ...args: readonly string[]) {
  if (!existsSync(command)) throw new Error(`${name} is not installed: ${command}`);
  const env = { ...process.env, SANDBOX };
  const { output } = await runSample(command, [...args, "client-and-upload.mjs"], { cwd: folder, env });
  if (!output.startsWith(name)) throw new Error(`not ${name} but ${output}`);
  return row(name, output);
}

/**
 * Uploads with the environment's proxy, as Node 24.5 and later use it: over TLS through the proxy; directly with NO_PROXY or
 * without NODE_USE_ENV_PROXY; over loopback http always directly.
 */
async function throughProxy(name: string, node: string) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  await run(folder, "openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject]);
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
    const proxies = { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, HTTP_PROXY: `http://127.0.0.1:${proxyPort}` };
    const proxyEnv = { NODE_USE_ENV_PROXY: "1", ...proxies };
    const cases: [what: string, env: NodeJS.ProcessEnv, seen: string[]][] = [
      ["through it", proxyEnv, [`127.0.0.1:${port}`]],
      ["NO_PROXY", { ...proxyEnv, NO_PROXY: "127.0.0.1" }, []],
      ["without NODE_USE_ENV_PROXY", proxies, []],
    ];
    for (const [what, more, seen] of cases) {
      targets.length = 0;
      const env = { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: cert, ...more };
      const { code, output } = await runSample(node, ["put.mjs", ...urls], { cwd: folder, env });
      const passed = code === 0 && targets.join() === seen.join();
      console.log(
        `${name}, environment proxy, ${what}: ${passed ? "passed" : `FAILED, it saw ${targets.join()}\n${output}`}`,
      );
      if (!passed) process.exitCode = 1;
    }
  } finally {
    for (const server of [storage, loopback, proxy]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** Bundles a program into bundled/, with all that it imports. */
const bundle = (program: string, platform: "neutral" | "browser") =>
  build({
    entryPoints: [join(folder, program)],
    outdir: join(folder, "bundled"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform,
    mainFields: ["module", "main"],
    conditions: ["import"],
  });

async function onWorkerd() {
  await bundle("worker.mjs", "neutral");
  const child = spawn(join(folder, "node_modules/.bin/workerd"), ["serve", "--control-fd=3", "worker.capnp"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const control = child.stdio[3] as Readable;
    const [line] = await once(control, "data", { signal: AbortSignal.timeout(30_000) });
    const { port } = JSON.parse(String(line).split("\n")[0] ?? "");
    const signal = AbortSignal.timeout(60_000);
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: SANDBOX, signal });
    return { ...row("workerd", `client: ${await response.text()}`), upload: null };
  } finally {
    child.kill("SIGTERM");
  }
}

async function onChromium() {
  await bundle("page.mjs", "browser");
  // The APIs are for servers and send no CORS headers, so the page comes from the same origin.
  const server = createServer(async (request, response) => {
    if (request.url === "/") {
      return response.writeHead(200, { "content-type": "text/html" }).end(readFileSync(join(folder, "page.html")));
    }
    if (request.url === "/page.mjs") {
      const script = readFileSync(join(folder, "bundled/page.mjs"));
      return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    }
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const upstream = await fetch(baseUrl + request.url, { headers });
    return response
      .writeHead(upstream.status, { "content-type": upstream.headers.get("content-type") ?? "" })
      .end(await upstream.text());
  });
  const origin = `http://127.0.0.1:${await listening(server)}`;
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    const passed = await page.evaluate(`passed(${JSON.stringify(origin)}, ${JSON.stringify(credentials)})`);
    return { ...row("Chromium", `client: ${passed}`), upload: null };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

try {
  copyPrograms(folder);
  copyFiles(folder, "sales.csv");
  const nodes = [20, 22, 24, 26];
  const runtimes = [...nodes.map((version) => `node-${version}@npm:node@${version}`), "bun", "deno", "workerd"];
  await install(folder, tarball, ...runtimes);
  const bin = (path: string) => join(folder, "node_modules", path);

  const rows: Row[] = [];
  for (const version of nodes) {
    const node = bin(`node-${version}/bin/node`);
    rows.push(await onFiles(`Node.js ${version}`, node));
    if (version >= 24) await throughProxy(`Node.js ${version}`, node);
  }
  rows.push(await onFiles("Bun", bin(".bin/bun")));
  rows.push(await onFiles("Deno", bin(".bin/deno"), "run", "--allow-all"));
  rows.push(await onWorkerd());
  rows.push(await onChromium());

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
  await close();
  rmSync(folder, { recursive: true, force: true });
}
