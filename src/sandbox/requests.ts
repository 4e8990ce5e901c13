import { REDACTED } from "../redact.js";
import type { DocumentedOperation } from "./operations.js";
import { sentParameters } from "./parameters.js";

/** A request that an API or the storage received. Contains neither tokens nor signatures. */
export interface ReceivedRequest {
  readonly target: "api" | "storage";
  /** The id of the operation in the description. Null for the storage, and if there is no such operation. */
  readonly operation: DocumentedOperation["id"] | null;
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  /** The documented parameters, decoded, by name. Empty for the storage. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The headers by name, in lower case. A value that may be secret is `[redacted]`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The status of the response. Null until there is one, and if the connection was closed instead. */
  readonly status: number | null;
}

/** How many requests are remembered: more than a test looks at, few enough for a sandbox that runs for days. */
const MAX_REQUESTS = 10_000;

/** What a request received: its status, once there is a response. */
type Receipt = (status: number) => void;

/** Headers without secrets, besides the documented ones. */
const NOT_SECRET =
  /^(accept|access-control-request|content|if|sec-fetch)-|^(accept|connection|expect|host|origin|prefer|transfer-encoding|user-agent)$/;

/** Removes a signature, such as from a path in which a client has encoded the query. */
export function withoutSignature(text: string): string {
  return text.replace(/x-amz-.*/is, REDACTED);
}

const mapValues = (entries: Iterable<[string, string]>, change: (value: string, name: string) => string) =>
  Object.fromEntries([...entries].map(([name, value]) => [name, change(value, name)]));

/** The last 10,000 requests that a sandbox has received, in order. */
export class RequestLog {
  #requests: ReceivedRequest[] = [];

  /** Returns copies: an entry gets its status later. */
  get all(): readonly ReceivedRequest[] {
    return this.#requests.map((request) => ({ ...request }));
  }

  clear(): void {
    this.#requests = [];
  }

  add(
    target: ReceivedRequest["target"],
    { method, url, headers }: { readonly method: string; readonly url: URL; readonly headers: Headers },
    operation?: DocumentedOperation,
  ): Receipt {
    const documented = operation?.parameters.map(({ name }) => name.toLowerCase()) ?? [];
    const shown = (name: string) => NOT_SECRET.test(name) || documented.includes(name);
    const request: { -readonly [Field in keyof ReceivedRequest]: ReceivedRequest[Field] } = {
      target,
      operation: operation?.id ?? null,
      method,
      path: withoutSignature(url.pathname),
      parameters: mapValues(operation ? sentParameters(operation, url, headers) : [], withoutSignature),
      headers: mapValues(headers, (value, name) => (shown(name) ? withoutSignature(value) : REDACTED)),
      status: null,
    };
    this.#requests.push(request);
    if (this.#requests.length > MAX_REQUESTS) this.#requests.shift();
    return (status) => {
      request.status = status;
    };
  }
}
