interface CfcIngestionErrorWith<Status extends number, Body> extends ClearErrorBase<"api"> {
  readonly api: "cfc";
  readonly status: Status;
  readonly code: CfcErrorCode | import("../generated/types.js").CfcIngestionErrorCode | "UNKNOWN";
  readonly rawCode: string;
  /** The redacted body. */
  readonly body: Body;
}

/** A documented error response to a request about an ingestion, discriminated by `status`. */
export type CfcIngestionError =
  | CfcIngestionErrorWith<400 | 404, Shown<import("../generated/types.js").CfcIngestionFailure>>
  | CfcIngestionErrorWith<401, Shown<CfcErrorResponse>>;
