/** The page in a real browser, from disk. `npm run test:site` builds it first. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { EXIT_CODES } from "../src/cli/exit-codes.js";
import { operationsOf, pageOf, readDescription } from "../tools/description.js";
import { codeSamples } from "../tools/docs/code-samples.js";
import { GUIDES } from "../tools/docs/guides.js";
import { fetchForeign, foreign, open, REPORTS, SITE, violations } from "./browser.js";
import { packageExports } from "./package-exports.js";

const description = readDescription();
const operations = operationsOf(description).map(({ path, operation }) => ({
  path,
  ...operation,
  id: pageOf(operation),
}));
const { CfcErrorCode } = description.components.schemas;

/** The anchors that must stay the same from release to release. */
const ERROR_ANCHORS = [
  ...Object.keys(EXIT_CODES).map((kind) => `kind-${kind}`),
  ...operations.flatMap(({ id, responses }) => Object.keys(responses).map((status) => `${id}-status-${status}`)),
  ...[...(CfcErrorCode?.enum ?? []), "UNKNOWN"].map((code) => `cfc-code-${String(code).toLowerCase()}`),
];

const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();
/** Markdown of the description as the page shows it. */
const asShown = (markdown = "") => squeezed(markdown.replaceAll("`", ""));

/** The text from a heading to the next of the same level. */
const sectionText = (page: Page, id: string) =>
  page.evaluate((id) => {
    const heading = document.getElementById(id);
    let text = "";
    for (
      let part = heading?.nextElementSibling;
      part && part.tagName !== heading?.tagName;
      part = part.nextElementSibling
    ) {
      text += ` ${part.textContent}`;
    }
    return text;
  }, id);

