/** The built site in a real browser. `npm run test:site` builds it first. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { EXIT_CODES } from "../src/cli/exit-codes.js";
import { operationsOf, pageOf, readDescription } from "../tools/description.js";
import { codeSamples } from "../tools/docs/code-samples.js";
import { at, fetchForeign, go, open, PAGES, REPORTS, SITE, violations } from "./browser.js";
import { packageExports } from "./package-exports.js";

const description = readDescription();
const operations = operationsOf(description).map(({ path, method, operation }) => ({
  path,
  method,
  ...operation,
  id: pageOf(operation),
}));
const { CfcErrorCode } = description.components.schemas;

/** The anchors that must stay the same from release to release. */
const ERROR_ANCHORS = [
  ...Object.keys(EXIT_CODES).map((kind) => `errors.html#kind-${kind}`),
  ...operations.flatMap(({ id, responses }) => Object.keys(responses).map((status) => `${id}.html#status-${status}`)),
  ...[...(CfcErrorCode?.enum ?? []), "UNKNOWN"].map((code) => `cfc.html#code-${String(code).toLowerCase()}`),
];

const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();
/** Markdown of the description as a page shows it. */
const asShown = (markdown = "") => squeezed(markdown.replaceAll("`", ""));
const text = async (page: Page) => squeezed(await page.locator("main").innerText());

describe("without JavaScript", () => {
  const PHONE = { viewport: { width: 360, height: 740 } };
  const withoutScript = (file: string, options = {}) => open(file, { javaScriptEnabled: false, ...options });

  test.each(operations)("the page of $operationId shows each parameter, response, example and sample", async (one) => {
    const { page } = await withoutScript(`${one.id}.html`);
    const shown = await text(page);
    expect(shown).toContain(`${one.method} ${one.path}`);
    expect(shown).toContain(asShown(one.description));
    for (const { name, description: about, required } of one.parameters) {
      expect(shown).toContain(asShown(about));
      const cell = page.locator("td:first-child", { hasText: name }).first();
      expect(squeezed(await cell.innerText())).toMatch(required ? /, required$/ : /, optional$/);
    }
    for (const scheme of one.security.flatMap(Object.keys)) {
      expect(shown).toContain(`${description.components.securitySchemes[scheme]?.name} header, required`);
    }
    await page.locator("summary").first().click();
    const opened = await text(page);
    for (const { description: about, content = {} } of Object.values(one.responses)) {
      expect(shown).toContain(asShown(about));
      for (const { value } of Object.values(content).flatMap(({ examples }) => Object.values(examples))) {
        expect(opened).toContain(typeof value === "string" ? value : squeezed(JSON.stringify(value, undefined, 2)));
      }
    }
    for (const { source, label } of codeSamples(one.operationId)) {
      expect(shown).toContain(`${label} `);
      expect(shown).toContain(squeezed(source));
    }
  });

  test("every export of the package is shown with its options, and no internal type", async () => {
    const { page } = await withoutScript("index.html");
    const shown = new Map<string, string>();
    for (const { id } of packageExports()) {
      await page.goto(at(`${id}.html`));
      shown.set(id, await text(page));
    }
    const all = [...shown.values()].join("\n");
    for (const { id, names, properties } of packageExports()) {
      const has = (name: string, where: string) => new RegExp(`(?<!\\w)${name.replace("$", "\\$")}\\b`).test(where);
      expect(names.filter((name) => !has(name, shown.get(id) ?? ""))).toEqual([]);
      // A re-export is documented once, and linked.
      expect(properties.filter((property) => !has(property, all))).toEqual([]);
    }
    expect(all).not.toMatch(/\b(IsLiteral|SERVERS|FlattenedDeepRequired|CfcErrorWith|BodyOf)\b/);
  });

  test("a phone has the menu", async () => {
    const { page } = await withoutScript("index.html", PHONE);
    await page.locator(".VPSidebar a", { hasText: "(GLS)" }).click();
    expect(page.url()).toBe(at("gls.html"));
  });
});

