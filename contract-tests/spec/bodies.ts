/**
 * For each schema of a response, bodies that the documentation allows and near misses that it does not. Written from
 * the documentation, not from the description: a description that is changed at any point disagrees with it.
 */

type Body = unknown;
type Record_ = Record<string, unknown>;

export interface Entry {
  readonly schema: string;
  readonly accepted: readonly (readonly [what: string, body: Body])[];
  readonly rejected: readonly (readonly [what: string, body: Body])[];
}

/** 2048 characters, the longest URL that CFC documents. */
const LONGEST_URL = `https://storage.clear.in/${"a".repeat(2023)}`;
const CODES = ["AUTHORIZATION_FAILED", "LICENSE_EXPIRED", "API_QUOTA_EXCEEDED", "PERMISSION_DENIED", "INTERNAL_ERROR"];

const created = {
  status: "CREATED",
  preSignedS3Url: "https://storage.clear.in/a?X-Amz-Expires=35999",
  errorCode: null,
  errorMessage: null,
};
const failed = {
  status: "FAILED",
  preSignedS3Url: null,
  errorCode: "LICENSE_EXPIRED",
  errorMessage: "Account License has expired",
};
const refusal = {
  status: null,
  preSignedS3Url: null,
  errorCode: "AUTHORIZATION_FAILED",
  errorMessage: "Invalid Auth Token",
};
const detail = {
  errorCode: "INTERNAL_ERROR",
  errorMessage: "Required request header 'fileContentType' for method parameter type FileContentType is not present",
  errorField: null,
  errorValues: null,
  errorResolution: null,
};
const result = { status: "OK", uploadUrl: "https://storage.clear.in/abc.csv?X-Amz-Expires=3599" };
const error = {
  code: "406",
  message: "Invalid file extension. Allowed extensions: csv, xlsx, xls, zip",
  validationErrors: null,
};
const success = {
  status: 200,
  success: true,
  message: "generated pre-sign url successfully",
  result,
  error: null,
  metadata: null,
};
const failure = { status: 406, success: false, message: "ERROR", result: null, error, metadata: null };

const without = (body: Record_, name: string) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));

/** Every field missing in turn, and every field with each value that it must not have. */
function nearMisses(body: Record_, wrong: Readonly<Record<string, readonly unknown[]>>): (readonly [string, Body])[] {
  const missing = Object.keys(body).map((name) => [`without ${name}`, without(body, name)] as const);
  const changed = Object.entries(wrong).flatMap(([name, values]) =>
    values.map((value) => [`${name} ${JSON.stringify(value)?.slice(0, 40)}`, { ...body, [name]: value }] as const),
  );
  return [...missing, ...changed, ["null", null], ["an array", [body]], ["a text", "OK"]];
}

/** What a text must not be. */
const NO_TEXT = [null, 1, true, {}, []] as const;
/** What null must not be. */
const NO_NULL = ["", "x", 0, false, {}, []] as const;

const codeMisses = [
  ...NO_TEXT,
  "",
  "authorization_failed",
  "AUTHORIZATION-FAILED",
  "AUTHORIZATION_FAILED ",
  "EXPIRED",
  "UNKNOWN",
];
const withCodes = (body: Record_) =>
  CODES.map((errorCode) => [`errorCode ${errorCode}`, { ...body, errorCode }] as const);