describe("without JavaScript", () => {
  const withoutScript = () => open("index.html", { javaScriptEnabled: false });

  test("every operation, parameter, response, example and sample is visible", async () => {
    const { page } = await withoutScript();
    const text = squeezed(await page.locator("main").innerText());
    for (const { path, operationId, parameters = [], responses, security, ...operation } of operations) {
      expect(text).toContain(path);
      expect(text).toContain(asShown(operation.description));
      for (const scheme of security.flatMap(Object.keys)) {
        expect(text).toContain(description.components.securitySchemes[scheme]?.name);
      }
      for (const { name, description: about } of parameters) {
        expect(text).toContain(name);
        expect(text).toContain(asShown(about));
      }
      for (const { description: about, content = {} } of Object.values(responses)) {
        expect(text).toContain(asShown(about));
        for (const { value } of Object.values(content).flatMap(({ examples }) => Object.values(examples))) {
          expect(text).toContain(typeof value === "string" ? value : squeezed(JSON.stringify(value, undefined, 2)));
        }
      }
      for (const { source } of codeSamples(operationId)) expect(text).toContain(squeezed(source));
    }
  });

  test("every guide is visible, and so is every export of the package with its options", async () => {
    const { page } = await withoutScript();
    for (const id of GUIDES) expect(await page.locator(`main h2#${id}`).isVisible(), id).toBe(true);
    for (const { id, names, properties } of packageExports()) {
      const headings = await page.locator(`section[data-markdown="${id}.md"] h3`).allInnerTexts();
      const shown = new Set(headings.map((heading) => heading.replace("()", "").trim()));
      expect(names.filter((name) => !shown.has(name))).toEqual([]);
      // A re-export is documented once, and linked.
      const sections = await page.locator('section[data-markdown^="clear-presign"]').allInnerTexts();
      const text = sections.join("\n");
      expect(properties.filter((property) => !new RegExp(`\\b${property}\\b`).test(text))).toEqual([]);
    }
  });

  test("the menu opens", async () => {
    const { page } = await open("index.html", { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
    expect(await page.locator("#menu").isVisible()).toBe(false);
    await page.locator("#menu-button").click();
    await page.locator('#menu a[href="#gls"]').click();
    expect(page.url()).toMatch(/#gls$/);
  });
});

test("the printed page is complete", async ({ skip }) => {
  if (spawnSync("pdftotext", ["-v"]).error) skip("pdftotext is not installed (Debian: poppler-utils)");
  const { page } = await open("index.html");
  const pdf = `${REPORTS}site.pdf`;
  await page.pdf({ path: pdf });
  const text = squeezed(execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" }));
  for (const { path, operationId, responses } of operations) {
    expect(text).toContain(path);
    for (const status of Object.keys(responses)) expect(text).toContain(`Status ${status}`);
    for (const { source } of codeSamples(operationId)) expect(text).toContain(squeezed(source.split("\n")[0] ?? ""));
  }
  for (const kind of Object.keys(EXIT_CODES)) expect(text).toContain(`Kind ${kind}`);
  for (const { names } of packageExports()) for (const name of names) expect(text).toContain(name);
});

describe("anchors", () => {
  test("each id is unique, and each link within the page has a target", async () => {
    const { page } = await open("index.html");
    const { ids, targets } = await page.evaluate(() => ({
      ids: Array.from(document.querySelectorAll("[id]"), ({ id }) => id),
      targets: Array.from(document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]'), ({ hash }) => hash.slice(1)),
    }));
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test("each file that the page links to exists", async () => {
    const { page } = await open("index.html");
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""));
    for (const link of links.filter((href) => !/^(#|https:)/.test(href))) {
      expect(statSync(new URL(link, SITE)).isFile(), link).toBe(true);
    }
    expect(readFileSync(new URL("openapi.yaml", SITE))).toEqual(
      readFileSync(new URL("../spec/openapi.yaml", import.meta.url)),
    );
  });

  test.each(ERROR_ANCHORS)(
    "#%s leads to the meaning, what to do, an example and what the client returns",
    async (id) => {
      const { page } = await open(`index.html#${id}`);
      const { y } = (await page.locator(`[id="${id}"]`).boundingBox()) ?? { y: -1 };
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(200);
      const text = await sectionText(page, id);
      expect(text).toContain("What to do.");
      const [, kind] = /^kind-(.+)/.exec(id) ?? [];
      const [, status] = /-status-(\d+)/.exec(id) ?? [];
      if (kind) expect(text).toContain(`"kind": "${kind}"`);
      else if (status === "200") expect(text).toContain('"url": "[redacted]"');
      else if (status) expect(text).toContain(`"status": ${status}`);
      else expect(text).toContain(`"code": "${id.replace("cfc-code-", "").toUpperCase()}"`);
      // The meaning comes first.
      expect(text.trim().indexOf("What to do.")).toBeGreaterThan(10);
    },
  );

  test("the errors guide links to each error", async () => {
    const { page } = await open("index.html");
    const links = await page
      .locator('section[data-markdown="errors.md"] td a')
      .evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    expect(links.toSorted()).toEqual(ERROR_ANCHORS.map((id) => `#${id}`).toSorted());
  });

  test("each heading of a guide has a link to itself", async () => {
    const { page } = await open("index.html");
    for (const id of GUIDES) {
      const headings = page.locator(`section[data-markdown="${id}.md"] :is(h2, h3)`);
      for (const heading of await headings.all()) {
        const anchor = await heading.getAttribute("id");
        expect(await heading.locator(".anchor").getAttribute("href")).toBe(`#${anchor}`);
      }
    }
  });
});

describe("search", () => {
  test("the browser's search finds text in each part, and reveals a sample in another language", async () => {
    const { page } = await open("index.html");
    const findInPage = (text: string) =>
      page.evaluate(
        (text) =>
          (window as never as { find(...options: [string, boolean, boolean, boolean]): boolean }).find(
            text,
            false,
            false,
            true,
          ),
        text,
      );
    for (const text of ["x-integration-id", "ACTIVITY_QUEUED", "idleTimeoutMs", "Invalid file extension"]) {
      expect(await findInPage(text), text).toBe(true);
    }
    expect(await findInPage("no such text")).toBe(false);
    expect(await page.getByText("import urlencode").first().isVisible()).toBe(false);
    // A script cannot open the browser's search, but a text fragment makes the browser reveal its match.
    const { page: linked } = await open("index.html#:~:text=import%20urlencode");
    await linked.getByText("import urlencode").first().waitFor({ state: "visible" });
    expect(await linked.getByRole("button", { name: "Python" }).first().getAttribute("aria-pressed")).toBe("true");
  });

  test.each([
    ["fileContentType header", "cfc-parameters", "The type of the file to upload"],
    ["integration-id", "gls-parameters", "The identifier of the integration"],
    ["idleTimeoutMs", "clear-presign-upload-uploadoptions", "Time limit in milliseconds"],
    ["288 requests", "tokens-what-to-know", "288 requests a day"],
    ["license expired", "cfc-code-license_expired", "The license of the account has expired"],
  ])("the search for %j finds #%s", async (query, id, words) => {
    const { page } = await open("index.html");
    await page.getByLabel("Search").fill(query);
    const found = page.locator(`search a[href="#${id}"]`);
    expect(await found.count()).toBe(1);
    expect(await sectionText(page, id)).toContain(words);
  });

  test("the search separates the lines of a cell with spaces, and shows no markup", async () => {
    const { page } = await open("index.html");
    await page.getByLabel("Search").fill("purchase documents");
    const text = await page.locator("search ol").innerText();
    expect(text).toContain("Sales documents. purchase: Purchase documents. Example: sales");
    expect(text).not.toMatch(/<\/?\w/);
  });

  test("a search without a match finds nothing, and Escape closes it", async () => {
    const { page } = await open("index.html");
    await page.getByLabel("Search").fill("permission zzqqzz");
    expect(await page.locator("search [role=status]").innerText()).toBe("Nothing found");
    expect(await page.locator("search li").count()).toBe(0);
    await page.getByLabel("Search").fill("permission");
    expect(await page.locator("search li").count()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    expect(await page.locator("search li").count()).toBe(0);
  });
});

describe("the keyboard", () => {
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.className);

  test("reaches the content, and the search with its results", async () => {
    const { page } = await open("index.html");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("skip");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("title");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("search");
    await page.keyboard.type("406");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("search ol") !== null)).toBe(true);
    await page.keyboard.press("Enter");
    expect(page.url()).toMatch(/#./);
    expect(await page.locator("search li").count()).toBe(0);
  });

  test("skips to the content", async () => {
    const { page } = await open("index.html");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("content");
  });

  test("opens the menu, follows a link in it and closes it", async () => {
    const { page } = await open("index.html", { viewport: { width: 390, height: 844 } });
    const menu = page.locator("#menu");
    await page.locator("#menu-button").focus();
    await page.keyboard.press("Enter");
    expect(await menu.isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await menu.isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("#menu") !== null)).toBe(true);
    await page.keyboard.press("Enter");
    expect(page.url()).toMatch(/#./);
    expect(await menu.isVisible()).toBe(false);
  });
});

describe("code", () => {
  test("each copy button copies its code", async () => {
    const { page } = await open("index.html", { permissions: ["clipboard-read", "clipboard-write"] });
    const codes = page.locator("pre:has(button.copy)");
    const copied = await codes.evaluateAll(async (all) => {
      const pairs: [string | undefined, string][] = [];
      for (const pre of all) {
        pre.querySelector("button")?.click();
        pairs.push([pre.querySelector("code")?.textContent?.trimEnd(), await navigator.clipboard.readText()]);
      }
      return pairs;
    });
    expect(copied.length).toBe(await page.locator("pre").count());
    for (const [source, text] of copied) expect(text).toBe(source);
    const sources = copied.map(([, text]) => text);
    for (const { operationId } of operations) {
      for (const { source } of codeSamples(operationId)) expect(sources).toContain(source.trimEnd());
    }
  });

  test("the chosen language survives a reload", async () => {
    const { page } = await open("index.html");
    const python = page.getByText("from urllib.parse import urlencode").first();
    expect(await python.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Python" }).last().click();
    expect(await python.isVisible()).toBe(true);
    await page.reload();
    expect(await python.isVisible()).toBe(true);
    expect(await page.getByRole("button", { name: "curl" }).first().getAttribute("aria-pressed")).toBe("false");
  });
});

describe("isolation", () => {
  test("the page sends no request and logs no problem, and a request to another host is blocked", async () => {
    const { page, requests, problems } = await open("index.html");
    expect(foreign(requests)).toEqual([]);
    expect(problems).toEqual([]);
    expect(await fetchForeign(page)).toBe("connect-src");
  });

  test("its policy blocks an injected script and style", async () => {
    const { page } = await open("index.html");
    const blocked = page.evaluate(
      () =>
        new Promise((resolve) => {
          const directives: string[] = [];
          addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
            directives.push(effectiveDirective);
            if (directives.length === 2) resolve(directives);
          });
          for (const name of ["script", "style"]) {
            const element = document.createElement(name);
            element.textContent = name === "script" ? "document.title = 'stolen'" : "body { display: none }";
            document.head.append(element);
          }
        }),
    );
    expect(await blocked).toEqual(["script-src-elem", "style-src-elem"]);
    expect(await page.title()).toBe(description.info.title);
  });

  test("the page is smaller than 640 KiB", () => {
    expect(statSync(new URL("index.html", SITE)).size).toBeLessThan(640 * 1024);
  });
});

describe.each([
  ["desktop", 1400, 1000, 1],
  ["desktop at 200 %", 700, 500, 2],
  ["phone", 390, 844, 2],
] as const)("on a %s", (device, width, height, deviceScaleFactor) => {
  describe.each(["light", "dark"] as const)("in %s mode", (colorScheme) => {
    const options = { viewport: { width, height }, deviceScaleFactor, colorScheme };

    test("axe finds nothing, also with search results or the menu open", async () => {
      const { page } = await open("index.html", options);
      if (device !== "desktop at 200 %") expect(await violations(page)).toEqual([]);
      await page.getByLabel("Search").fill("token");
      expect(await violations(page, "header")).toEqual([]);
      await page.keyboard.press("Escape");
      if (device !== "desktop") await page.locator("#menu-button").click();
      expect(await violations(page, "#menu")).toEqual([]);
    }, 120_000);

    test("nothing is wider than the screen (saves screenshots)", async () => {
      const { page } = await open("index.html", options);
      const wide = await page.evaluate(() =>
        Array.from(document.querySelectorAll("main *"))
          .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth)
          .map((element) => element.outerHTML.slice(0, 200)),
      );
      expect(wide).toEqual([]);
      for (const id of ["top", "tokens", "errors", "cfc", "gls-status-406", "clear-presign-upload"]) {
        await page.evaluate((id) => document.getElementById(id)?.scrollIntoView(), id);
        await page.screenshot({ path: `${REPORTS}site-${width}-${colorScheme}-${id}.png` });
      }
    });
  });

  test("the menu is beside the text on a wide screen, and hidden on others", async () => {
    const { page } = await open("index.html", { viewport: { width, height }, deviceScaleFactor });
    expect(await page.locator("#menu").isVisible()).toBe(device === "desktop");
    expect(await page.locator("#menu-button").isVisible()).toBe(device !== "desktop");
    const { width: text = 0 } = (await page.locator("#top").boundingBox()) ?? {};
    expect(text / width).toBeGreaterThan(device === "desktop" ? 0.5 : 0.8);
  });
});
