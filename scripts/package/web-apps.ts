/** Tests the servers of examples/web-apps with real requests, against a sandbox. */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import type { PlainPreSignedUrl } from "clear-presign";
import { type Sandbox, startSandbox } from "clear-presign/sandbox";
import { uploadFile } from "clear-presign/upload";
import { chromium } from "playwright-core";
import { check, listening, run } from "./project.js";

const NAME = "बिक्री २०२६.csv";
const MAX_BYTES = 20 * 1024 * 1024;

const originOf = async (server: Server) => `http://127.0.0.1:${await listening(server)}`;

/** The sandbox's API, with what was requested and returned, and a way to hold a request until its connection closes. */
async function observedApi(baseUrl: string) {
  const fileNames: (string | null)[] = [];
  const urls: string[] = [];
  const held = new EventEmitter();
  const state = { hold: false, baseUrl };
  const server = createServer(async (incoming, response) => {
    fileNames.push(new URL(String(incoming.url), baseUrl).searchParams.get("filename"));
    if (state.hold) {
      held.emit("arrived");
      response.on("close", () => held.emit("closed"));
      return;
    }
    const { host: _, connection: __, ...headers } = incoming.headers as Record<string, string>;
    const upstream = await fetch(state.baseUrl + incoming.url, { headers });
    const text = await upstream.text();
    urls.push(...[...text.matchAll(/http:[^"]+X-Amz-Signature[^"]+/g)].map(([url]) => url));
    response.writeHead(upstream.status, { "content-type": upstream.headers.get("content-type") ?? "" }).end(text);
  });
  return { server, origin: await originOf(server), fileNames, urls, held, state };
}

type Api = Awaited<ReturnType<typeof observedApi>>;

/** A form with a value in its field "file". */
function form(value: Blob | string, name = NAME): RequestInit {
  const body = new FormData();
  if (typeof value === "string") body.set("file", value);
  else body.set("file", value, name);
  return { method: "POST", body };
}

/** Runs a route handler as Next.js does. */
function routeServer(post: (request: Request) => Promise<Response>): Server {
  return createServer(async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const response = await post(
      new Request(`http://127.0.0.1${incoming.url}`, {
        method: String(incoming.method),
        headers: incoming.headers as Record<string, string>,
        body: Readable.toWeb(incoming) as ReadableStream,
        duplex: "half",
        signal: gone.signal,
      }),
    );
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  });
}

/** Sends a body of unknown length, and returns the status. */
async function chunked(url: string, method: string, headers: Record<string, string>, body: Uint8Array) {
  const sent = request(url, { method, headers });
  sent.write(body);
  sent.end();
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
  return response.statusCode;
}

/** Tests a server that receives a form and uploads its file. */
async function receivesForms(name: string, url: string, api: Api, sandbox: Sandbox, csv: Buffer, path: string) {
  const says = async (init: RequestInit) => {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  };
  const file = new Blob([new Uint8Array(csv)]);

  const sent = await says(form(file));
  check(
    sent.status === 201 && sent.text === `{"bytes":${csv.length}}` && api.fileNames.at(-1) === NAME,
    `${name}: uploads the file of a form, with its name`,
    `${sent.status} ${sent.text} ${api.fileNames.at(-1)}`,
  );
  check(readFileSync(sandbox.pathOf(api.urls.at(-1) ?? "")).equals(csv), `${name}: the stored file is the one sent`);

  const requested = api.fileNames.length;
  const rejected: [string, RequestInit, number][] = [
    ["a field that names a file of the server", form(path), 400],
    ["a file: URL in the field", form(pathToFileURL(path).href), 400],
    ["a form without a file", { method: "POST", body: new FormData() }, 400],
    ["a wrong extension", form(file, "sales.pdf"), 400],
    ["an empty file", form(new Blob([])), 400],
    ["an HTML page named .xls", form(new Blob(["<html><table></table></html>"]), "sales.xls"), 422],
    ["a file that is too large", form(new Blob([new Uint8Array(MAX_BYTES + 1).fill(97)])), 413],
    ["a form that ends early", { method: "POST", ...cutOff() }, 400],
  ];
  for (const [what, init, status] of rejected) {
    const found = await says(init);
    check(found.status === status, `${name}: ${what} is a ${status}`, `${found.status} ${found.text}`);
  }
  const { headers, start } = cutOff();
  const half = request(url, { method: "POST", headers: { ...headers, "content-length": "1000" } }).on(
    "error",
    () => {},
  );
  half.write(start, () => half.destroy());
  await new Promise((resolve) => half.on("close", resolve));
  check((await says(form(path))).status === 400, `${name}: goes on after a client has disconnected within a form`);
  check(api.fileNames.length === requested, `${name}: no URL was requested for them`, api.fileNames.join());

  const gone = new AbortController();
  api.state.hold = true;
  const arrived = once(api.held, "arrived", { signal: AbortSignal.timeout(60_000) });
  const closed = once(api.held, "closed", { signal: AbortSignal.timeout(60_000) });
  const aborted = says({ ...form(file), signal: gone.signal }).catch((error) => error);
  await arrived;
  gone.abort();
  const ended = await closed.then(
    () => true,
    () => false,
  );
  check(ended, `${name}: a client that disconnects ends the upload`);
  await aborted;
  api.state.hold = false;

  sandbox.api.next({ status: 401, headers: { "content-type": "text/plain" }, body: "UNAUTHORIZED" });
  const refused = await says(form(file));
  check(
    refused.status === 502 && refused.text === '{"error":"The file could not be uploaded."}',
    `${name}: a rejected token is a 502 without details`,
    `${refused.status} ${refused.text}`,
  );
  sandbox.storage.next({ status: 403, body: "<Error><Code>AccessDenied</Code></Error>" });
  check((await says(form(file))).status === 502, `${name}: a rejected PUT is a 502`);
}

