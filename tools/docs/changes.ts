/** The changes of the description in each release, from `redocly diff` between the tags of the repository. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DESCRIPTION } from "../description.js";
import { paragraphs } from "./markdown.js";
import { redocly } from "./redocly.js";

/** The releases, newest first; empty outside a clone with tags. */
function releases(repository: string): string[] {
  const { status, stdout } = spawnSync("git", ["tag", "--list", "v*", "--sort=-version:refname"], {
    cwd: repository,
    encoding: "utf8",
  });
  return status === 0 ? stdout.split("\n").filter(Boolean) : [];
}

export function changesMarkdown(repository = "."): string {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-changes-"));
  try {
    const tags = releases(repository);
    for (const tag of tags) {
      writeFileSync(join(folder, tag), execFileSync("git", ["show", `${tag}:${DESCRIPTION}`], { cwd: repository }));
    }
    const sections = tags.map((tag, i) => {
      const previous = tags[i + 1];
      if (!previous) return paragraphs(`## ${tag}`, "The first release.");
      const report = redocly(["diff", previous, tag, "--format=markdown", "--fail-on=none"], folder);
      return paragraphs(`## ${tag}`, report.replace(/^## .*/, "").trim());
    });
    return paragraphs(
      "# Changes of the description",
      "What changed in `openapi.yaml` from one release to the next, and the version bump that each change requires.",
      ...(sections.length > 0 ? sections : ["There is no release yet."]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