test("a printed page is complete", async ({ skip }) => {
  if (spawnSync("pdftotext", ["-v"]).error) skip("pdftotext is not installed (Debian: poppler-utils)");
  const { page } = await open("cfc.html");
  const pdf = `${REPORTS}cfc.pdf`;
  await page.pdf({ path: pdf });
  const printed = squeezed(execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" }));
  const [cfc] = operations;
  expect(printed).toContain(cfc?.path);
  for (const status of Object.keys(cfc?.responses ?? {}))
    expect(printed).toContain(`${status} ${STATUS_CODES[status]}`);
  for (const { label, source } of codeSamples(cfc?.operationId ?? "")) {
    expect(printed).toContain(label);
    expect(printed).toContain(squeezed(source).slice(0, 40));
  }
  // The whole URL is printed, over many lines.
  expect(printed.replaceAll(" ", "")).toContain("X-Amz-SignedHeaders=");
  // Neither the menu nor the buttons.
  expect(printed).not.toContain("On this page");
  expect(printed).not.toContain("Quick start");
});

interface Parsed {
  readonly title: string;
  readonly ids: readonly string[];
  readonly links: readonly string[];
  readonly sections: Readonly<Record<string, string>>;
}

/** Every page as its HTML has it, without its scripts. */
async function parsed(): Promise<Map<string, Parsed>> {
  const { page } = await open("index.html");
  const all = await page.evaluate(
    (pages) =>
      Promise.all(
        pages.map(async (name) => {
          const html = await (await fetch(`${name}.html`)).text();
          const document = new DOMParser().parseFromString(html, "text/html");
          const parts = Array.from(document.querySelectorAll("main [id]"));
          /** What stands between a heading and the next one. */
          const section = (heading: Element) => {
            let found = "";
            let part = heading.nextElementSibling;
            for (; part && !/^H[1-6]$/.test(part.tagName); part = part.nextElementSibling)
              found += ` ${part.textContent}`;
            return found;
          };
          const parsed = {
            title: document.title,
            ids: Array.from(document.querySelectorAll("[id]"), ({ id }) => id),
            links: Array.from(document.querySelectorAll("a[href]"), (a) => a.getAttribute("href") ?? ""),
            sections: Object.fromEntries(parts.map((part) => [part.id, section(part)])),
          };
          return [name, parsed] as const;
        }),
      ),
    PAGES,
  );
  return new Map(all);
}

describe("anchors and links", () => {
  test("each page has a title of its own, and each id is unique", async () => {
    const pages = await parsed();
    expect(new Set([...pages.values()].map(({ title }) => title)).size).toBe(PAGES.length);
    for (const [name, { ids }] of pages)
      expect(
        ids.filter((id, i) => ids.indexOf(id) !== i),
        name,
      ).toEqual([]);
  });

  test("each link within the site has a target", async () => {
    const pages = await parsed();
    const broken = [...pages].flatMap(([name, { links }]) =>
      links.filter((link) => {
        if (/^(https?|data):/.test(link)) return false;
        const { pathname, hash } = new URL(link, at(`${name}.html`));
        const file = pathname.slice(new URL(at("")).pathname.length) || "index.html";
        const target = pages.get(file.replace(".html", ""));
        if (!target) return !statSync(new URL(file, SITE), { throwIfNoEntry: false });
        return hash !== "" && !target.ids.includes(decodeURIComponent(hash.slice(1)));
      }),
    );
    expect(broken).toEqual([]);
    expect(readFileSync(new URL("openapi.yaml", SITE))).toEqual(readFileSync("spec/openapi.yaml"));
  });

  test("each error has an anchor with its meaning, what to do, an example and what the client returns", async () => {
    const pages = await parsed();
    for (const anchor of ERROR_ANCHORS) {
      const [file = "", id = ""] = anchor.split("#");
      const section = pages.get(file.replace(".html", ""))?.sections[id] ?? "";
      expect(section, anchor).toContain("What to do.");
      const [, what, value = ""] = /^(kind|status|code)-(.+)/.exec(id) ?? [];
      if (value === "200") expect(section).toContain('"url": "[redacted]"');
      else if (what === "status") expect(section).toContain(`"status": ${value}`);
      else expect(section).toContain(`"${what}": "${what === "code" ? value.toUpperCase() : value}"`);
      // The meaning comes first.
      expect(section.trim().indexOf("What to do.")).toBeGreaterThan(10);
    }
    const links = pages.get("errors")?.links ?? [];
    expect(ERROR_ANCHORS.filter((anchor) => !links.some((link) => `errors.html${link}`.endsWith(anchor)))).toEqual([]);
  });

  test("a link to an error scrolls to it", async () => {
    const { page } = await open("cfc.html#code-license_expired");
    const heading = page.locator("#code-license_expired");
    expect(await heading.innerText()).toContain("LICENSE_EXPIRED");
    await expect.poll(async () => (await heading.boundingBox())?.y ?? -1).toBeLessThan(300);
    expect((await heading.boundingBox())?.y).toBeGreaterThan(0);
  });
});

/** What people type, and a page that must be among the first five results. */
const SEARCHES = [
  ["token", "tokens"],
  ["401", "cfc"],
  ["LICENSE_EXPIRED", "cfc"],
  ["integration id", "gls"],
  ["SignatureDoesNotMatch", "signature-mismatch"],
  ["require", "typescript"],
  ["jest", "typescript"],
  ["next.js", "typescript"],
  ["proxy", "upload"],
  ["NODE_EXTRA_CA_CERTS", "network"],
  ["logging", "logging"],
  ["idleTimeoutMs", "options"],
  ["prism", "offline-testing"],
] as const;

describe("search", () => {
  test("finds what people type", async () => {
    const { page } = await open("index.html");
    await page.locator("#local-search button").first().click();
    const input = page.locator("#localsearch-input");
    for (const [query, expected] of SEARCHES) {
      await input.fill(query);
      const first = page.locator(".VPLocalSearchBox .result").first();
      await expect
        .poll(
          async () => {
            const found = await page
              .locator(".VPLocalSearchBox a.result")
              .evaluateAll((all) => all.slice(0, 5).map((a) => a.getAttribute("href") ?? ""));
            return found.map((href) => href.replace(/.*\/|\.html.*/g, ""));
          },
          { message: `the search for ${query}` },
        )
        .toContain(expected);
      expect(await first.isVisible()).toBe(true);
    }
    await input.fill("zzqqzz");
    await page.getByText("No results").waitFor();
    await input.fill("token");
    // VitePress's box is a button with its results in it, which it names by their titles.
    const known = ["label-content-name-mismatch", "nested-interactive"];
    const found = await violations(page, ".VPLocalSearchBox");
    expect(found.filter(({ id }) => !known.includes(id))).toEqual([]);
  });
});

describe("the keyboard", () => {
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.className ?? "");

  test("skips to the content", async () => {
    const { page } = await open("cfc.html");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toContain("VPSkipLink");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("VPContent");
  });

  test("opens the search, follows a result and closes it", async () => {
    const { page } = await open("index.html");
    await page.keyboard.press("/");
    await page.locator("#localsearch-input").waitFor();
    await page.keyboard.type("406");
    await page.locator(".VPLocalSearchBox a.result").first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/gls\.html#status-406/);
    expect(await page.locator(".VPLocalSearchBox").count()).toBe(0);
    await page.keyboard.press("/");
    await page.locator("#localsearch-input").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".VPLocalSearchBox").count()).toBe(0);
  });

  test("opens the menu of a phone, and follows a link in it", async () => {
    const { page } = await open("index.html", { viewport: { width: 360, height: 740 } });
    const link = page.locator(".VPSidebar a", { hasText: "(GLS)" });
    const isOpen = () => page.locator(".VPSidebar.open").count();
    expect(await isOpen()).toBe(0);
    await page.locator(".VPLocalNav button.menu").focus();
    await page.keyboard.press("Enter");
    expect(await isOpen()).toBe(1);
    await link.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/gls\.html/);
    await expect.poll(isOpen).toBe(0);
  });
});

