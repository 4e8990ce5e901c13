/** Opens a file of the built site in Chromium. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

export const SITE = new URL("../site/", import.meta.url);
/** The folder for screenshots and the printed page. */
export const REPORTS = new URL("../reports/", import.meta.url).pathname;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
const pages: Page[] = [];

beforeAll(async () => {
  mkdirSync(REPORTS, { recursive: true });
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
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(() => browser.close());

/** A page, with its requests, and its console errors and warnings. */
export interface Opened {
  readonly page: Page;
  readonly requests: string[];
  readonly problems: string[];
}

export async function open(file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  pages.push(page);
  const requests: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  await page.goto(new URL(file, SITE).href);
  return { page, requests, problems };
}

export const foreign = (requests: readonly string[]) => requests.filter((url) => !/^(file|data|blob):/.test(url));

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly html: string;
  readonly failureSummary: string;
}

/** Everything that axe reports for the page or a part of it, whatever its impact. */
export async function violations(page: Page, part = "html"): Promise<Violation[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    (part) =>
      // biome-ignore lint/suspicious/noExplicitAny: axe is injected as a script.
      (globalThis as any).axe.run(part) as Promise<{
        violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
      }>,
    part,
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
