import type { operations } from "../generated/types.js";

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

type BodyOf<Response> = Response extends { readonly content: infer Content } ? Content[keyof Content] : never;

/**
 * The body of a documented response.
 *
 * @example
 * const details: ResponseBody<"getCfcPreSignedUrl", 500> = await response.json();
 */
export type ResponseBody<
  Operation extends keyof operations,
  Status extends keyof operations[Operation]["responses"],
> = BodyOf<operations[Operation]["responses"][Status]>;

/**
 * A documented response to an operation, discriminated by `status`. Comparing with an undocumented status does not
 * compile.
 */
export type DocumentedResponse<Operation extends keyof operations> = {
  [Status in keyof operations[Operation]["responses"]]: {
    readonly status: Status;
    /** The parsed body; undefined if it is not JSON. */
    readonly body: Untrusted<ResponseBody<Operation, Status>> | undefined;
    readonly text: string;
  };
}[keyof operations[Operation]["responses"]];

/** Types a value as `Untrusted`, which promises nothing, so any value qualifies. */
export function untrusted<T>(value: unknown): Untrusted<T> {
  return value as Untrusted<T>;
}