describe("code", () => {
  test("each copy button copies its code", async () => {
    const { page } = await open("cfc.html", { permissions: ["clipboard-read", "clipboard-write"] });
    const copied = await page.locator(".vp-doc button.copy").evaluateAll(async (all) => {
      const pairs: (string | undefined)[][] = [];
      for (const button of all as HTMLButtonElement[]) {
        button.click();
        await new Promise((done) => setTimeout(done));
        const code = button.parentElement?.querySelector("code")?.textContent;
        pairs.push([code?.trimEnd(), (await navigator.clipboard.readText()).trimEnd()]);
      }
      return pairs;
    });
    for (const [code, text] of copied) expect(text).toBe(code);
    for (const { source } of codeSamples("getCfcPreSignedUrl")) {
      expect(copied.map(([, text]) => text)).toContain(source.trimEnd());
    }
  });

  test("the chosen language is remembered on the next page and after a reload, and the browser's find reveals another", async () => {
    const { page } = await open("cfc.html");
    const python = page.getByText("from urllib.parse import urlencode").first();
    const button = page.getByRole("button", { name: "Python" });
    expect(await python.isVisible()).toBe(false);
    await button.click();
    expect(await python.isVisible()).toBe(true);
    await page.locator(".VPSidebar a", { hasText: "(GLS)" }).click();
    await page.waitForURL(/gls\.html/);
    await expect.poll(() => python.isVisible()).toBe(true);
    await page.reload();
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    // What the browser's search does when it finds text in a hidden part. A script cannot open it.
    await page.locator('.sample[data-language="curl"]').dispatchEvent("beforematch");
    expect(await python.isVisible()).toBe(false);
    expect(await page.locator('.sample[data-language="curl"]').getAttribute("hidden")).toBe(null);
  });
});

