/** For any input and any response, a call returns a Result without secrets. */
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCfcClient, createGlsClient, type PreSignedUrl, type Result } from "../../src/index.js";
import { leaks } from "../../test-support/canaries.js";

const TOKEN = "canary-property-token";
const RUNS = Number(process.env["PROPERTY_RUNS"] ?? 5_000);
/** One seed for the whole run, printed, and settable in the environment to repeat a run. */
const SEED = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
console.log(`PROPERTY_SEED=${SEED} PROPERTY_RUNS=${RUNS}`);

const KINDS = ["invalid-input", "callback", "api", "unexpected-response", "network", "timeout", "aborted"];

function expectResult(result: Result<PreSignedUrl>): void {
  const { data, error } = result;
  if (error) {
    expect(data).toBeUndefined();
    expect(error).toBeInstanceOf(Error);
    expect(KINDS).toContain(error.kind);
    expect(typeof error.retryable).toBe("boolean");
    expect(error.cause).toBeUndefined();
  } else {
    expect(error).toBeUndefined();
    expect(URL.canParse((data as PreSignedUrl).url)).toBe(true);
    expect(Number.isNaN(data?.expiresAt.getTime())).toBe(false);
  }
  const shown =
    inspect(result, { depth: 9, showHidden: true }) + JSON.stringify(result) + error?.message + error?.stack;
  expect(leaks(shown, { token: TOKEN, signature: "canary-signature" })).toEqual([]);
}

const SIGNED = `https://storage.clear.in/a?X-Amz-Expires=600&X-Amz-Signature=canary-signature`;

/** Documented and arbitrary values. */
const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      "CREATED",
      "FAILED",
      "INTERNAL_ERROR",
      TOKEN,
      SIGNED,
      `x ${TOKEN} ${SIGNED}`,
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** Objects with the documented names. */
const envelope = fc.record(
  {
    status: fc.oneof(fc.constantFrom("CREATED", "FAILED", null), value),
    preSignedS3Url: fc.oneof(fc.constant(SIGNED), fc.webUrl({ withQueryParameters: true }), value),
    errorCode: value,
    errorMessage: value,
    success: fc.oneof(fc.boolean(), value),
    message: value,
    result: fc.oneof(fc.record({ status: value, uploadUrl: fc.oneof(fc.constant(SIGNED), value) }), value),
    error: fc.oneof(fc.record({ code: value, message: value, validationErrors: value }), value),
    __proto__: value,
  },
  { requiredKeys: [] },
);

const body = fc.oneof(
  fc.oneof(envelope, fc.array(envelope, { maxLength: 3 }), fc.jsonValue()).map((json) => JSON.stringify(json)),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "UNAUTHORIZED", `\ufeff{}`, "null", TOKEN, SIGNED),
);
const status = fc.oneof(
  fc.constantFrom(200, 201, 204, 304, 400, 401, 403, 406, 429, 500, 502, 503, 504),
  fc.integer({ min: 200, max: 599 }),
);
const headerValue = fc.oneof(
  fc.constantFrom("application/json", "text/plain", `text/${TOKEN}`, "0", "3600", "Sat, 21 Nov 2026 00:00:00 GMT", ""),
  fc.string({ unit: "grapheme-ascii" }).map((text) => text.replace(/[^ -~]/g, "").trim()),
);
const headers = fc.dictionary(
  fc.constantFrom("content-type", "retry-after", "date", "content-length", "location"),
  headerValue,
);

/** A runtime's response; the constructor rejects a body with some statuses. */
function response(code: number, text: string, head: Record<string, string>): Response {
  return new Response([204, 205, 304].includes(code) ? null : text, { status: code, headers: head });
}

const options = { environment: "sandbox", authToken: TOKEN, maxAttempts: 1 } as const;
const integrationId = "00000000-0000-4000-8000-000000000000";
const parameters = { numRuns: RUNS / 2, seed: SEED };

test("for any status, headers and body", async () => {
  await fc.assert(
    fc.asyncProperty(status, headers, body, fc.boolean(), async (code, head, text, cfc) => {
      const fetch = async () => response(code, text, head);
      expectResult(
        cfc
          ? await createCfcClient({ ...options, fetch }).getPreSignedUrl({ templateType: "sales", fileName: "a.csv" })
          : await createGlsClient({ ...options, integrationId, fetch }).getPreSignedUrl({ fileName: "a.csv" }),
      );
    }),
    parameters,
  );
});

test("for any input, and any invalid response", async () => {
  const thrown = fc.oneof(
    fc.anything(),
    fc.string().map((text) => new Error(`${TOKEN} ${text}`)),
  );
  const input = fc.oneof(
    fc.anything(),
    fc.record(
      {
        templateType: fc.oneof(fc.constantFrom("sales", "purchase"), fc.anything()),
        fileName: fc.oneof(
          fc.string({ unit: "binary", maxLength: 2000 }),
          fc.string({ unit: "grapheme" }).map((name) => `${name}.csv`),
          fc.anything(),
        ),
        fileContentType: fc.oneof(fc.constantFrom("CSV", undefined), fc.anything()),
      },
      { requiredKeys: [] },
    ),
  );
  const callOptions = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.anything() });
  await fc.assert(
    fc.asyncProperty(
      input,
      callOptions,
      thrown,
      fc.boolean(),
      fc.boolean(),
      async (input, call, error, reject, cfc) => {
        // biome-ignore lint/suspicious/noExplicitAny: what a caller in plain JavaScript may return.
        const fetch = async (): Promise<any> => {
          if (reject) throw error;
          return error;
        };
        const client = cfc
          ? createCfcClient({ ...options, fetch })
          : createGlsClient({ ...options, integrationId, fetch });
        expectResult(await client.getPreSignedUrl(input as never, call as never));
      },
    ),
    parameters,
  );
});
