/** The links in the repository's Markdown work on a code host. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { brokenLinks } from "../../test-support/broken-links.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("each relative link and anchor in the committed Markdown has a target", ({ skip }) => {
  const { stdout } = spawnSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" });
  const files = (stdout ?? "").split("\n").filter(Boolean);
  if (!files.includes("README.md")) skip("this is no clone: which files are committed is not known");
  expect(brokenLinks(ROOT, files)).toEqual([]);
});
