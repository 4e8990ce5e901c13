import { getCfcIngestion, triggerCfcIngestion } from "../../generated/operations.js";
import {
  type CfcActivity,
  type CfcErrorResponse,
  type CfcIngestionFailure,
  type CfcTemplateType,
  cfcErrorCodeValues,
  cfcIngestionErrorCodeValues,
} from "../../generated/types.js";
import { createCall, type Endpoint } from "../call.js";
import type { CfcIngestionError, RequestError } from "../errors.js";
import { type CallOptions, CLIENT_OPTIONS, type ClientOptions, checkOptions } from "../options.js";
import type { Untrusted } from "../response.js";
import type { Result } from "../result.js";
import { checkString } from "../validate.js";

export interface CfcIngestionInput {
  readonly templateType: CfcTemplateType;
  /** The URL that the file was uploaded to. */
  readonly url: string;
  /** @default the owner */
  readonly notify?: "owner" | "admins" | undefined;
}

export interface CfcLastIngestionInput {
  readonly templateType: CfcTemplateType;
  readonly tenant: string;
}

export interface CfcIngestionClient {
  /** Starts the ingestion of an uploaded file. Sent once, since a second request would start a second one. */
  trigger(input: CfcIngestionInput, options?: CallOptions): Promise<Result<string, CfcIngestionError | RequestError>>;
  /** Gets the last ingestion. */
  getLast(
    input: CfcLastIngestionInput,
    options?: CallOptions,
  ): Promise<Result<string, CfcIngestionError | RequestError>>;
}

const CODES = [...cfcErrorCodeValues, ...cfcIngestionErrorCodeValues];

function failure<Status extends CfcIngestionError["status"]>(
  status: Status,
  body: Untrusted<CfcIngestionFailure> | Untrusted<CfcErrorResponse> | undefined,
) {
  if (typeof body?.errorCode !== "string") return undefined;
  const { errorCode: rawCode } = body;
  const code = CODES.find((documented) => documented === rawCode) ?? ("UNKNOWN" as const);
  return { status, code, rawCode, message: undefined, hasBody: true };
}

function activityOf(body: Untrusted<CfcActivity> | undefined) {
  const id = body?.activityId;
  return typeof id === "string" ? { data: id } : { problem: "it has no activityId" };
}

export const TRIGGER: Endpoint<"triggerCfcIngestion", CfcIngestionInput, string, CfcIngestionError> = {
  operation: triggerCfcIngestion,
  fields: { templateType: "templateType", url: "fileInfo.s3FileUrl", notify: "notify" },
  parameters: ({ templateType, notify }) => ({ path: { templateType }, query: notify ? { notify } : {} }),
  body: ({ url }) => ({ fileInfo: { s3FileUrl: checkString("url", url) } }),
  read: ({ status, body }) => (status === 201 ? activityOf(body) : undefined),
  error: ({ status, body }) => (status === 201 ? undefined : failure(status, body)),
};

export const GET_LAST: Endpoint<"getCfcIngestion", CfcLastIngestionInput, string, CfcIngestionError> = {
  operation: getCfcIngestion,
  fields: { templateType: "templateType", tenant: "tenant" },
  parameters: ({ templateType, tenant }) => ({ path: { templateType }, query: { tenant } }),
  read: ({ status, body }) => (status === 200 ? activityOf(body) : undefined),
  error: ({ status, body }) => (status === 200 ? undefined : failure(status, body)),
};

/** Creates a client for CFC's ingestions. */
export function createCfcIngestionClient(options: ClientOptions): CfcIngestionClient {
  const call = createCall(checkOptions(options, CLIENT_OPTIONS));
  return {
    trigger: (input, callOptions) => call(TRIGGER, input, callOptions),
    getLast: (input, callOptions) => call(GET_LAST, input, callOptions),
  };
}
