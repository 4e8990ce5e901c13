/**
 * For each response schema, bodies that the documentation allows and near misses that it does not. Written from the
 * documentation, not from the description, so that any change of the description disagrees with it.
 */

type Body = unknown;
type Record_ = Record<string, unknown>;

type Row = readonly [what: string, body: Body, fact?: string | undefined];

export interface Entry {
  readonly schema: string;
  /** The fact that all bodies prove; some also prove that of a field. */
  readonly proves: string;
  readonly accepted: readonly Row[];
  readonly rejected: readonly Row[];
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
const errorResponse = {
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

/**
 * Every field missing in turn, and every field with each of its invalid values, by fact, such as
 * `cfc.response.status.enum`, or by name for a field without a fact.
 */
function nearMisses(body: Record_, wrong: Readonly<Record<string, readonly unknown[]>>): Row[] {
  const missing = Object.keys(body).map((name) => [`without ${name}`, without(body, name)] as const);
  const changed = Object.entries(wrong).flatMap(([key, values]) => {
    const name = key.split(".")[2] ?? key;
    const fact = name === key ? undefined : key;
    return values.map(
      (value): Row => [`${name} ${JSON.stringify(value)?.slice(0, 40)}`, { ...body, [name]: value }, fact],
    );
  });
  return [...missing, ...changed, ["null", null], ["an array", [body]], ["a string", "OK"]];
}

/** Invalid values for a string. */
const NOT_STRINGS = [null, 1, true, {}, []] as const;
/** Invalid values for null. */
const NOT_NULL = ["", "x", 0, false, {}, []] as const;

const codeMisses = ["", "authorization_failed", "AUTHORIZATION-FAILED", "AUTHORIZATION_FAILED ", "EXPIRED", "UNKNOWN"];
const withCodes = (body: Record_) =>
  CODES.map((errorCode) => [`errorCode ${errorCode}`, { ...body, errorCode }, "cfc.response.errorCode.enum"] as const);

export const corpus: readonly Entry[] = [
  {
    schema: "CfcPreSignedUrlCreated",
    proves: "cfc.response",
    accepted: [
      ["as documented", created],
      ["an unknown field", { ...created, requestId: 1 }],
      ["a URL of 2048 characters", { ...created, preSignedS3Url: LONGEST_URL }],
    ],
    rejected: nearMisses(created, {
      "cfc.response.status": NOT_STRINGS,
      "cfc.response.status.enum": ["FAILED", "created", "OK", ""],
      "cfc.response.preSignedS3Url": [...NOT_STRINGS, "", "storage.clear.in/a", "soon"],
      "cfc.response.preSignedS3Url.maxLength": [`${LONGEST_URL}a`],
      "cfc.response.errorCode": [...NOT_NULL, "INTERNAL_ERROR"],
      "cfc.response.errorMessage": NOT_NULL,
    }),
  },
  {
    schema: "CfcPreSignedUrlFailed",
    proves: "cfc.response",
    accepted: [["as described", failed], ["an empty message", { ...failed, errorMessage: "" }], ...withCodes(failed)],
    rejected: nearMisses(failed, {
      "cfc.response.status": NOT_STRINGS,
      "cfc.response.status.enum": ["CREATED", "failed", ""],
      "cfc.response.preSignedS3Url": [...NOT_NULL, "https://storage.clear.in/a"],
      "cfc.response.errorCode": NOT_STRINGS,
      "cfc.response.errorCode.enum": codeMisses,
      "cfc.response.errorMessage": NOT_STRINGS,
    }),
  },
  {
    schema: "CfcPreSignedUrl",
    proves: "cfc.response",
    accepted: [
      ["created", created],
      ["failed", failed],
    ],
    rejected: [
      ["an error response", errorResponse],
      ["an array", [created]],
      ["an empty object", {}],
      ["another status", { ...created, status: "PENDING" }],
      ["created with an error", { ...created, errorCode: "INTERNAL_ERROR" }],
      ["failed with a URL", { ...failed, preSignedS3Url: created.preSignedS3Url }],
    ],
  },
  {
    schema: "CfcErrorCode",
    proves: "cfc.response.errorCode.enum",
    accepted: CODES.map((code) => [code, code] as const),
    rejected: [...NOT_STRINGS, ...codeMisses].map((value) => [JSON.stringify(value), value] as const),
  },
  {
    schema: "CfcErrorResponse",
    proves: "cfc.response",
    accepted: [
      ["as documented", errorResponse],
      ["an empty message", { ...errorResponse, errorMessage: "" }],
      ...withCodes(errorResponse),
    ],
    rejected: nearMisses(errorResponse, {
      "cfc.response.status": [...NOT_NULL, "FAILED", "CREATED"],
      "cfc.response.preSignedS3Url": [...NOT_NULL, "https://storage.clear.in/a"],
      "cfc.response.errorCode": NOT_STRINGS,
      "cfc.response.errorCode.enum": codeMisses,
      "cfc.response.errorMessage": NOT_STRINGS,
    }),
  },
  {
    schema: "CfcErrorDetail",
    proves: "cfc.500.fields",
    accepted: [
      ["as documented", detail],
      ["strings in nullable fields", { ...detail, errorField: "a", errorValues: ["a", ""], errorResolution: "a" }],
      ["no values", { ...detail, errorValues: [] }],
      ...withCodes(detail),
    ],
    rejected: nearMisses(detail, {
      errorCode: NOT_STRINGS,
      "cfc.response.errorCode.enum": codeMisses,
      errorMessage: NOT_STRINGS,
      errorField: [1, true, {}, []],
      errorValues: ["a", 1, {}, [1], [null], [["a"]], ["a", 1]],
      errorResolution: [1, true, {}, []],
    }),
  },
  {
    schema: "CfcErrorList",
    proves: "cfc.500.fields",
    accepted: [
      ["as documented", [detail]],
      ["two entries", [detail, detail]],
    ],
    rejected: [
      ["not an array", detail],
      ["null", null],
      ["a string", "INTERNAL_ERROR"],
      ["an array of strings", ["INTERNAL_ERROR"]],
      ["an array of arrays", [[detail]]],
      ["an entry without a field", [detail, without(detail, "errorField")]],
    ],
  },
  {
    schema: "GlsResult",
    proves: "gls.result",
    accepted: [
      ["as documented", result],
      ["another status", { ...result, status: "BAD_REQUEST" }],
      ["a URL longer than CFC's", { ...result, uploadUrl: `${LONGEST_URL}a` }],
    ],
    rejected: nearMisses(result, {
      "gls.result.status": NOT_STRINGS,
      "gls.result.uploadUrl": [...NOT_STRINGS, "", "abc.csv"],
    }),
  },
  {
    schema: "GlsPreSignedUrlSuccess",
    proves: "gls.response",
    accepted: [
      ["as documented", success],
      ["an empty message", { ...success, message: "" }],
      ["an unknown field", { ...success, requestId: 1 }],
    ],
    rejected: nearMisses(success, {
      "gls.response.status": ["200", 200.5, null, true],
      "gls.response.success": [false, "true", 1, null],
      "gls.response.message": NOT_STRINGS,
      "gls.response.result": [null, "OK", [result], { status: "OK" }, {}],
      "gls.response.error": [...NOT_NULL, error],
      "gls.response.metadata": NOT_NULL,
    }),
  },
  {
    schema: "GlsError",
    proves: "gls.error",
    accepted: [
      ["as documented", error],
      ["a code that is a word", { ...error, code: "BAD_REQUEST" }],
    ],
    rejected: nearMisses(error, {
      "gls.error.code": [406, null, true, {}, []],
      "gls.error.message": NOT_STRINGS,
      "gls.error.validationErrors": [...NOT_NULL, ["a"]],
    }),
  },
  {
    schema: "GlsFailure",
    proves: "gls.response",
    accepted: [
      ["as documented", failure],
      ["another status", { ...failure, status: 500 }],
      ["another message", { ...failure, message: "" }],
    ],
    rejected: nearMisses(failure, {
      "gls.response.status": ["406", 406.5, null, true],
      "gls.response.success": [true, "false", 0, null],
      "gls.response.message": NOT_STRINGS,
      "gls.response.result": [...NOT_NULL, result],
      "gls.response.error": [null, "406", [error], {}, { ...error, code: 406 }],
      "gls.response.metadata": NOT_NULL,
    }),
  },
  {
    schema: "GlsPreSignedUrl",
    proves: "gls.response",
    accepted: [
      ["a success", success],
      ["a failure", failure],
    ],
    rejected: [
      ["an empty object", {}],
      ["the string of a 401", "UNAUTHORIZED"],
      ["success null", { ...success, success: null }],
      ["a success without a URL", { ...success, result: { status: "OK" } }],
      ["a success with the body of a failure", { ...failure, success: true }],
    ],
  },
  {
    schema: "GlsUnauthorizedText",
    proves: "gls.401.sample",
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

/** Where a description's validators are wrong: documented bodies that fail and near misses that pass. */
export function disagreements(validator: (schema: string) => (body: unknown) => boolean): string[] {
  return corpus.flatMap(({ schema, accepted, rejected }) => {
    const check = validator(schema);
    return [
      ...accepted.filter(([, body]) => !check(body)).map(([what]) => `${schema} rejects: ${what}`),
      ...rejected.filter(([, body]) => check(body)).map(([what]) => `${schema} accepts: ${what}`),
    ];
  });
}
