/**
 * The facts of Clear's pages, and where a description differs from them. The YAML files are written from the pages, never
 * from spec/. ../README.md explains a row.
 */
import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

// biome-ignore lint/suspicious/noExplicitAny: any node of a description, which may be wrong at any point.
type Node = any;

interface Mention {
  readonly at: string | readonly string[];
  readonly as: string | readonly string[];
}

interface Row {
  readonly says: string;
  readonly at?: string | readonly string[] | Readonly<Record<string, unknown>>;
  readonly is?: unknown;
  readonly mentioned?: Mention | readonly Mention[];
}

/** A file: where its relative pointers start, and its rows by id. */
interface Page {
  readonly operation: string;
  readonly facts: Readonly<Record<string, Row>>;
}

export interface Fact {
  readonly id: string;
  readonly says: string;
  /** What must stand where in the description. */
  readonly values: readonly (readonly [pointer: string, value: unknown])[];
  /** The words that must stand in prose, and where. */
  readonly mentions: readonly (readonly [pointer: string, words: string])[];
}

const list = <T>(value: T | readonly T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

function factsOf({ operation, facts }: Page): Fact[] {
  const absolute = (pointer: string) => (pointer.startsWith("/") ? pointer : `${operation}/${pointer}`);
  return Object.entries(facts).map(([id, { says, at = [], is, mentioned }]) => {
    const values: [string, unknown][] =
      typeof at === "string" || Array.isArray(at) ? list(at).map((one) => [one, is]) : Object.entries(at);
    const mentions = list(mentioned).flatMap((one) =>
      list(one.at).flatMap((pointer) => list(one.as).map((words) => [absolute(pointer), words] as const)),
    );
    return { id, says, values: values.map(([pointer, value]) => [absolute(pointer), value]), mentions };
  });
}

const FOLDER = new URL("./", import.meta.url);

export const facts: readonly Fact[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml") && name !== "blocks-without-facts.yaml")
  .flatMap((name) => factsOf(parse(readFileSync(new URL(name, FOLDER), "utf8"))));

const escaped = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
const unescaped = (key: string) => key.replaceAll("~1", "/").replaceAll("~0", "~");

/** The node at a JSON pointer, which may lead through references, and the pointers of those and of the node. */
function follow(description: Node, pointer: string): { node: Node; way: readonly string[] } {
  let node = description;
  let here = "";
  const way: string[] = [];
  for (const key of pointer.slice(1).split("/")) {
    while (typeof node?.$ref === "string") {
      way.push(`${here}/$ref`);
      here = node.$ref.slice(1);
      node = follow(description, here).node;
    }
    here = `${here}/${key}`;
    node = node?.[unescaped(key)];
  }
  return { node, way: [...way, here] };
}

/** A value with our fake signature material cut out, and never any other. */
function redacted(value: Node): Node {
  if (typeof value === "string") {
    return value
      .replace(/(?<=Token=)(?:[EXAMPL]|%2[BF]|%3D)+(?=&)/, "[redacted]")
      .replace(/(?<=Credential=A[KS]IA)[EXAMPL]{16}/, "[redacted]")
      .replace(/(?<=Signature=)(?:deadbeef){8}$/, "[redacted]");
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(redacted);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, redacted(child)]));
}

/** The places of words in prose, whose line breaks do not matter. */
function placesOf(words: string, prose: unknown): { start: number; end: number }[] {
  if (typeof prose !== "string") return [];
  const pattern = words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(/\s+/g, "\\s+");
  const found = prose.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])`, "gu"));
  return [...found].map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
}

/** How a description differs from a fact. */
export function differences({ values, mentions }: Fact, description: Node): string[] {
  return [
    ...values.flatMap(([pointer, value]) => {
      const found = redacted(follow(description, pointer).node);
      return isDeepStrictEqual(found, value) ? [] : `${pointer} is ${JSON.stringify(found)}`;
    }),
    ...mentions.flatMap(([pointer, words]) => {
      const { node } = follow(description, pointer);
      return placesOf(words, node).length > 0 ? [] : `${pointer} does not say "${words}": ${node}`;
    }),
  ];
}

/** All scalars and empty containers, by their pointers. */
function* leaves(node: Node, pointer = ""): Generator<[pointer: string, value: Node]> {
  const children = typeof node === "object" && node !== null ? Object.entries(node) : [];
  if (children.length === 0) yield [pointer, node];
  for (const [key, child] of children) yield* leaves(child, `${pointer}/${escaped(key)}`);
}

const PROSE = /(?<!\/properties)\/(description|summary|x-source|x-inferred|x-contradiction)$|\/x-enumDescriptions\//;
/** What constrains nothing: our advice, and names and links of the description itself. Its prose has its own rule. */
const NO_CONSTRAINT =
  /^\/(openapi|info|tags|externalDocs)\/?|(?<!\/properties)\/(title|operationId|tags\/\d|externalDocs\/\w+|x-cure|x-enumCures\/\w+)$/;

/** The pointers in a description that constrain something without a fact. What is inferred is not excepted. */
export function unfounded(description: Node): string[] {
  const covered = facts.flatMap(({ values }) => values.flatMap(([pointer]) => follow(description, pointer).way));
  return [...leaves(description)].flatMap(([pointer]) => {
    if (PROSE.test(pointer) || NO_CONSTRAINT.test(pointer)) return [];
    return covered.some((one) => pointer === one || pointer.startsWith(`${one}/`)) ? [] : pointer;
  });
}

/** A heading, or a sentence about our own markers. */
const NO_CLAIM =
  /\*\*[^*]+\*\*|`x-(source|inferred|contradiction|when|upload|enumDescriptions|cure|enumCures)`[^`.]*\./g;
const WORD = /[\p{L}\p{N}]+/gu;
/** Numbers, quoted names and constants: what has to be right in our own remarks on a source. */
const NAME = /`[^`]+`|"[^"]+"|\b\d(?:[\w.-]*\w)?|\b\w+_\w+\b/g;

/** The words of a description's prose that no fact mentions. Of our remarks, in `x-` keys, only the names count. */
export function unmentioned(description: Node): string[] {
  const mentions = facts.flatMap(({ mentions }) =>
    mentions.map(([pointer, words]) => ({ pointer: follow(description, pointer).way.at(-1), words })),
  );
  return [...leaves(description)].flatMap(([pointer, prose]) => {
    if (!PROSE.test(pointer)) return [];
    const held = mentions.filter((one) => one.pointer === pointer).flatMap(({ words }) => placesOf(words, prose));
    const claims: string = prose.replace(NO_CLAIM, ({ length }: string) => " ".repeat(length));
    return [...claims.matchAll(/\/x-(source|inferred|contradiction)$/.test(pointer) ? NAME : WORD)]
      .filter(({ index, 0: { length } }) => !held.some(({ start, end }) => start <= index && index + length <= end))
      .map(([word]) => `${pointer}: ${word}`);
  });
}
