/**
 * The vendor's two pages as facts, written from the pages and never from spec/: the oracle of the contract tests.
 * `npm run docs:drift` compares them with the pages. Ours alone, and not compared: `says` and `contradictions`.
 *
 * The vendor's sentences are not kept. `says` is what one of them means, in our words; `digest` stands for the sentence
 * itself, without its white space, so that another wording shows.
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
  /** Of what the limits say beyond the facts above, and of the description without them. */
  readonly digests: { readonly limits?: string; readonly description: string };
}

export interface Parameter extends Row {
  /** Whether the table marks it so. */
  readonly mandatory: boolean;
  /** The extensions that a file name may have. */
  readonly extensions?: readonly string[];
}

export interface Field extends Row {
  /** The type names null too. */
  readonly nullable?: boolean;
  /** Of a request's body: whether the table marks it so. */
  readonly mandatory?: boolean;
  /** When the value is null: `always`, or on `success` or `error`. */
  readonly nullWhen?: string;
  /** When the field is there: `always`, or on `error`. Not stated where it is left out. */
  readonly returned?: string;
  readonly examples?: readonly string[];
}

export interface Sample {
  readonly status: number;
  /** `application/json`; `text` where the page shows bare text, whose media type it does not tell. */
  readonly mediaType: string;
  /** Where the page shows one, as a cURL command. */
  readonly request?: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** JSON, or the bare text. Signature material is replaced by fakes, which are not compared. */
  readonly body: unknown;
}

/** Two places of the page that do not agree, and how we read them. */
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
  /** The pages beside it, by the last part of their address. */
  readonly siblings: readonly string[];
  readonly headings: readonly string[];
  readonly method: string;
  /** The placeholder that stands for the host. */
  readonly baseUrl: string;
  readonly path: string;
  /** The query of the request URL: names and placeholders. */
  readonly query: Readonly<Record<string, string>>;
  /** Of all samples. */
  readonly hosts: readonly string[];
  /** The stated lifetime of a pre-signed URL, the same wherever the page states it. */
  readonly validForSeconds?: number;
  readonly parameters: Readonly<Record<"header" | "path" | "query", Readonly<Record<string, Parameter>>>>;
  readonly statuses: Readonly<Record<string, Statement>>;
  /** By table (`response` for the response itself), then by field. */
  readonly fields: Readonly<Record<string, Readonly<Record<string, Field>>>>;
  /** By outcome and status: `success 200`, `error 401`. */
  readonly samples: Readonly<Record<string, Sample>>;
  readonly validations: readonly Statement[];
  readonly constraints: readonly Statement[];
  /** By heading: the sentences that stand elsewhere. */
  readonly remarks: Readonly<Record<string, readonly Statement[]>>;
  readonly contradictions: readonly Contradiction[];
}

// Without casts, so that the compiler checks the files.
export const cfc: Documentation = cfcFacts;
export const gls: Documentation = glsFacts;

/** All pages, by the name that their facts begin with. */
export const pages = { cfc, gls };
export type PageName = keyof typeof pages;
