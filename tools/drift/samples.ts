/** Reads the samples of a section: labels, and the requests and responses below them. */
import { isCurl, readCurl } from "./curl.js";
import { leavesOf } from "./facts.js";
import { type Part, readJson } from "./json.js";
import { type Label, readLabel } from "./label.js";
import type { Page, Section } from "./page.js";
import type { Code, Piece } from "./pieces.js";
import { onOneLine } from "./typography.js";

interface Sample {
  label: string;
  status: Label["status"];
  outcome: Label["outcome"];
  request?: Code;
  response?: Code;
}

const isLabel = (piece: Piece) =>
  piece.kind === "prose" ||
  piece.kind === "summary" ||
  (piece.kind === "attribute" && /^(?:title|data-?title|summary|status|description)$/i.test(piece.name));

const differ = <T>(a: T | undefined, b: T | undefined) => a !== undefined && b !== undefined && a !== b;
const outcomeOf = ({ outcome, status }: Pick<Label, "outcome" | "status">) =>
  outcome ?? (status === undefined ? undefined : status < 400 ? "success" : "error");

/** Adds the samples of a section as facts; returns the pieces that are neither a sample nor its label. */
export function readSamples(page: Page, { title, pieces }: Section): Piece[] {
  const samples: Sample[] = [{ label: title, ...readLabel(title) }];
  const rest: Piece[] = [];
  /** The labels above the next code block. */
  let pending: Piece[] = [];
  pieces.forEach((piece, i) => {
    if (piece.kind === "code") {
      const sample = samples.at(-1);
      const part = isCurl(piece.text) ? "request" : "response";
      if (!sample || sample[part]) rest.push(piece);
      else sample[part] = piece;
      pending = [];
      return;
    }
    const label = readLabel(piece.text);
    if (!isLabel(piece) || !label.isWhole) rest.push(piece);
    if (!isLabel(piece) || (!label.isWhole && pieces[i + 1]?.kind !== "code")) return;
    const sample = samples.at(-1);
    const isNew =
      differ(label.status, sample?.status) ||
      differ(outcomeOf(label), sample && outcomeOf(sample)) ||
      (sample?.response !== undefined && outcomeOf(label) !== undefined);
    if (isNew) {
      // Labels of one sample that disagree.
      rest.push(...pending);
      pending = [];
      samples.push({ label: piece.text, status: label.status, outcome: label.outcome });
    } else if (sample) {
      sample.status ??= label.status;
      sample.outcome ??= label.outcome;
    }
    if (label.isWhole) pending.push(piece);
  });
  rest.push(...pending);
  for (const sample of samples) addSample(page, sample);
  return rest.sort((a, b) => a.line - b.line);
}

function addSample(page: Page, { label, request, response, ...stated }: Sample) {
  if (!request && !response) return;
  const firstLine = request?.line ?? response?.line ?? 1;
  const json = response && readJson(response.text);
  const inBody = (json?.value as { status?: unknown } | null | undefined)?.status;
  const status = stated.status ?? (typeof inBody === "number" ? inBody : undefined);
  const path = ["samples", status === undefined ? label : `${outcomeOf({ ...stated, status })} ${status}`];
  page.unique(path, firstLine);

  const add = (block: Code, parts: readonly Part[]) => {
    for (const part of parts) {
      const line = block.line + part.line - 1;
      page.add([...path, ...part.path], part.value, line);
      if (part.path.at(-1) === "origin") page.add(["hosts", String(part.value).replace(/^\w+:\/\//, "")], true, line);
    }
  };
  if (request) {
    const { parts, unknown } = readCurl(request.text);
    add(request, [...parts, ...unknown]);
  }
  if (!response) return;
  page.add([...path, "status"], status, response.line);
  const isJson = json !== undefined || response.language === "json";
  page.add([...path, "mediaType"], isJson ? "application/json" : "text", response.line);
  for (const { key, line } of json?.repeated ?? []) {
    page.differ(response.line + line - 1, [...path, "body", key], "one", "another");
  }
  const bare = [...leavesOf(onOneLine(response.text), ["body"])].map((leaf) => ({ ...leaf, line: 1 }));
  add(response, json?.parts ?? bare);
}
