import { expect, test } from "vitest";
import { operations, validator } from "./description.js";

const { getCfcPreSignedUrl, getGlsPreSignedUrl } = operations;

/** The bodies of a response's examples, which are the documented samples, by name. */
function samples(operation: (typeof operations)[keyof typeof operations], status: number) {
  const [media] = Object.values(operation.responses[status]?.content ?? {});
  if (!media) throw new Error(`no content for ${status}`);
  const check = validator(media.schema.$ref);
  return {
    check,
    // biome-ignore lint/suspicious/noExplicitAny: the tests below break these bodies on purpose.
    body: (name: string): any => structuredClone(media.examples[name]?.value),
    names: Object.keys(media.examples),
  };
}

test("every example validates against the schema of its response", () => {
  let checked = 0;
  for (const operation of Object.values(operations)) {
    for (const status of Object.keys(operation.responses)) {
      const { check, body, names } = samples(operation, Number(status));
      for (const name of names) {
        expect(check(body(name)), `${operation.operationId} ${status} ${name}: ${JSON.stringify(check.errors)}`).toBe(
          true,
        );
        checked++;
      }
    }
  }
  expect(checked).toBe(17);
});

const created = samples(getCfcPreSignedUrl, 200);
const unauthorized = samples(getCfcPreSignedUrl, 401);
const internal = samples(getCfcPreSignedUrl, 500);
const success = samples(getGlsPreSignedUrl, 200);
const notAcceptable = samples(getGlsPreSignedUrl, 406);
const text = samples(getGlsPreSignedUrl, 401);

test.each<[string, { check: (body: unknown) => boolean }, unknown]>([
  ["a CREATED without URL", created, { ...created.body("created"), preSignedS3Url: null }],
  ["a CREATED with a URL that is none", created, { ...created.body("created"), preSignedS3Url: "" }],
  ["a CREATED with an error", created, { ...created.body("created"), errorCode: "INTERNAL_ERROR" }],
  ["a FAILED with a URL", created, { ...created.body("created"), status: "FAILED" }],
  ["a FAILED with an unknown code", created, { ...created.body("failed-license-expired"), errorCode: "EXPIRED" }],
  ["a status in lower case", created, { ...created.body("created"), status: "created" }],
  ["a 401 with a status", unauthorized, { ...unauthorized.body("authorization-failed"), status: "FAILED" }],
  [
    "a 401 without errorMessage",
    unauthorized,
    { ...unauthorized.body("authorization-failed"), errorMessage: undefined },
  ],
  ["a 401 that is a text", unauthorized, "UNAUTHORIZED"],
  ["a 500 that is no array", internal, internal.body("file-content-type-missing")[0]],
  [
    "a 500 with a text for errorValues",
    internal,
    [{ ...internal.body("file-content-type-missing")[0], errorValues: "a" }],
  ],
  ["a success without uploadUrl", success, { ...success.body("success"), result: { status: "OK" } }],
  ["a success without result", success, { ...success.body("success"), result: null }],
  ["a success with an error", success, { ...success.body("success"), error: success.body("failure").error }],
  ["a success whose status is a text", success, { ...success.body("success"), status: "200" }],
  [
    "an error.code that is a number",
    notAcceptable,
    { ...notAcceptable.body("invalid-file-extension"), error: { code: 406, message: "", validationErrors: null } },
  ],
  [
    "a failure with a result",
    notAcceptable,
    { ...notAcceptable.body("invalid-file-extension"), result: { status: "OK", uploadUrl: "https://a" } },
  ],
  ["a failure with metadata", notAcceptable, { ...notAcceptable.body("invalid-file-extension"), metadata: {} }],
  ["a 401 text in lower case", text, "Unauthorized"],
  ["a 401 envelope", text, notAcceptable.body("invalid-file-extension")],
])("%s does not validate", (_what, { check }, body) => {
  expect(check(JSON.parse(JSON.stringify(body)))).toBe(false);
});
