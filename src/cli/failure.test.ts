import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RESPONSES } from "../../generated/operations.js";
import { cfcErrorCodeValues } from "../../generated/types.js";
import { type ApiError, type ClearError, clearError } from "../errors.js";
import { EXIT_CODES } from "./exit-codes.js";
import { hint } from "./failure.js";

const kinds = Object.keys(EXIT_CODES).filter((kind) => !["api", "aborted", "invalid-input"].includes(kind));
const cfc = [...cfcErrorCodeValues, "UNKNOWN"].map((code) => ({ kind: "api", api: "cfc", code, status: 403 }));
const gls = RESPONSES.getGlsPreSignedUrl.map(({ status }) => ({ kind: "api", api: "gls", status }));

test.each([...kinds.map((kind) => ({ kind })), ...cfc, ...gls])("the hint for %o is an anchor of a guide", (fields) => {
  const [, file = "", anchor] =
    /^See (docs\/guides\/\w+\.md)#(\S+) in this package\.$/.exec(hint(errorOf(fields)) ?? "") ?? [];
  expect(readFileSync(file, "utf8")).toContain(`<a id="${anchor}"></a>`);
});

function errorOf(fields: object): ClearError {
  return clearError<ApiError>("", fields as never);
}