export const corpus: readonly Entry[] = [
  {
    schema: "CfcPreSignedUrlCreated",
    accepted: [
      ["as documented", created],
      ["a field that nobody knows", { ...created, requestId: 1 }],
      ["a URL of 2048 characters", { ...created, preSignedS3Url: LONGEST_URL }],
    ],
    rejected: nearMisses(created, {
      status: [...NO_TEXT, "FAILED", "created", "OK", ""],
      preSignedS3Url: [...NO_TEXT, "", "storage.clear.in/a", "soon", `${LONGEST_URL}a`],
      errorCode: [...NO_NULL, "INTERNAL_ERROR"],
      errorMessage: NO_NULL,
    }),
  },
  {
    schema: "CfcPreSignedUrlFailed",
    accepted: [
      ["as described", failed],
      ["a message of nothing", { ...failed, errorMessage: "" }],
      ...withCodes(failed),
    ],
    rejected: nearMisses(failed, {
      status: [...NO_TEXT, "CREATED", "failed", ""],
      preSignedS3Url: [...NO_NULL, "https://storage.clear.in/a"],
      errorCode: codeMisses,
      errorMessage: NO_TEXT,
    }),
  },
  {
    schema: "CfcPreSignedUrl",
    accepted: [
      ["created", created],
      ["failed", failed],
    ],
    rejected: [
      ["a refusal", refusal],
      ["an array", [created]],
      ["nothing", {}],
      ["another status", { ...created, status: "PENDING" }],
      ["created with an error", { ...created, errorCode: "INTERNAL_ERROR" }],
      ["failed with a URL", { ...failed, preSignedS3Url: created.preSignedS3Url }],
    ],
  },
  {
    schema: "CfcErrorCode",
    accepted: CODES.map((code) => [code, code] as const),
    rejected: codeMisses.map((value) => [JSON.stringify(value), value] as const),
  },
  {
    schema: "CfcErrorResponse",
    accepted: [
      ["as documented", refusal],
      ["a message of nothing", { ...refusal, errorMessage: "" }],
      ...withCodes(refusal),
    ],
    rejected: nearMisses(refusal, {
      status: [...NO_NULL, "FAILED", "CREATED"],
      preSignedS3Url: [...NO_NULL, "https://storage.clear.in/a"],
      errorCode: codeMisses,
      errorMessage: NO_TEXT,
    }),
  },
  {
    schema: "CfcErrorDetail",
    accepted: [
      ["as documented", detail],
      ["texts where they may be", { ...detail, errorField: "a", errorValues: ["a", ""], errorResolution: "a" }],
      ["no values", { ...detail, errorValues: [] }],
      ...withCodes(detail),
    ],
    rejected: nearMisses(detail, {
      errorCode: codeMisses,
      errorMessage: NO_TEXT,
      errorField: [1, true, {}, []],
      errorValues: ["a", 1, {}, [1], [null], [["a"]], ["a", 1]],
      errorResolution: [1, true, {}, []],
    }),
  },
  {
    schema: "CfcErrorList",
    accepted: [
      ["as documented", [detail]],
      ["two", [detail, detail]],
    ],
    rejected: [
      ["no array", detail],
      ["null", null],
      ["a text", "INTERNAL_ERROR"],
      ["an array of texts", ["INTERNAL_ERROR"]],
      ["an array of arrays", [[detail]]],
      ["one that lacks a field", [detail, without(detail, "errorField")]],
    ],
  },
  {
    schema: "GlsResult",
    accepted: [
      ["as documented", result],
      ["another word", { ...result, status: "BAD_REQUEST" }],
      ["a URL longer than CFC's", { ...result, uploadUrl: `${LONGEST_URL}a` }],
    ],
    rejected: nearMisses(result, { status: NO_TEXT, uploadUrl: [...NO_TEXT, "", "abc.csv"] }),
  },
  {
    schema: "GlsPreSignedUrlSuccess",
    accepted: [
      ["as documented", success],
      ["other words", { ...success, message: "" }],
      ["a field that nobody knows", { ...success, requestId: 1 }],
    ],
    rejected: nearMisses(success, {
      status: ["200", 200.5, null, true],
      success: [false, "true", 1, null],
      message: NO_TEXT,
      result: [null, "OK", [result], { status: "OK" }, {}],
      error: [...NO_NULL, error],
      metadata: NO_NULL,
    }),
  },
  {
    schema: "GlsError",
    accepted: [
      ["as documented", error],
      ["a code that is a word", { ...error, code: "BAD_REQUEST" }],
    ],
    rejected: nearMisses(error, {
      code: [406, null, true, {}, []],
      message: NO_TEXT,
      validationErrors: [...NO_NULL, ["a"]],
    }),
  },
  {
    schema: "GlsFailure",
    accepted: [
      ["as documented", failure],
      ["another status", { ...failure, status: 500 }],
      ["another message", { ...failure, message: "" }],
    ],
    rejected: nearMisses(failure, {
      status: ["406", 406.5, null, true],
      success: [true, "false", 0, null],
      message: NO_TEXT,
      result: [...NO_NULL, result],
      error: [null, "406", [error], {}, { ...error, code: 406 }],
      metadata: NO_NULL,
    }),
  },
  {
    schema: "GlsPreSignedUrl",
    accepted: [
      ["a success", success],
      ["a failure", failure],
    ],
    rejected: [
      ["nothing", {}],
      ["the text of a 401", "UNAUTHORIZED"],
      ["neither", { ...success, success: null }],
      ["a success without a URL", { ...success, result: { status: "OK" } }],
      ["a success with the body of a failure", { ...failure, success: true }],
    ],
  },
  {
    schema: "GlsUnauthorizedText",
    accepted: [["as documented", "UNAUTHORIZED"]],
    rejected: [
      "Unauthorized",
      "unauthorized",
      "UNAUTHORIZED\n",
      "",
      null,
      { message: "UNAUTHORIZED" },
      ["UNAUTHORIZED"],
    ].map((value) => [JSON.stringify(value), value] as const),
  },
];

/** What a description gets wrong, by its validators: accepted bodies that fail, near misses that pass. */
export function disagreements(validator: (schema: string) => (body: unknown) => boolean): string[] {
  return corpus.flatMap(({ schema, accepted, rejected }) => {
    const check = validator(schema);
    return [
      ...accepted.filter(([, body]) => !check(body)).map(([what]) => `${schema} refuses: ${what}`),
      ...rejected.filter(([, body]) => check(body)).map(([what]) => `${schema} takes: ${what}`),
    ];
  });
}
