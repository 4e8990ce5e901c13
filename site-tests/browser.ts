/** Serves the built site, and opens its pages in Chromium. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

export const SITE = new URL("../site/", import.meta.url);
/** The folder for screenshots and the printed page. */
export const REPORTS = new URL("../reports/", import.meta.url).pathname;

/** The names of the pages that VitePress has built. */
export const PAGES = readdirSync(SITE)
  .filter((name) => name.endsWith(".html") && name !== "404.html" && name !== "viewer.html")
  .map((name) => name.replace(".html", ""));

/** Less than that of a test, so that a failure names what it has waited for. */
const TIMEOUT = 30_000;
const BASE = process.env["SITE_BASE"] ?? "/";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "", "http://localhost");
  const file = new URL(`./${pathname.slice(BASE.length)}`, SITE);
  readFile(file).then(
    (content) => response.setHeader("content-type", TYPES[extname(pathname)] ?? "text/plain").end(content),
    () => response.writeHead(404).end(),
  );
});
let browser: Browser;
let origin: string;

beforeAll(async () => {
  mkdirSync(REPORTS, { recursive: true });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser.close();
  server.close();
});

/** The address of a file of the site. */
export const at = (file: string) => `${origin}${BASE}${file}`;

/** A page, with the foreign addresses that it has asked for, and its console errors and warnings. */
export interface Opened {
  readonly page: Page;
  readonly foreign: string[];
  readonly problems: string[];
}

export async function open(file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const foreign: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  await go(page, file);
  return { page, foreign, problems };
}

/** Opens another file of the site, and waits until its scripts have run. */
export async function go(page: Page, file: string): Promise<void> {
  await page.goto(at(file));
  const scripted = await page.evaluate(
    () => matchMedia("(scripting: enabled)").matches && document.querySelector(".VPContent") !== null,
  );
  if (scripted) await page.waitForFunction(() => "__vue_app__" in (document.querySelector("#app") ?? {}));
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly html: string;
  readonly failureSummary: string;
}

/** Everything that axe reports for the page or a part of it, whatever its impact. */
export async function violations(page: Page, part = "html", rules?: readonly string[]): Promise<Violation[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    ([part, rules]) =>
      // biome-ignore lint/suspicious/noExplicitAny: axe is injected as a script.
      (globalThis as any).axe.run(part, {
        resultTypes: ["violations"],
        ...(rules && { runOnly: rules }),
      }) as Promise<{
        violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
      }>,
    [part, rules] as const,
  );
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => ({ id, impact, html, failureSummary })),
  );
}

/** The CSP directive that blocks a fetch from another host, or `undefined`. */
export const fetchForeign = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<string | undefined>((resolve) => {
        addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
          if (blockedURI.includes("example.com")) resolve(effectiveDirective);
        });
        fetch("https://example.com/").then(
          () => resolve(undefined),
          () => setTimeout(resolve, 1000, undefined),
        );
      }),
  );