test("a page sends no request to another host, logs no problem, and its policy blocks what is injected", async () => {
  const { page, foreign, problems } = await open("cfc.html");
  await page.locator(".pager-link.next").click();
  await page.waitForURL(/gls\.html/);
  expect(problems).toEqual([]);
  const blocked = await page.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "document.title = 'stolen'";
        document.head.append(script);
      }),
  );
  expect(blocked).toBe("script-src-elem");
  expect(foreign).toEqual([]);
  expect(await fetchForeign(page)).toBe("connect-src");
});

test("Redoc is linked from the top and from each operation, at its place", async () => {
  for (const { id, summary } of operations) {
    const { page } = await open(`${id}.html`);
    expect(await page.locator(".VPNavBarMenu").getByRole("link", { name: "Redoc" }).count()).toBe(1);
    await page.locator("main").getByRole("link", { name: "in Redoc" }).click();
    await page.waitForURL(/viewer\.html#/);
    await page.getByRole("heading", { name: summary }).first().waitFor();
  }
});

const SCREENS = [
  ["desktop", 1400, 1000],
  ["desktop-200", 700, 500],
  ["phone", 360, 740],
] as const;

/** What is wider than the screen, except what scrolls in itself; and identifiers that are broken in the middle. */
const misfits = (page: Page) =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const wide = Array.from(document.querySelectorAll("main *"))
      .filter((element) => !element.closest("pre, table"))
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
    const lines = (element: Element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top))).size;
    };
    const broken = Array.from(document.querySelectorAll("main :not(pre) > code"))
      .filter(({ textContent }) => /^[\w.-]{1,30}$/.test(textContent))
      .filter((code) => lines(code) > 1);
    const found = [...wide, ...broken].map((element) => element.outerHTML.slice(0, 200));
    return scrollWidth > clientWidth ? ["the page", ...found] : found;
  });

test("on a desktop, at 200 % and on a phone, each page fits, and breaks no identifier", async () => {
  const { page, foreign, problems } = await open("index.html");
  for (const name of PAGES) {
    await go(page, `${name}.html`);
    for (const [screen, width, height] of SCREENS) {
      await page.setViewportSize({ width, height });
      expect(await misfits(page), `${name} on a ${screen}`).toEqual([]);
    }
  }
  expect(foreign).toEqual([]);
  expect(problems).toEqual([]);
});

test("the dark is dark, and lacks no contrast (saves screenshots)", async () => {
  const { page } = await open("index.html");
  // One page of each kind.
  for (const name of ["index", "quick-start", "cfc", "errors", "clear-presign-upload"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await go(page, `${name}.html`);
      const dark = await page.evaluate(() => document.documentElement.classList.contains("dark"));
      expect(dark).toBe(colorScheme === "dark");
      for (const [screen, width, height] of SCREENS) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: `${REPORTS}site-${screen}-${colorScheme}-${name}.png` });
      }
      if (dark) expect(await violations(page, "html", ["color-contrast", "link-in-text-block"]), name).toEqual([]);
    }
  }
});

test("axe finds nothing on any page", async () => {
  const { page } = await open("index.html");
  for (const name of PAGES) {
    await go(page, `${name}.html`);
    // The frame is the same on each page.
    expect(await violations(page, name === "index" ? "html" : ".VPContent"), name).toEqual([]);
  }
});
