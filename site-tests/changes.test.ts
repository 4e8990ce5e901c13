/** The page of changes, from the tags of a temporary repository. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DESCRIPTION } from "../tools/description.js";
import { changesMarkdown } from "../tools/docs/changes.js";

function repository(): { folder: string; git: (...args: string[]) => void; description: string } {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-tags-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  const git = (...args: string[]) => execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "ignore" });
  git("init");
  const description = join(folder, DESCRIPTION);
  mkdirSync(dirname(description), { recursive: true });
  cpSync(DESCRIPTION, description);
  git("add", ".");
  git("commit", "-m", "Describe");
  return { folder, git, description };
}

test("states that there is no release yet", () => {
  expect(changesMarkdown(repository().folder)).toContain("There is no release yet.");
});

test("lists the releases with their changes, newest first", () => {
  const { folder, git, description } = repository();
  git("tag", "v0.9.0");
  writeFileSync(description, readFileSync(description, "utf8").replace("maxLength: 1500", "maxLength: 100"));
  git("commit", "-am", "Shorten");
  git("tag", "v0.10.0");
  const markdown = changesMarkdown(folder);
  const [, newest = "", first = ""] = markdown.split(/^## /m);
  expect(newest).toMatch(/^v0\.10\.0\n/);
  expect(newest).toContain("requires a **major** bump");
  expect(newest).toContain("`maxLength\\` changed from '1500' to '100'");
  expect(first).toBe("v0.9.0\n\nThe first release.");
  expect(markdown).not.toContain(folder);
  expect(markdown).not.toContain(tmpdir());
});
