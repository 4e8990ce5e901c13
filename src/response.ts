/**
 * A value from outside that should be a `T`. Any part of it may be missing, so each is optional; a string or a number
 * is `unknown` until it has been checked. Literals keep their types, since comparing with one is what tells bodies
 * apart. Reading any part through `?.` never throws, whatever the value is.
 */
export type Untrusted<T> = T extends readonly (infer Item)[]
  ? { readonly [index: number]: Untrusted<Item> | undefined } | null
  : T extends object
    ? { readonly [Key in keyof T]?: Untrusted<T[Key]> } | null
    : IsLiteral<T> extends true
      ? T
      : unknown;

type IsLiteral<T> = T extends string | boolean ? (string extends T ? false : true) : false;

/** The bodies that the description has for a response. */
type BodyOf<Response> = Response extends { content: infer Content } ? Content[keyof Content] : never;

/** The JSON body of one documented response of an operation. */
export type DocumentedBody<
  Operation extends { readonly responses: object },
  Status extends keyof Operation["responses"],
> = Untrusted<BodyOf<Operation["responses"][Status]>>;

/**
 * A response to a generated operation, told apart by `status`. A status that the description does not have is not
 * among them, so comparing with one does not compile.
 */
export type DocumentedResponse<Operation extends { readonly responses: object }> = {
  [Status in keyof Operation["responses"]]: {
    readonly status: Status;
    /** The body as JSON; undefined where it is not JSON. */
    readonly body: DocumentedBody<Operation, Status> | undefined;
    readonly text: string;
  };
}[keyof Operation["responses"]];

/** Reads a value as what it should be. `Untrusted` promises nothing, so any value may be called one. */
export function untrusted<T>(value: unknown): Untrusted<T> {
  return value as Untrusted<T>;
}

/** A documented success: its data, or why it cannot be used. Undefined for any other response. */
export type Decoded<Data> = { readonly data: Data } | { readonly problem: string } | undefined;

/** When and from where a response was received. */
export interface Received {
  readonly hostname: string;
  /** The start of the request, milliseconds since the epoch. */
  readonly requestedAt: number;
  /** The server's own time of the response, NaN where it has none. */
  readonly respondedAt: number;
}
