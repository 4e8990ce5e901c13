/** The reference covers exactly what is in the code and the description. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { EXIT_CODES } from "../../src/cli/exit-codes.js";
import { document } from "../../test-support/description.js";
import { operationsOf, readDescription, selects } from "../../tools/description.js";
import { cures } from "../../tools/docs/cures.js";
import { endpointPages, guideMarkdown } from "../../tools/docs/guides.js";
import { markers } from "../../tools/docs/markers.js";
import { operationMarkdown } from "../../tools/docs/operation.js";
import { viewerDescription } from "../../tools/docs/viewer.js";

const contributing = readFileSync(new URL("../../CONTRIBUTING.md", import.meta.url), "utf8");

const GUIDES = fileURLToPath(new URL("../../docs/guides/", import.meta.url));

const guides = readdirSync(GUIDES).map((file) => file.replace(/\.md$/, ""));

test.each([...new Set([...guides, ...endpointPages()])])(
  "the generated parts of docs/guides/%s.md are up to date",
  async (name) => {
    await expect(await guideMarkdown(name)).toMatchFileSnapshot(`${GUIDES}${name}.md`);
  },
);

test("each kind of error has a cure and its exit code", async () => {
  expect(Object.keys(cures.kinds)).toEqual(Object.keys(EXIT_CODES));
  const sections = (await guideMarkdown("errors")).split(/^<a id="kind-/m).slice(1);
  const codes = sections.map((section) => [
    section.split('"')[0],
    Number(/The command exits with (\d+)\./.exec(section)?.[1]),
  ]);
  expect(Object.fromEntries(codes)).toEqual(EXIT_CODES);
});

const description = readDescription();

test.each(operationsOf(description).map(({ operation }) => operation))(
  "each error response of $operationId has a cure, and no other response",
  ({ responses }) => {
    for (const [status, { content = {}, "x-cure": cure }] of Object.entries(responses)) {
      const examples = Object.values(content).flatMap(({ examples }) => Object.values(examples));
      const isError = examples.some((one) => !selects(one, "valid"));
      expect(Boolean(cure), status).toBe(isError);
    }
  },
);

test("each error code has a cure", () => {
  const { CfcErrorCode } = description.components.schemas;
  expect(Object.keys(CfcErrorCode?.["x-enumCures"] ?? {})).toEqual(CfcErrorCode?.enum);
});

test.each(["x-inferred", "x-contradiction"] as const)(
  "each %s is in the guide and in its place in the reference",
  async (marker) => {
    const found = markers(document, marker);
    expect(found.length).toBeGreaterThan(5);
    const guide = await guideMarkdown("contradictions");
    const ids = operationsOf(description).map(({ operation }) => operation.operationId);
    const endpoints = (await Promise.all(ids.map((id) => operationMarkdown(description, id)))).join("\n");
    const viewer = JSON.stringify(viewerDescription());
    for (const { where, says } of found) {
      expect(guide).toContain(says.replaceAll("|", "\\|"));
      expect(guide).toContain(where);
      // The introduction is on the start page and in the viewer, not in a guide.
      if (where !== "introduction") expect(endpoints, where).toContain(`</b> ${says}`);
      // The viewer does not render a server's description as Markdown, so the word must be in the description itself.
      const server = description.servers.find((node) => node[marker] === says);
      if (server) expect(server.description).toContain("inferred");
      else expect(viewer.includes(`</b> ${JSON.stringify(says).slice(1, -1)}`), where).toBe(true);
    }
  },
);

test("each npm script is explained in CONTRIBUTING.md", () => {
  const explained = [...contributing.matchAll(/^\| `npm (?:run )?([\w:-]+)`/gm)].map(([, name]) => name);
  expect(explained).toEqual(Object.keys(packageJson.scripts).sort((a, b) => (a < b ? -1 : 1)));
});

test("each dev dependency is in CONTRIBUTING.md, with what needs it", () => {
  const [, table = ""] = /^\| script \| it needs .*\n(?:.*\n)((?:\|.*\n)+)/m.exec(contributing) ?? [];
  const needed = table.split("\n").flatMap((row) => row.split("|")[2]?.match(/(?<=`)[^`, ]+(?=`)/g) ?? []);
  expect(needed.toSorted()).toEqual(Object.keys(packageJson.devDependencies).toSorted());
});
