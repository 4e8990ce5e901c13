import { EXAMPLES } from "../../generated/examples.js";
import { OPERATIONS, RESPONSES, STORAGE } from "../../generated/operations.js";
import type { UploadDescription } from "../content-type.js";
import type { Api } from "../errors.js";
import type { Parameter, Rule } from "../parameters.js";

/** What the description says about the PUT to a URL, and about the storage that gets it. */
export interface Upload extends UploadDescription {
  /** The JSON pointer to the URL in the body of a success. */
  readonly url: string;
  /** Whether the URL is signed with a session token. */
  readonly sessionToken: boolean;
  /** The storage's response to an expired URL. */
  readonly expired: { readonly status: number; readonly code: string; readonly message: string };
}

/** Which requests get a response: valid or invalid ones, ones without a valid token, or ones with this invalid parameter. */
export type When =
  | { readonly request: "valid" | "invalid" }
  | { readonly token: "invalid" }
  | { readonly parameter: string; readonly violates: Rule };

/** A documented response. */
export interface DocumentedResponse {
  readonly status: number;
  readonly example: string;
  readonly mediaType: string;
  /** Undefined if only a Prefer header selects it. */
  readonly when?: When;
  readonly body: unknown;
}

/** The required fields of a JSON value, and of the values within it. */
export interface RequiredFields {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, RequiredFields>>;
  readonly items?: RequiredFields;
}

/** An operation of the description, with its responses. */
export interface DocumentedOperation {
  readonly id: keyof typeof OPERATIONS;
  readonly api: Api;
  readonly method: string;
  readonly path: string;
  readonly tokenHeader: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly required: boolean; readonly fields: RequiredFields };
  readonly upload?: Upload;
  readonly responses: readonly DocumentedResponse[];
}

type Generated = Omit<DocumentedOperation, "responses" | "upload"> & {
  readonly upload?: Omit<Upload, "sessionToken" | "expired">;
};
type GeneratedResponse = Omit<DocumentedResponse, "body">;
type Storage = Pick<Upload, "sessionToken" | "expired">;

/** Every operation of the description. */
export const operations: readonly DocumentedOperation[] = Object.values<Generated>(OPERATIONS).map(
  ({ upload, ...operation }) => {
    const examples: Readonly<Record<string, unknown>> = EXAMPLES[operation.id];
    const responses: readonly GeneratedResponse[] = RESPONSES[operation.id];
    const { [operation.id]: storage }: Readonly<Record<string, Storage | undefined>> = STORAGE;
    return {
      ...operation,
      ...(upload && storage && { upload: { ...upload, ...storage } }),
      responses: responses.map((response) => ({
        ...response,
        body: examples[`${response.status} ${response.example}`],
      })),
    };
  },
);
