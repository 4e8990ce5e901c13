/**
 * An unchecked value that should be a `T`. Any part may be missing, so every property is optional. A string or a number
 * is `unknown` until checked. Literals keep their types, so comparing with one narrows a union. Reading any part
 * through `?.` never throws, whatever the value is.
 */
export type Untrusted<T> = T extends readonly (infer Item)[]
  ? { readonly [index: number]: Untrusted<Item> | undefined } | null
  : T extends object
    ? { readonly [Key in keyof T]?: Untrusted<T[Key]> } | null
    : IsLiteral<T> extends true
      ? T
      : unknown;

type IsLiteral<T> = T extends string | boolean ? (string extends T ? false : true) : false;

/** The documented bodies of a response. */
type BodyOf<Response> = Response extends { content: infer Content } ? Content[keyof Content] : never;

/** The JSON body of one documented response of an operation. */
export type DocumentedBody<
  Operation extends { readonly responses: object },
  Status extends keyof Operation["responses"],
> = Untrusted<BodyOf<Operation["responses"][Status]>>;

/**
 * A documented response to a generated operation, discriminated by `status`. Comparing with an undocumented status does
 * not compile.
 */
export type DocumentedResponse<Operation extends { readonly responses: object }> = {
  [Status in keyof Operation["responses"]]: {
    readonly status: Status;
    /** The parsed body; undefined if it is not JSON. */
    readonly body: DocumentedBody<Operation, Status> | undefined;
    readonly text: string;
  };
}[keyof Operation["responses"]];

/** Types a value as `Untrusted`, which promises nothing, so any value qualifies. */
export function untrusted<T>(value: unknown): Untrusted<T> {
  return value as Untrusted<T>;
}

/** A documented success: its data, or the reason it cannot be used. Undefined for any other response. */
export type Decoded<Data> = { readonly data: Data } | { readonly problem: string } | undefined;

/** When a response was received, and from which host. */
export interface Received {
  readonly hostname: string;
  /** The start of the request, in milliseconds since the epoch. */
  readonly requestedAt: number;
  /** The server's time of the response; NaN if unknown. */
  readonly respondedAt: number;
}
