/** A fact is a path and a value. Pages and committed facts are compared in this form. */
import type { Documentation } from "../../contract-tests/facts/documentation.js";
import { plain } from "./typography.js";

/** A number in a path is an array index. */
export type Path = readonly (string | number)[];
export interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}
export interface Fact extends Leaf {
  readonly line: number;
  /** The text behind the digest in the path or value. */
  readonly text?: string;
}

/** A path as readable text. */
export const named = (path: Path): string =>
  path.map((key) => (typeof key === "number" ? `[${key}]` : key)).join(" › ");

/** Text without tokens and signatures, but with the prefix of an access key. */
export const redacted = (text: string): string =>
  text
    .replace(/(X-Amz-(?:Security-Token|Signature)(?:=|%3D))[^&"'\s]+/gi, "$1[redacted]")
    .replace(/(X-Amz-Credential(?:=|%3D)(?:A[KS]IA)?)[^&"'\s/%]*/gi, "$1[redacted]");

/** Replaces the parts of a signed URL that differ with each signature: ids, dates and times. */
const unsigned = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "[uuid]")
    .replace(/\b[0-9a-f]{32}(?![0-9a-z])/gi, "[id]")
    .replace(/(?<=\/)\d{4}\/(?:\d{2}|[A-Z]{3,9})(?:\/\d{1,2})?(?=\/)/g, "[date]")
    .replace(/(?<![0-9])(?:\d{13}|\d{8}T\d{6}Z)(?![0-9])/g, "[time]")
    .replace(/(?<=^[^/]*\/)\d{8}(?=\/)/, "[date]");

const URL_PARTS = /^(https?:\/\/[^/?#]+)([^?#]*)(?:\?([^#]*))?(#.*)?$/s;

/** All leaves of a value. A URL has its origin, path and query parameters as leaves. */
export function* leavesOf(value: unknown, path: Path = []): Generator<Leaf> {
  const url = typeof value === "string" && URL_PARTS.exec(redacted(value));
  if (url) {
    const query = new URLSearchParams(url[3]);
    const shown = query.has("X-Amz-Signature") ? unsigned : (text: string) => text;
    yield { path: [...path, "origin"], value: url[1] };
    yield { path: [...path, "path"], value: shown(url[2] ?? "") };
    for (const name of new Set(query.keys())) {
      yield { path: [...path, "query", name], value: shown(query.getAll(name).join(", ")) };
    }
    if (url[4]) yield { path: [...path, "fragment"], value: url[4] };
  } else if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    yield { path, value: typeof value === "string" ? plain(value) : value };
  } else {
    for (const [key, item] of Object.entries(value)) {
      yield* leavesOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

/** Keys that are not facts of the page: our own text, and the page's location. */
const NOT_ON_THE_PAGE = ["page", "index", "siblings", "contradictions"];

/** The committed facts, under the paths that `readPage` uses. */
export function* committedFacts(node: object, path: readonly string[] = []): Generator<Leaf & { text?: string }> {
  for (const [key, value] of Object.entries(node)) {
    const at = [...path, key];
    if (path.length === 0 ? NOT_ON_THE_PAGE.includes(key) : key === "says" && typeof value === "string") continue;
    if (path[0] === "samples" && path.length === 2) yield* leavesOf(value, at);
    else if (Array.isArray(value)) {
      for (const item of value) yield { path: [...at, item.digest ?? item], value: true, text: item.says ?? "" };
    } else if (typeof value === "object") yield* committedFacts(value, at);
    else yield { path: at, value, ...(key === "digest" && "says" in node && { text: String(node.says) }) };
  }
}

export type { Documentation };
