/** The Markdown files of the site, for language models and terminals. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { brokenLinks } from "../test-support/broken-links.js";
import { operationsOf, pageOf, readDescription } from "../tools/description.js";
import { codeSamples } from "../tools/docs/code-samples.js";
import { packageExports } from "./package-exports.js";

const SITE = new URL("../site/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, SITE), "utf8");
const llms = read("llms.txt");

test("llms.txt lists each Markdown file once, by its title", () => {
  const listed = [...llms.matchAll(/^- \[(.+?)\]\((.+?\.md)\)/gm)].map(([, title, file]) => [file, title] as const);
  const files = readdirSync(SITE).filter((name) => name.endsWith(".md"));
  expect(listed.map(([file]) => file).toSorted()).toEqual(files.toSorted());
  for (const [file = "", title] of listed) expect(read(file).split("\n")[0]).toBe(`# ${title}`);
});

test("there is a file for each guide, each endpoint and each entry of the package", () => {
  const guides = readdirSync("docs/guides").map((file) => file.replace(".md", ""));
  const endpoints = operationsOf(readDescription()).map(({ operation }) => pageOf(operation));
  for (const id of new Set([...guides, ...endpoints, ...packageExports().map(({ id }) => id), "index", "changes"])) {
    expect(llms).toContain(`(${id}.md)`);
  }
});

describe.each(operationsOf(readDescription()))("$path", ({ path, operation }) => {
  const markdown = read(`${pageOf(operation)}.md`);

  test("has its path, its statuses, its samples and its examples", () => {
    expect(markdown).toContain(path);
    for (const status of Object.keys(operation.responses)) expect(markdown).toContain(`\n### ${status} `);
    for (const { source } of codeSamples(operation.operationId)) expect(markdown).toContain(source.trimEnd());
    for (const { content = {} } of Object.values(operation.responses)) {
      for (const { value } of Object.values(content).flatMap(({ examples }) => Object.values(examples))) {
        expect(markdown).toContain(typeof value === "string" ? value : JSON.stringify(value, undefined, 2));
      }
    }
  });
});

test("no placeholder is left, and each link to another file has a target", () => {
  const files = [...llms.matchAll(/\(([\w-]+\.md)\)/g)].map(([, file = ""]) => file);
  for (const file of files) expect(read(file), file).not.toContain("<!--");
  expect(brokenLinks(fileURLToPath(SITE), files)).toEqual([]);
});