/** A form whose last boundary is missing. */
function cutOff() {
  const start = `--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\ncontent-type: text/csv\r\n\r\na,b\n`;
  return { headers: { "content-type": "multipart/form-data; boundary=b" }, start, body: start };
}

/** The status for each kind of error. */
async function mapsErrors(copy: string) {
  const { statusOf } = await import(pathToFileURL(join(copy, "dist/reply.js")).href);
  const STATUSES: [error: object, status: number][] = [
    [{ kind: "invalid-input", field: "file" }, 400],
    [{ kind: "invalid-input", field: "fileName" }, 400],
    [{ kind: "invalid-input", field: "maxAttempts" }, 500],
    [{ kind: "file", reason: "empty" }, 400],
    [{ kind: "file", reason: "missing" }, 500],
    [{ kind: "callback", retryable: false }, 500],
    [{ kind: "callback", retryable: true }, 503],
    [{ kind: "api", status: 401, retryable: false }, 502],
    [{ kind: "unexpected-response", status: 429, retryable: true }, 503],
    [{ kind: "network", code: "ECONNRESET", retryable: true }, 503],
    [{ kind: "storage", status: 403, retryable: false }, 502],
    [{ kind: "timeout" }, 504],
    [{ kind: "aborted" }, 499],
  ];
  for (const [error, status] of STATUSES) {
    const found = statusOf(error);
    check(found === status, `${JSON.stringify(error)} is a ${status}`, String(found));
  }
}

/** Tests the body that is the file itself. */
async function receivesBodies(url: string, api: Api, sandbox: Sandbox, csv: Buffer) {
  const put = (fileName: string, body: Uint8Array) =>
    fetch(`${url}?${new URLSearchParams({ fileName })}`, { method: "PUT", body: new Uint8Array(body) });
  const sent = await put(NAME, csv);
  check(
    sent.status === 201 && readFileSync(sandbox.pathOf(api.urls.at(-1) ?? "")).equals(csv),
    "node-http: uploads a body that is the file",
  );
  check((await put("../a.csv", csv)).status === 400, "node-http: a name with slashes is a 400");
  check((await put("a.csv", new Uint8Array(MAX_BYTES + 1))).status === 413, "node-http: a large body is a 413");
  check((await chunked(`${url}?fileName=a.csv`, "PUT", {}, csv)) === 411, "node-http: an unknown length is a 411");
  check((await fetch(`${new URL(url).origin}//`)).status === 404, "node-http: an unknown path is a 404");
}

/** Tests the server that returns URLs. */
async function returnsUrls(url: string, session: string, sandbox: Sandbox, path: string) {
  const issue = (fileName: string, headers: Record<string, string> = { cookie: `session=${session}` }) =>
    fetch(`${url}/upload-url?${new URLSearchParams({ fileName })}`, { headers });
  const stranger = await issue("sales.csv", {});
  check(stranger.status === 401 && !(await stranger.text()).includes("X-Amz"), "upload-url: a stranger gets no URL");
  check((await issue("a.pdf")).status === 400, "upload-url: a wrong file name is a 400");
  const issued = await issue("a.csv");
  check(issued.headers.get("cache-control") === "no-store", "upload-url: the URL must not be cached");
  const keys = Object.keys(Object(await issued.json())).join();
  check(keys === "url,headers,expiresAt", "upload-url: the URL comes with its headers and expiry", keys);
  const server = {
    getPreSignedUrl: async ({ fileName }: { fileName: string }) => ({
      data: (await (await issue(fileName)).json()) as PlainPreSignedUrl,
    }),
  };
  const { data, error } = await uploadFile(server, { path });
  check(
    data !== undefined && readFileSync(sandbox.pathOf(data.preSignedUrl.url)).equals(readFileSync(path)),
    "upload-url: uploadFile accepts what it returns",
    error?.message,
  );
  check((await (await fetch(url)).text()).includes("upload.js"), "upload-url: serves its page");
}

