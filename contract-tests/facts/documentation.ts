/**
 * The vendor's two pages as facts, written from the pages and never from spec/: what the contract tests compare with.
 * `npm run docs:drift` compares them with the pages, except for `says` and `contradictions`, which are ours.
 *
 * The vendor's sentences are not stored. `says` is the meaning of one in our words; `digest` is a hash of the sentence
 * without its white space, so that a change of wording is noticed.
 */
import cfcFacts from "./cfc.json" with { type: "json" };
import glsFacts from "./gls.json" with { type: "json" };

/** A sentence of the page: a validation, a constraint, a remark, or the meaning of a status. */
export interface Statement {
  readonly says: string;
  readonly digest: string;
}

interface Row {
  readonly says: string;
  /** In lower case, without "null": `string`, `integer`, `boolean`, `object`, `list`. */
  readonly type: string;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  /** The exact length, in characters. */
  readonly length?: number;
  /** `uuid`. */
  readonly format?: string;
  /** Digests of the rest of the limits, beyond the facts above, and of the description without them. */
  readonly digests: { readonly limits?: string; readonly description: string };
}

export interface Parameter extends Row {
  /** Whether the table marks it as mandatory. */
  readonly mandatory: boolean;
  /** The extensions that a file name may have. */
  readonly extensions?: readonly string[];
}

export interface Field extends Row {
  /** Whether the type includes null. */
  readonly nullable?: boolean;
  /** For a request body: whether the table marks it as mandatory. */
  readonly mandatory?: boolean;
  /** When the value is null: `always`, or on `success` or `error`. */
  readonly nullWhen?: string;
  /** When the field is present: `always`, or on `error`. Absent if the page does not say. */
  readonly returned?: string;
  readonly examples?: readonly string[];
}

export interface Sample {
  readonly status: number;
  /** `application/json`, or `text` for plain text whose media type the page does not state. */
  readonly mediaType: string;
  /** The request, if the page has one as a cURL command. */
  readonly request?: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** JSON, or the plain text. Signature material is replaced with fakes, which are not compared. */
  readonly body: unknown;
}

/** Two places on the page that disagree, and how we read them. */
export interface Contradiction {
  readonly about: string;
  readonly one: string;
  readonly other: string;
  readonly reading: string;
}

export interface Documentation {
  /** The page's public address; with `.md` it is Markdown. */
  readonly page: string;
  /** The address of the list of all pages. */
  readonly index: string;
  /** The adjacent pages, by the last part of their address. */
  readonly siblings: readonly string[];
  readonly headings: readonly string[];
  readonly method: string;
  /** The placeholder for the host. */
  readonly baseUrl: string;
  readonly path: string;
  /** The query of the request URL: names and placeholders. */
  readonly query: Readonly<Record<string, string>>;
  /** The hosts in all samples. */
  readonly hosts: readonly string[];
  /** The stated lifetime of a pre-signed URL, the same wherever the page states it. */
  readonly validForSeconds?: number;
  readonly parameters: Readonly<Record<"header" | "path" | "query", Readonly<Record<string, Parameter>>>>;
  readonly statuses: Readonly<Record<string, Statement>>;
  /** By table (`response` for the top level), then by field. */
  readonly fields: Readonly<Record<string, Readonly<Record<string, Field>>>>;
  /** By outcome and status: `success 200`, `error 401`. */
  readonly samples: Readonly<Record<string, Sample>>;
  readonly validations: readonly Statement[];
  readonly constraints: readonly Statement[];
  /** The remaining sentences, by heading. */
  readonly remarks: Readonly<Record<string, readonly Statement[]>>;
  readonly contradictions: readonly Contradiction[];
}

// No casts, so that the compiler checks the files.
export const cfc: Documentation = cfcFacts;
export const gls: Documentation = glsFacts;

/** All pages, by the prefix of their facts. */
export const pages = { cfc, gls };
export type PageName = keyof typeof pages;
