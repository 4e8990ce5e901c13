/** The interactive viewer: Redocly's page for the two operations, which sends no requests. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  type Marked,
  type Operation,
  operationsOf,
  pageOf,
  readDescription,
  writtenDescription,
} from "../description.js";
import { codeSamples } from "./code-samples.js";
import { paragraphs } from "./markdown.js";
import { shown } from "./markers.js";
import { authentication, upload } from "./operation.js";
import { redocly } from "./redocly.js";

/** The viewer's logo, the only thing that its inlined bundle would load. The badge keeps its words and its link. */
const LOGO = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g;
const NO_LOGO = "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%221%22 height=%221%22/%3E";

/** Where the viewer shows an operation. */
export const hashOf = ({ tags: [api], operationId }: Operation) => `#/${api}/${operationId}`.toLowerCase();

/** Joins wrapped lines with a space, because the viewer's search would join them without one. */
const unwrapped = (markdown: string) => markdown.replace(/(?<=[^\n|>])\n(?=[^\n|*<-])/g, " ");

/** Moves each marker into the adjacent description, where the viewer shows it. */
function withMarkers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMarkers);
  if (typeof value !== "object" || value === null) return value;
  const { "x-inferred": _, "x-contradiction": __, "x-source": ___, ...node } = value as Marked & { url?: string };
  const lines = shown(value);
  // The description of a server is not Markdown.
  const marked = lines.length > 0 && !("url" in node);
  const children = Object.entries(node).map(([key, child]) => [key, key === "value" ? child : withMarkers(child)]);
  const description = typeof node.description === "string" ? unwrapped(node.description) : undefined;
  return {
    ...Object.fromEntries(children),
    ...((marked || description) && { description: paragraphs(description, ...(marked ? lines : [])) }),
  };
}

/** The description as the viewer shows it: with code samples, the credentials and the upload. */
export function viewerDescription(): Record<string, unknown> {
  const document = writtenDescription();
  const description = readDescription();
  for (const { path, method, operation } of operationsOf(description)) {
    const { "x-upload": put, operationId, description: text } = operation;
    const written = document.paths[path][method.toLowerCase()];
    delete written["x-upload"];
    Object.assign(written, {
      description: paragraphs(
        text.trim(),
        `With errors, cures and what the client returns: <a href="${pageOf(operation)}.html">${operation.summary}</a>.`,
        "**Authentication.**",
        authentication(description, operation),
        put && paragraphs("**The upload.**", upload(put)),
      ),
      "x-codeSamples": codeSamples(operationId)
        .filter(({ viewer }) => viewer)
        .map(({ label, viewer, source }) => ({ lang: viewer, label, source })),
    });
  }
  document.info.description = paragraphs(
    'The whole reference, with guides, errors and the TypeScript API: <a href="index.html">index.html</a>.',
    document.info.description,
  );
  return withMarkers(document) as Record<string, unknown>;
}

export function viewer(): string {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-docs-"));
  try {
    const source = join(folder, "openapi.yaml");
    const output = join(folder, "viewer.html");
    writeFileSync(source, stringify(viewerDescription()));
    const options = ["--config", "redocly.yaml", "--inlineBundle", "--template", "docs/viewer/viewer.hbs"];
    redocly(["build-docs", source, ...options, "--output", output]);
    const html = readFileSync(output, "utf8");
    const { length } = html.match(LOGO) ?? [];
    if (length !== 2)
      throw new Error(`the viewer's bundle names its logo ${length} times, not twice: check how it is used`);
    const theme = readFileSync("docs/viewer/viewer.css", "utf8");
    return html.replace(LOGO, NO_LOGO).replace("/* docs/viewer/viewer.css */", () => theme);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
