import type { EXAMPLES } from "../../generated/examples.js";
import type { OPERATIONS, RESPONSES } from "../../generated/operations.js";
import type { operations as Operations } from "../../generated/types.js";
import { checkEnum } from "../validate.js";
import { operations } from "./operations.js";

type Id = keyof typeof OPERATIONS;

/** A documented response of an operation. */
type Documented<Operation extends Id> = (typeof RESPONSES)[Operation][number];

/** The name of a sample: a status, and the example in the description. */
type NameOf<Response> = Response extends {
  readonly status: infer Status extends number;
  readonly example: infer Example;
}
  ? `${Status} ${Example & string}`
  : never;

/** The names of an operation's samples, such as `"401 authorization-failed"`. */
export type SampleName<Operation extends Id> = NameOf<Documented<Operation>>;

type Named<Operation extends Id, Name> = Extract<
  Documented<Operation>,
  Name extends `${infer Status extends number} ${infer Example}` ? { status: Status; example: Example } : never
>;

/** The type of a response's body. */
type Body<Operation extends Id, Status> = Status extends keyof Operations[Operation]["responses"]
  ? Operations[Operation]["responses"][Status] extends { content: infer Content }
    ? Content[keyof Content]
    : never
  : never;

/** The members of a union that a value belongs to; all of them if TypeScript cannot tell. */
type Matching<Union, Value> = [Union extends unknown ? (Value extends Union ? Union : never) : never] extends [
  infer Found,
]
  ? [Found] extends [never]
    ? Union
    : Found
  : never;

type ExampleOf<Operation extends Id, Name> = Name extends keyof (typeof EXAMPLES)[Operation]
  ? (typeof EXAMPLES)[Operation][Name]
  : never;

/** A documented response: the init of a `Response`, and its body. Also accepted by `next`. */
export interface Sample<Operation extends Id, Name extends SampleName<Operation>> {
  readonly status: Named<Operation, Name>["status"];
  readonly headers: { readonly "content-type": Named<Operation, Name>["mediaType"] };
  readonly body: Matching<Body<Operation, Named<Operation, Name>["status"]>, ExampleOf<Operation, Name>>;
}

/**
 * Returns a response from the description, for mocks of your own: its status, content type and body. Each call returns
 * new objects.
 *
 * @throws {InvalidInputError} An `invalid-input` error with the known names.
 * @example
 * ```ts
 * const expired = sample("getCfcPreSignedUrl", "403 license-expired");
 * const fetch = async () => Response.json(expired.body, expired);
 * ```
 */
export function sample<Operation extends Id, Name extends SampleName<Operation>>(
  operation: Operation,
  name: Name,
): Sample<Operation, Name> {
  const { responses } = found("operation", operation, operations, ({ id }) => id);
  const { status, mediaType, body } = found("name", name, responses, (one) => `${one.status} ${one.example}`);
  // Cast because each documented response has its example: both are generated from the same description.
  return { status, headers: { "content-type": mediaType }, body: structuredClone(body) } as Sample<Operation, Name>;
}

/** Finds the item with a name. */
function found<Item>(field: string, name: string, items: readonly Item[], nameOf: (item: Item) => string): Item {
  const names = items.map(nameOf);
  return items[names.indexOf(checkEnum(field, name, names))] as Item;
}
