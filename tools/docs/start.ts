/** The start page: what this is, the shortest program, and the ways on. */
import { type Description, operationsOf, pageOf } from "../description.js";
import { codeSamples } from "./code-samples.js";
import { fence, paragraphs } from "./markdown.js";
import { shown } from "./markers.js";

export function startMarkdown(description: Description): string {
  const { info } = description;
  const operations = operationsOf(description);
  const [first] = operations;
  const sample = codeSamples(first?.operation.operationId ?? "").find(({ highlight }) => highlight === "ts");
  const ways = [
    ["[Quick start](quick-start.md)", "Upload a file in two minutes, without an account."],
    ["[Look up an error](errors.md)", "What it means and what to do: by kind, code or status."],
    ...operations.map(({ operation }) => [
      `[${operation.summary}](${pageOf(operation)}.md)`,
      description.tags.find(({ name }) => name === operation.tags[0])?.description,
    ]),
    ["[TypeScript](typescript.md)", "Settings, CommonJS, Jest, and every export of the package."],
    ['<a href="viewer.html" target="_self">Redoc</a>', "The OpenAPI description in Redocly's viewer."],
  ];
  return paragraphs(
    "# clear-presign",
    "Get a pre-signed URL from Clear (ClearTax, India), upload a CSV, XLSX, XLS or ZIP file to it, and know exactly what went wrong when it does not work.",
    fence("sh", "npm install clear-presign"),
    // Without its first line, which is about the file.
    sample && fence("ts", sample.source.replace(/^\/\/.*\n/, "")),
    '<div class="ways">',
    ways.map(([link, about]) => `- **${link}**<br> ${about}`).join("\n"),
    "</div>",
    "## About the description",
    info.description.trim(),
    ...shown(info),
    'In this reference they are small print, <b class="inferred">Inferred</b> and <b class="contradiction">Contradiction</b>.',
  );
}