/** Tests the page that sends a file straight to the storage, in Chromium. */
async function uploadsFromPage(url: string, session: string, api: Api, { credentials }: Sandbox, path: string) {
  const sandbox = await startSandbox({ credentials, allowOrigin: url });
  const closedToPages = await startSandbox({ credentials });
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  try {
    const page = await browser.newPage();
    const upload = async (to: Sandbox) => {
      api.state.baseUrl = to.baseUrl;
      await page.goto(url);
      await page.setInputFiles("input", path);
      await page.click("button");
      await page.locator("output", { hasText: /\.$|fetch/ }).waitFor();
      return String(await page.textContent("output"));
    };
    const puts = () => sandbox.requests.filter(({ method }) => method === "PUT").map(({ status }) => status);
    const shows = async (what: string, text: string, statuses: number[], to = sandbox) => {
      await sandbox.reset();
      const queued = statuses.filter((status) => status !== 200).map((status) => ({ status }));
      sandbox.storage.next(...queued);
      const shown = await upload(to);
      check(shown === text && puts().join() === statuses.join(), `page: ${what}`, `${shown} ${puts().join()}`);
    };

    await shows("asks a stranger to log in", "Please log in.", []);
    await page.context().addCookies([{ name: "session", value: session, url }]);
    await shows("stores the file", "Stored.", [200]);
    const stored = readFileSync(sandbox.pathOf(api.urls.at(-1) ?? ""));
    check(stored.equals(readFileSync(path)), "page: the stored file is the one chosen");
    await sandbox.reset();
    sandbox.api.next({ lifetimeSeconds: 0 });
    check((await upload(sandbox)) === "Stored." && puts().join() === "403,200", "page: replaces an expired URL");
    await shows("gives up after the second one", "The storage did not accept the file (403).", [403, 403]);
    await shows("does not repeat other errors", "The storage did not accept the file (501).", [501]);
    sandbox.storage.next({ status: 200, body: "<h1>Sign in to the network</h1>" });
    check((await upload(sandbox)).includes("did not accept"), "page: does not believe a 200 with a body");
    await shows("cannot reach a storage without CORS", "Failed to fetch", [], closedToPages);
  } finally {
    await browser.close();
    await sandbox.close();
    await closedToPages.close();
  }
}

/** Tests a copy of the example, with its packages installed. */
export async function testWebApps(copy: string, sandbox: Sandbox, env: NodeJS.ProcessEnv & { SESSION: string }) {
  await run(copy, "npm", ["run", "build"]);
  const api = await observedApi(sandbox.baseUrl);
  const path = join(copy, "sales.csv");
  const csv = readFileSync(path);
  const children: ChildProcess[] = [];
  const started = Object.fromEntries(
    ["node-http", "express", "fastify", "upload-url"].map((name) => {
      const child = spawn(process.execPath, [`dist/${name}.js`], {
        cwd: copy,
        env: { ...env, CLEAR_BASE_URL: api.origin },
        // Stderr has the log of the failures that are provoked here.
        stdio: ["ignore", "pipe", "ignore"],
      });
      children.push(child);
      return [name, once(child.stdout ?? child, "data", { signal: AbortSignal.timeout(60_000) })];
    }),
  );
  Object.assign(process.env, env, { CLEAR_BASE_URL: api.origin });
  const { POST } = await import(pathToFileURL(join(copy, "dist/next-route.js")).href);
  await mapsErrors(copy);
  const route = routeServer(POST);
  try {
    const origins: Record<string, string> = { "next-route": await originOf(route) };
    for (const [name, line] of Object.entries(started)) origins[name] = String((await line)[0]).trim();
    for (const name of ["node-http", "express", "fastify", "next-route"]) {
      await receivesForms(name, `${origins[name]}/files`, api, sandbox, csv, path);
    }
    const { headers, start } = cutOff();
    const unknown = await chunked(`${origins["next-route"]}/files`, "POST", headers, Buffer.from(start));
    check(unknown === 411, "next-route: a form of unknown length is a 411", String(unknown));
    await receivesBodies(`${origins["node-http"]}/files`, api, sandbox, csv);
    await returnsUrls(origins["upload-url"] ?? "", env.SESSION, sandbox, path);
    await uploadsFromPage(origins["upload-url"] ?? "", env.SESSION, api, sandbox, path);
  } finally {
    for (const child of children.filter(({ exitCode }) => exitCode === null)) {
      child.kill();
      await once(child, "close");
    }
    for (const server of [route, api.server]) {
      server.closeAllConnections();
      server.close();
    }
  }
}
