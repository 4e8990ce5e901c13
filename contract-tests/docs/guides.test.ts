/** The reference covers exactly what is in the code and the description. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { EXIT_CODES } from "../../src/cli/exit-codes.js";
import { document } from "../../test-support/description.js";
import { cures } from "../../tools/docs/cures.js";
import { readDescription } from "../../tools/docs/description.js";
import { guideMarkdown } from "../../tools/docs/guides.js";
import { markers } from "../../tools/docs/markers.js";
import { operationMarkdown } from "../../tools/docs/operation.js";
import { viewerDescription } from "../../tools/docs/viewer.js";

const contributing = readFileSync(new URL("../../CONTRIBUTING.md", import.meta.url), "utf8");

const GUIDES = fileURLToPath(new URL("../../docs/guides/", import.meta.url));

test.each(readdirSync(GUIDES))("the generated parts of docs/guides/%s are up to date", async (file) => {
  await expect(await guideMarkdown(file.replace(/\.md$/, ""))).toMatchFileSnapshot(GUIDES + file);
});

test("each kind of error has a cure and its exit code", async () => {
  expect(Object.keys(cures.kinds)).toEqual(Object.keys(EXIT_CODES));
  const sections = (await guideMarkdown("errors")).split(/^## Kind /m).slice(1);
  const codes = sections.map((section) => [
    section.split("\n")[0],
    Number(/The command exits with (\d+)\./.exec(section)?.[1]),
  ]);
  expect(Object.fromEntries(codes)).toEqual(EXIT_CODES);
});

test("exactly the documented statuses and codes have a cure", () => {
  const statuses = (path: string) => Object.keys(document.paths[path].get.responses);
  expect(Object.keys(cures.CFC.statuses)).toEqual(statuses("/integration/v1/generatePreSign/{templateType}"));
  expect(Object.keys(cures.CFC.codes ?? {})).toEqual(document.components.schemas.CfcErrorCode.enum);
  expect(Object.keys(cures.GLS.statuses)).toEqual(statuses("/one-integration/action/pre-sign"));
});

test.each(["x-inferred", "x-contradiction"] as const)(
  "each %s is in the guide and in its place in the reference",
  async (marker) => {
    const found = markers(document, marker);
    expect(found.length).toBeGreaterThan(5);
    const guide = await guideMarkdown("contradictions");
    const description = readDescription();
    const paths = Object.keys(description.paths);
    const endpoints = (await Promise.all(paths.map((path) => operationMarkdown(description, path)))).join("\n");
    const viewer = JSON.stringify(viewerDescription());
    for (const { where, says } of found) {
      expect(guide).toContain(says.replaceAll("|", "\\|"));
      expect(guide).toContain(where);
      expect(endpoints, where).toContain(`</b> ${says}`);
      // The viewer does not render a server's description as Markdown, so the word must be in the description itself.
      const servers = Object.values(document.paths as Record<string, { servers: Record<string, string>[] }>);
      const server = servers.flatMap(({ servers }) => servers).find((node) => node[marker] === says);
      if (server) expect(server["description"]).toContain("(inferred)");
      else expect(viewer.includes(`</b> ${JSON.stringify(says).slice(1, -1)}`), where).toBe(true);
    }
  },
);

test("each npm script is explained in CONTRIBUTING.md", () => {
  const explained = [...contributing.matchAll(/^\| `npm (?:run )?([\w:-]+)`/gm)].map(([, name]) => name);
  expect(explained).toEqual(Object.keys(packageJson.scripts).sort((a, b) => (a < b ? -1 : 1)));
});
