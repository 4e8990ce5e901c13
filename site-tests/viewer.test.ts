/** Redocly's interactive viewer of the operations. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { operationsOf, pageOf, readDescription } from "../tools/description.js";
import { codeSamples } from "../tools/docs/code-samples.js";
import { hashOf } from "../tools/docs/viewer.js";
import { fetchForeign, type Opened, open, REPORTS, SITE, violations } from "./browser.js";

const description = readDescription();
const OPERATIONS = operationsOf(description).map(({ operation }) => ({
  ...operation,
  hash: hashOf(operation),
  page: `${pageOf(operation)}.html`,
}));

/** Violations that only the viewer's authors can fix, by rule and a part of the element's HTML, with the reason. */
const VIEWER_VIOLATIONS: readonly { rule: string; html: string; why: string }[] = [
  {
    rule: "label-content-name-mismatch",
    html: 'aria-label="Example"',
    why: "Redoc names the menu of examples in a fixed way; it opens and works by keyboard, and shows the chosen one.",
  },
];

async function openViewer(hash = "", options = {}): Promise<Opened> {
  const opened = await open(`viewer.html${hash}`, options);
  // The start is prerendered; it works once React has hydrated its root.
  await opened.page.waitForFunction(() =>
    Object.keys(document.getElementById("redoc") ?? {}).some((key) => key.startsWith("__react")),
  );
  return opened;
}

const operationPanel = (page: Page) =>
  page
    .getByTestId("right-panel")
    .filter({ has: page.locator("code, pre") })
    .first();

test("the viewer sends no request and logs no problem, and a request to another host is blocked", async () => {
  const { page, foreign, problems } = await openViewer();
  for (const { hash } of OPERATIONS) {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await operationPanel(page).waitFor();
  }
  expect(foreign).toEqual([]);
  expect(problems).toEqual([]);
  expect(await fetchForeign(page)).toBe("connect-src");
});

test("links to the reference and to the description", async () => {
  const { page } = await openViewer();
  const href = await page.locator('a[href="openapi.yaml"]').first().getAttribute("href");
  expect(readFileSync(new URL(href ?? "", SITE))).toEqual(
    readFileSync(new URL("../spec/openapi.yaml", import.meta.url)),
  );
  await page.getByRole("link", { name: "index.html" }).click();
  await page.waitForURL(/index\.html$/);
  expect(await page.locator("h1").innerText()).toContain("clear-presign");
});

test("the keyboard reaches the search, whose results keep their spaces", async () => {
  const { page } = await openViewer();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
  for (let i = 0; i < 5 && (await focused()) !== "search-trigger"; i++) await page.keyboard.press("Tab");
  expect(await focused()).toBe("search-trigger");
  await page.keyboard.press("Enter");
  await page.locator('[data-component-name^="Search"] input').first().waitFor();
  await page.keyboard.type("permission to create invoices");
  await page.getByText("should have permission to create invoices").first().waitFor();
});

describe.each(OPERATIONS)("$operationId", ({ operationId, hash, page: own, security }) => {
  test("links to its page", async () => {
    const { page } = await openViewer(hash);
    await page.locator(`a[href="${own}"]`).first().waitFor();
  });

  test("the header of the credentials is shown, and inferred facts are marked", async () => {
    const { page } = await openViewer(hash);
    const [scheme = ""] = security.flatMap(Object.keys);
    await page
      .getByText(description.components.securitySchemes[scheme]?.name ?? "")
      .first()
      .waitFor();
    await page
      .getByRole("button", { name: "403" })
      .or(page.getByRole("tab", { name: "403" }))
      .first()
      .click();
    const marked = page.locator("b.inferred").locator("visible=true").first();
    await marked.waitFor();
    expect(await marked.evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe("rgba(0, 0, 0, 0)");
  });

  test("the copy button copies each sample exactly as the tests run it", async () => {
    const { page } = await openViewer(hash, { permissions: ["clipboard-read", "clipboard-write"] });
    const panel = operationPanel(page);
    await panel.waitFor();
    const language = panel
      .locator('[data-component-name="Panel/PanelHeader"]')
      .getByRole("button", { name: /^(curl|TypeScript|Python)$/ });
    for (const { label, source } of codeSamples(operationId).filter(({ viewer }) => viewer)) {
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
});

// The operations are rendered alike.
describe.each([
  ["light", 1400, 0],
  ["dark", 390, 1],
] as const)("in %s mode, %d pixels wide", (colorScheme, width, index) => {
  test.each(OPERATIONS.slice(index, index + 1))(
    "axe finds nothing serious or critical in $operationId",
    async (one) => {
      const { hash, operationId } = one;
      const { page } = await openViewer(hash, { colorScheme, viewport: { width, height: 900 } });
      await page.screenshot({ path: `${REPORTS}viewer-${width}-${colorScheme}-${operationId}.png` });
      const found = (await violations(page))
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .filter(({ id, html }) => !VIEWER_VIOLATIONS.some((known) => known.rule === id && html.includes(known.html)));
      expect(found).toEqual([]);
    },
  );
});
