/** Reads the vendor's tables: parameters, fields and status codes. */
import type { Path } from "./facts.js";
import type { Page } from "./page.js";
import type { Table } from "./pieces.js";
import { folded } from "./typography.js";

type Column = "name" | "type" | "limits" | "description";
type Row = Readonly<Record<Column, string>> & { readonly line: number };

const COLUMNS = new Map<string, Column>([
  ["parameter", "name"],
  ["paramter", "name"],
  ["field", "name"],
  ["http status code", "name"],
  ["status code", "name"],
  ["data type", "type"],
  ["type", "type"],
  ["field validations", "limits"],
  ["field callouts", "limits"],
  ["description", "description"],
]);

type Found = Record<string, string | number | boolean | string[]>;
type Rules = readonly (readonly [RegExp, (...groups: string[]) => Found])[];

const listed = (list: string) => list.split(/[\s,;|/"']+|\b(?:and|or)\b/).filter(Boolean);

const LIMITS: Rules = [
  [/^(?:N\/?A|-)$/i, () => ({})],
  [/\bmax(?:imum)? ?length:? (\d[\d,]*)/i, (length = "") => ({ maxLength: Number(length.replaceAll(",", "")) })],
  [/\b(\d+) length UUID\b/i, (length) => ({ length: Number(length), format: "uuid" })],
  [/^enum: ?(.*)$/i, (values = "") => ({ enum: listed(values) })],
  [/^always returned in case of any error$/i, () => ({ returned: "error" })],
  [/^always returned$/i, () => ({ returned: "always" })],
  [/^null on (error|success)$/i, (when = "") => ({ nullWhen: when.toLowerCase() })],
  [/^always null\b/i, () => ({ nullWhen: "always" })],
  [
    /\(e\.?g\.?,? ((?:(["'])[^"']*\2[, ]*)+)\)/,
    (words = "") => ({ examples: [...words.matchAll(/["']([^"']*)["']/g)].map(([, word = ""]) => word) }),
  ],
];

const DESCRIPTION: Rules = [
  [
    /\ballowed extensions: (\w+(?:(?:,? (?:and|or) |, ?| ?[|/] ?)\w+)*)/i,
    (list = "") => ({ extensions: listed(list) }),
  ],
  [/\bno error, this will be null\.?/i, () => ({ nullWhen: "success" })],
];

/** Adds the facts that the rules match, and returns the rest of the text. */
function extract(page: Page, path: Path, text: string, rules: Rules, line: number): string {
  return rules.reduce((rest, [pattern, read]) => {
    const match = pattern.exec(rest);
    if (!match) return rest;
    for (const [key, value] of Object.entries(read(...match.slice(1)))) {
      if (Array.isArray(value)) for (const item of value) page.add([...path, key, item], true, line);
      else page.add([...path, key], value, line);
    }
    return rest.replace(match[0], "").trim();
  }, text);
}

function rowsOf(page: Page, path: Path, { rows: [head, ...rows], line }: Table, expected: readonly Column[]): Row[] {
  const columns = (head?.cells ?? []).map((title) => {
    const column = COLUMNS.get(folded(title));
    const isExpected = column !== undefined && expected.includes(column);
    if (!isExpected) page.differ(line, [...path, "columns", title], "nothing", "has it");
    return isExpected ? column : undefined;
  });
  for (const column of expected) {
    if (!columns.includes(column)) page.differ(line, [...path, "columns", column], "have it", "nothing");
  }
  return rows.map(({ cells, line }) => {
    const under = `${cells.length} cells under ${columns.length} columns`;
    if (cells.length !== columns.length) {
      page.differ(line, [...path, cells[0] ?? ""], "one cell under each column", under);
    }
    const named = Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
    return { name: "", type: "", limits: "", description: "", ...named, line };
  });
}

/** Adds a table of parameters or fields. */
export function readRows(page: Page, table: Table, path: Path) {
  const isParameter = path[0] === "parameters";
  for (const { name, type, limits, description, line } of rowsOf(page, path, table, [
    "name",
    "type",
    "limits",
    "description",
  ])) {
    const at = [...path, name];
    page.unique(at, line);
    const types = type.toLowerCase().split(/ ?[/|,] ?| or /);
    page.add([...at, "type"], types.filter((word) => word !== "null").join("/"), line);
    if (types.includes("null")) page.add([...at, "nullable"], true, line);
    const limitsRest = extract(page, at, limits.replace(/\.$/, ""), LIMITS, line);
    if (limitsRest) page.add([...at, "digests", "limits"], page.digest(limitsRest, line), line, limits);
    const unmarked = isParameter ? description.replace(/^mandatory\b\s*[.:;,-]*\s*/i, "") : description;
    if (isParameter) page.add([...at, "mandatory"], unmarked !== description, line);
    const rest = extract(page, at, unmarked, DESCRIPTION, line);
    page.add([...at, "digests", "description"], page.digest(rest, line), line, description);
  }
}

/** Adds the table of status codes. */
export function readStatuses(page: Page, table: Table) {
  for (const { name, description, line } of rowsOf(page, ["statuses"], table, ["name", "description"])) {
    page.unique(["statuses", name], line);
    page.add(["statuses", name, "digest"], page.digest(description, line), line, description);
  }
}
