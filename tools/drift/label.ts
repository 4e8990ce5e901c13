/** The label above a sample: its outcome, its status, whether it is a request or a response. */
import { STATUS_CODES } from "node:http";
import { folded } from "./typography.js";

/** The words of a label. Any other word adds information. */
const WORDS = new Set(
  (
    "a an the this of for and to here click tap see show view open expand hide more full details below copy code curl " +
    "bash shell sh json http status api sample samples example examples request requests response responses body " +
    "payload header headers path query param params parameter parameters schema method url endpoint success successful error"
  ).split(" "),
);

export interface Label {
  readonly status: number | undefined;
  readonly outcome: "success" | "error" | undefined;
  /** Whether it has only the words of a label. */
  readonly isWhole: boolean;
}

export function readLabel(source: string): Label {
  const text = folded(source);
  const status = /\b[1-5]\d\d\b/.exec(text)?.[0];
  const phrase = STATUS_CODES[Number(status)]?.toLowerCase() ?? "";
  const words = text.replace(status ?? "", " ").replace(phrase, " ");
  return {
    status: status === undefined ? undefined : Number(status),
    outcome: /\bsuccess(?:ful)?\b/.test(text) ? "success" : /\berror\b/.test(text) ? "error" : undefined,
    isWhole: (words.match(/[\p{L}\p{N}]+|[^\s()[\]/|:,.'"-]/gu) ?? []).every((word) => WORDS.has(word)),
  };
}
