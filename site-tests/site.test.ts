/** The built site in a real browser, from disk. `npm run test:site` builds it first. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { codeSamples, guide } from "../scripts/docs-description.mjs";

const SITE = new URL("../site/index.html", import.meta.url).href;
const REPORTS = fileURLToPath(new URL("../reports/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OPERATIONS = { getCfcPreSignedUrl: "#/cfc/getcfcpresignedurl", getGlsPreSignedUrl: "#/gls/getglspresignedurl" };
const GUIDES = [
  "#/quick-start",
  "#/upload",
  "#/errors",
  "#/offline-testing",
  "#/contract-tests",
  "#/adding-an-endpoint",
  "#/contradictions",
];

/** What axe finds and only the viewer can mend, by rule and a part of the element's HTML, with the reason. */
const VIEWERS_OWN: readonly { rule: string; html: string; why: string }[] = [
  {
    rule: "label-content-name-mismatch",
    html: 'aria-label="Example"',
    why: "Redoc names the menu of examples in a fixed way; it opens and works by keyboard, and shows the chosen one.",
  },
];

let browser: Browser;
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
afterAll(() => browser.close());

/** What a page asked for and complained of, from its start. */
interface Watched {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

const pages: Page[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});

async function open(hash = "", options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  pages.push(page);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(SITE + hash);
  // The page is prerendered; it works once the viewer's React has taken its root over.
  await page.waitForFunction(() =>
    Object.keys(document.getElementById("redoc") ?? {}).some((key) => key.startsWith("__react")),
  );
  return { page, requests, complaints };
}

/** Goes to a part of the page, and waits until it is drawn and in view. */
async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  // In view, and no longer moving.
  await page.waitForFunction(async (id) => {
    const top = () => (id ? document.getElementById(id) : document.body)?.getBoundingClientRect().top;
    const before = top();
    for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
    return before !== undefined && before === top() && before > -1 && before < innerHeight / 2;
  }, hash.slice(2));
}

const operation = (page: Page) => page.getByTestId("right-panel").filter({ has: page.locator("code, pre") });

describe("alone", () => {
  test("the page asks nobody for anything and complains of nothing, wherever one looks", async () => {
    const { page, requests, complaints } = await open();
    for (const hash of [...GUIDES, ...Object.values(OPERATIONS)]) await show(page, hash);
    expect(requests.filter((url) => !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([SITE]);
    expect(complaints).toEqual([]);
  });

  test("a browser that is told to fetch something else is stopped by the page's policy", async () => {
    const { page } = await open();
    const refused = await page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
            if (blockedURI.includes("example.com")) resolve(effectiveDirective);
          });
          fetch("https://example.com/").catch(() => setTimeout(resolve, 1000, "asked"));
        }),
    );
    expect(refused).toBe("connect-src");
  });

  test("the description can be downloaded, and is the one of the package", async () => {
    const { page } = await open();
    const href = await page.locator('a[href="openapi.yaml"]').first().getAttribute("href");
    expect(readFileSync(new URL(href ?? "", SITE), "utf8")).toBe(
      readFileSync(new URL("../generated/openapi.yaml", import.meta.url), "utf8"),
    );
  });
});

test("the copy buttons of the guides copy their code", async () => {
  const document = parse(readFileSync(new URL("../generated/openapi.yaml", import.meta.url), "utf8"));
  const sources = GUIDES.flatMap((hash) =>
    [...guide(hash.slice(2), document).body.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, source = ""]) => source),
  );
  const { page } = await open("", { permissions: ["clipboard-read", "clipboard-write"] });
  const buttons = page.locator("button.copy");
  await buttons.nth(sources.length - 1).waitFor();
  expect(await buttons.count()).toBe(sources.length);
  for (const [i, source] of sources.entries()) {
    await buttons.nth(i).click();
    await buttons.nth(i).getByText("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(source.trimEnd());
  }
});

