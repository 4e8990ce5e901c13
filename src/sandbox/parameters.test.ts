import { expect, test } from "vitest";
import { type DocumentedOperation, operations } from "./operations.js";
import { checkBody, checkParameters } from "./parameters.js";

const [documented] = operations as [DocumentedOperation];

/** An operation with an optional parameter and a body. */
const OPERATION: DocumentedOperation = {
  ...documented,
  path: "/ingest/{type}",
  parameters: [
    { name: "type", in: "path", required: true, schema: { type: "string" } },
    { name: "notify", in: "query", required: false, schema: { enum: ["owner", "admins"] } },
  ],
  body: {
    required: true,
    fields: {
      required: ["files"],
      properties: {
        files: { items: { required: ["url"] } },
        options: { required: ["template"], properties: { template: { required: ["id"] } } },
      },
    },
  },
};

test.each([
  ["missing", "", undefined],
  ["empty", "?notify=", undefined],
  ["one of its values", "?notify=admins", undefined],
  ["another value", "?notify=nobody", "enum"],
  ["given twice", "?notify=owner&notify=admins", "single"],
])("an optional parameter that is %s", (_what, query, rule) => {
  const { violation } = checkParameters(OPERATION, new Request(`https://api.clear.in/ingest/sales${query}`));
  expect(violation).toEqual(rule && { parameter: "notify", rule });
});

const checked = (body: string, operation = OPERATION) => checkBody(operation, body);

test.each([
  ["nothing", "", "body"],
  ["a body that is not JSON", "{", "body"],
  ["null", "null", "files"],
  ["an array", "[]", "files"],
  ["an object without a required field", '{"constructor":1}', "files"],
  ["an item without one", '{"files":[{"url":"a"},{}]}', "files[].url"],
  ["a string as an item", '{"files":["a"]}', "files[].url"],
  ["an object within without one", '{"files":[],"options":{}}', "options.template"],
  ["another level without one", '{"files":[],"options":{"template":{}}}', "options.template.id"],
])("rejects %s", (_what, body, parameter) => {
  expect(checked(body)).toEqual({ parameter, rule: "required" });
});

test.each(['{"files":[]}', '{"files":"a"}', '{"files":[{"url":null}],"options":{"template":{"id":1}},"more":1}'])(
  "accepts %s",
  (body) => {
    expect(checked(body)).toBeUndefined();
  },
);

test("a body may be missing if it is optional, and is ignored if there is none", () => {
  const body = { required: false, fields: { items: { required: ["url"] } } };
  expect(checked("", { ...OPERATION, body })).toBeUndefined();
  expect(checked("[{}]", { ...OPERATION, body })).toEqual({ parameter: "[].url", rule: "required" });
  expect(checked("{", documented)).toBeUndefined();
});
