/** A web page sends a file straight to the sandbox's storage, in Chromium. */
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createCfcClient, unwrap } from "../../src/index.js";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.js";

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
});
afterAll(() => browser.close());

/** The outcome on the page: the status and ETag of the storage's response, or the name of the error. */
const PAGE = `<!doctype html><script>
  async function upload(more) {
    const { url, headers } = await (await fetch("/url")).json();
    try {
      const response = await fetch(url, { method: "PUT", headers: { ...headers, ...more }, body: new Blob(["a,b\\n1,2\\n"]) });
      return { url, status: response.status, etag: response.headers.get("etag"), text: await response.text() };
    } catch (error) {
      return { url, error: error.name };
    }
  }
</script>`;

/** The web application: a page, and a server that requests URLs. The page never sees a token. */
async function application(getSandbox: () => Sandbox): Promise<string> {
  const listener: RequestListener = async (request, response) => {
    if (request.url !== "/url") return response.setHeader("content-type", "text/html").end(PAGE);
    const { baseUrl, credentials } = getSandbox();
    const cfc = createCfcClient({ baseUrl, ...credentials.cfc });
    const { url, headers } = unwrap(await cfc.getPreSignedUrl({ templateType: "sales", fileName: "sales.csv" }));
    return response.setHeader("content-type", "application/json").end(JSON.stringify({ url, headers }));
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Outcome {
  readonly url: string;
  readonly status?: number;
  readonly etag?: string | null;
  readonly text?: string;
  readonly error?: string;
}

/** Uploads from a page of the application, with the origin that the sandbox allows, if any. */
async function upload(allow: (own: string) => string | undefined, more = {}) {
  let sandbox: Sandbox;
  const origin = await application(() => sandbox);
  sandbox = await startSandbox({ allowOrigin: allow(origin) });
  onTestFinished(sandbox.close);
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(origin);
  const outcome = await page.evaluate<Outcome>(`upload(${JSON.stringify(more)})`);
  const received = sandbox.requests.filter(({ target }) => target === "storage");
  return { sandbox, outcome, received: received.map(({ method, status }) => [method, status]) };
}

test("a page of the allowed origin uploads a file, and reads its ETag", async () => {
  const { sandbox, outcome, received } = await upload((own) => own);
  expect(outcome).toMatchObject({ status: 200, etag: expect.stringMatching(/^"[\da-f]{32}"$/), text: "" });
  expect(readFileSync(sandbox.pathOf(outcome.url), "utf8")).toBe("a,b\n1,2\n");
  expect(received).toEqual([
    ["OPTIONS", 200],
    ["PUT", 200],
  ]);
});

test("the page can read the storage's error response", async () => {
  const { outcome } = await upload((own) => own, { "content-type": "text/plain" });
  expect(outcome).toMatchObject({ status: 403, text: expect.stringContaining("SignatureDoesNotMatch") });
});

test.each<[string, (own: string) => string | undefined]>([
  ["by default", () => undefined],
  ["if another port is allowed", (own) => own.replace(/\d+$/, "1")],
  ["if another host name is allowed", (own) => own.replace("127.0.0.1", "localhost")],
])("a page's upload is blocked %s", async (_what, allow) => {
  const { outcome, received } = await upload(allow);
  expect(outcome).toEqual({ url: outcome.url, error: "TypeError" });
  expect(received).toEqual([["OPTIONS", 403]]);
});
