/** The code samples of an operation, from examples/code-samples/. The tests run each exactly as shown. */
import { readFileSync } from "node:fs";

/** In the order of the page. `viewer` is the name of the language in Redocly's viewer, if it has it. */
const LANGUAGES = [
  { label: "curl", viewer: "curl", highlight: "sh", extension: "curl.sh" },
  { label: "bash", viewer: undefined, highlight: "sh", extension: "sh" },
  { label: "TypeScript", viewer: "Node.js", highlight: "ts", extension: "ts" },
  { label: "Python", viewer: "Python", highlight: "python", extension: "py" },
];

export const codeSamples = (operationId: string) =>
  LANGUAGES.map(({ extension, ...language }) => ({
    ...language,
    source: readFileSync(`examples/code-samples/${operationId}.${extension}`, "utf8"),
  }));
