/** The Markdown files of the site, for language models and terminals. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codeSamples } from "../tools/docs/code-samples.js";
import { readDescription } from "../tools/docs/description.js";
import { GUIDES } from "../tools/docs/guides.js";
import { packageExports } from "./package-exports.js";

const read = (name: string) => readFileSync(new URL(`../site/${name}`, import.meta.url), "utf8");
const llms = read("llms.txt");

test("llms.txt lists each Markdown file once, by its title", () => {
  const listed = [...llms.matchAll(/^- \[(.+?)\]\((.+?\.md)\)/gm)].map(([, title, file]) => [file, title] as const);
  const files = readdirSync(new URL("../site/", import.meta.url)).filter((name) => name.endsWith(".md"));
  expect(listed.map(([file]) => file).toSorted()).toEqual(files.toSorted());
  for (const [file = "", title] of listed) expect(read(file).split("\n")[0]).toBe(`# ${title}`);
});

test("there is a file for each guide, each endpoint and each entry of the package", () => {
  const endpoints = Object.values(readDescription().paths).map(({ get }) => get.tags[0].toLowerCase());
  for (const id of [...GUIDES, ...endpoints, ...packageExports().map(({ id }) => id), "changes"]) {
    expect(llms).toContain(`(${id}.md)`);
  }
});

describe.each(Object.entries(readDescription().paths))("%s", (path, { get }) => {
  const markdown = read(`${get.tags[0].toLowerCase()}.md`);

  test("has its path, its statuses, its samples and its examples", () => {
    expect(markdown).toContain(path);
    for (const status of Object.keys(get.responses)) expect(markdown).toContain(`\n## Status ${status}\n`);
    for (const { source } of codeSamples(get.operationId)) expect(markdown).toContain(source.trimEnd());
    for (const { content } of Object.values(get.responses)) {
      for (const { value } of Object.values(content).flatMap(({ examples }) => Object.values(examples))) {
        expect(markdown).toContain(typeof value === "string" ? value : JSON.stringify(value, undefined, 2));
      }
    }
  });
});

test("no placeholder is left, and each link to another file has a target", () => {
  for (const [, file = ""] of llms.matchAll(/\(([\w-]+\.md)\)/g)) {
    const markdown = read(file);
    expect(markdown, file).not.toContain("<!--");
    for (const [, target = ""] of markdown.matchAll(/\]\(([\w-]+\.md)(?:#[^)]*)?\)/g)) {
      expect(existsSync(new URL(`../site/${target}`, import.meta.url)), `${file}: ${target}`).toBe(true);
    }
  }
});