describe("the search", () => {
  const CFC = "/integration/v1/generatePreSign/{templateType}";
  const GLS = "/one-integration/action/pre-sign";
  const found = (page: Page) => page.locator('[data-component-name^="Search"]');

  test.each([
    ["Get a pre-signed URL", [CFC, GLS], []],
    ["fileContentType", [CFC], [GLS]],
    ["integration-id", [GLS], [CFC]],
  ])("for %s finds %j, and not %j", async (query, paths, others) => {
    const { page } = await open();
    await page.getByTestId("search-trigger").click();
    await page.keyboard.type(query);
    for (const path of paths) await found(page).getByText(path).first().waitFor();
    const text = (await found(page).allInnerTexts()).join("\n");
    for (const path of others) expect(text).not.toContain(path);
    expect(text).not.toContain("<");
  });

  test("for what is not there finds nothing", async () => {
    const { page } = await open();
    await page.getByTestId("search-trigger").click();
    await page.keyboard.type("permission to create invoices");
    const operation = found(page).getByText(CFC).first();
    await operation.waitFor();
    // Lines are not run together.
    expect((await found(page).allInnerTexts()).join("\n")).toContain("needs the permission to create invoices");
    await page.keyboard.type(" zzqqzz");
    await operation.waitFor({ state: "hidden" });
  });
});

describe.each(Object.entries(OPERATIONS))("%s", (operationId, hash) => {
  test("the copy button copies each sample as it is run by the tests", async () => {
    const { page } = await open(hash, { permissions: ["clipboard-read", "clipboard-write"] });
    const panel = operation(page).first();
    await panel.waitFor();
    const language = panel
      .locator('[data-component-name="Panel/PanelHeader"]')
      .getByRole("button", { name: /^(curl|TypeScript|Python)$/ });
    for (const { label, source } of codeSamples(operationId)) {
      await language.click();
      await page.getByRole("menuitem", { name: label }).click();
      await panel.locator('[data-component-name="CodeBlock/CodeBlock"]').getByTestId("copy-button").click();
      await page.waitForFunction(
        (start) => navigator.clipboard.readText().then((text) => text.startsWith(start)),
        source.slice(0, 20),
      );
      expect((await page.evaluate(() => navigator.clipboard.readText())).trimEnd()).toBe(source.trimEnd());
    }
  });

  test("what is inferred is marked where it is read", async () => {
    const { page } = await open(hash);
    await page
      .getByRole("button", { name: "403" })
      .or(page.getByRole("tab", { name: "403" }))
      .first()
      .click();
    const marked = page.locator("b.inferred").locator("visible=true");
    expect(await marked.count()).toBeGreaterThan(0);
    expect(await marked.first().evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe(
      "rgba(0, 0, 0, 0)",
    );
  });
});

describe.each([
  ["light", 1400],
  ["dark", 1400],
  ["light", 390],
  ["dark", 390],
] as const)("in %s mode, %d pixels wide", (colorScheme, width) => {
  test.each(["", ...Object.values(OPERATIONS)])("axe finds nothing serious or critical at %j", async (hash) => {
    const { page } = await open(hash, { colorScheme, viewport: { width, height: 900 } });
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(
      () =>
        // biome-ignore lint/suspicious/noExplicitAny: axe came as a script.
        (globalThis as any).axe.run() as Promise<{
          violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
        }>,
    );
    const found = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })))
      .filter(({ id, html }) => !VIEWERS_OWN.some((own) => own.rule === id && html.includes(own.html)));
    expect(found).toEqual([]);
  });
});

test.each([
  ["desktop", 1400, 1000],
  ["phone", 390, 844],
] as const)("nothing is wider than the screen of a %s; screenshots", async (device, width, height) => {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await open("", { viewport: { width, height }, colorScheme });
    for (const hash of ["#/", ...GUIDES, ...Object.values(OPERATIONS)]) {
      await show(page, hash);
      // What holds a table cuts off what is wider.
      const wide = await page.evaluate(() => {
        const right = (element: Element | null) => Math.floor(element?.getBoundingClientRect().right ?? 0);
        return [
          document.documentElement.scrollWidth - document.documentElement.clientWidth,
          ...Array.from(document.querySelectorAll("table"), (table) => right(table) - right(table.parentElement)),
        ].filter((pixels) => pixels > 0);
      });
      expect(wide, hash).toEqual([]);
      const name = hash.split("/").at(-1) || "start";
      await page.screenshot({ path: `${REPORTS}site-${device}-${colorScheme}-${name}.png` });
    }
  }
});
