/** description ↔ mock: every request of the matrix gets the documented response. */
import { readFileSync } from "node:fs";
import { describe, expect, inject, test } from "vitest";
import { type OperationId, operations, validator } from "../../test-support/description.js";
import { exchangeMessage, type Message } from "../../test-support/http-message.js";
import { proves } from "../facts/proves.js";
import { cases, type ExpectedResponse, validRequests } from "./matrix.js";

const targets = inject("targets");
/** Prism accepts any token. */
const CREDENTIALS = { cfcToken: "a", glsToken: "b", integrationId: "00000000-0000-4000-8000-000000000000" };

/** The media type, schema check and body of an example in the description. */
function documentedBody(operation: OperationId, status: number, name: string) {
  const content = Object.entries(operations[operation].responses[status]?.content ?? {});
  const [found] = content.filter(([, { examples }]) => name in examples);
  if (!found) throw new Error(`${operation} ${status} has no example ${name}`);
  const [mediaType, { schema, examples }] = found;
  return { mediaType, check: validator(schema.$ref), value: examples[name]?.value };
}

/** The body with a fixed URL, because the sandbox signs a new one for each request. */
function withoutUrl(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replace(/"https?:[^"]*"/g, '"URL"'));
}

/** The violations of the description that Prism reports in a header of its response. */
function responseViolations({ headers }: Message): unknown[] {
  const all = JSON.parse(String(headers["sl-violations"] ?? "[]")) as { location: string[] }[];
  return all.filter(({ location }) => location[0] === "response");
}

function expectResponse(operation: OperationId, message: Message, expected: ExpectedResponse, live: boolean): void {
  expect(message.status).toBe(expected.status);
  expect(responseViolations(message)).toEqual([]);
  if (expected.example === undefined) {
    if (!live) expect(message.contentType).toBe("application/problem+json");
    return;
  }
  const { mediaType, check, value } = documentedBody(operation, expected.status, expected.example);
  expect(message.contentType?.split(";")[0]).toBe(mediaType);
  const body: unknown = mediaType === "application/json" ? JSON.parse(message.text) : message.text;
  expect(check(body), JSON.stringify(check.errors)).toBe(true);
  if (!live) expect(withoutUrl(body)).toEqual(withoutUrl(value));
}

for (const { name, origin, credentials } of targets) {
  const live = name === "live";
  describe(`against ${live ? "the live server" : `the ${name}`.replace("the Prism", "Prism")}`, () => {
    for (const one of cases(credentials)) {
      const title = `${one.name} → ${(name === "Prism" ? one.mock : one.documented).status}`;
      if (live && one.notLive) {
        test.skip(`${title} (not tried live: ${one.notLive})`, () => {});
        continue;
      }
      test(title, async () => {
        proves(...one.proves);
        const message = await exchangeMessage(origin, one);
        expectResponse(one.operation, message, name === "Prism" ? one.mock : one.documented, live);
      });
    }
  });
}

const mock = targets.find(({ name }) => name === "Prism");
describe.runIf(mock)("Prefer selects the example that Prism responds with", () => {
  for (const [id, { responses }] of Object.entries(operations)) {
    const operation = id as OperationId;
    for (const [status, { content }] of Object.entries(responses)) {
      for (const [accept, { examples }] of Object.entries(content)) {
        for (const example of Object.keys(examples)) {
          test(`${operation} ${status} ${example}`, async () => {
            const { headers, ...request } = validRequests(CREDENTIALS)[operation];
            const prefer = `code=${status}, example=${example}`;
            const preferring = { ...request, headers: { ...headers, accept, prefer } };
            const message = await exchangeMessage(mock?.origin ?? "", preferring);
            expectResponse(operation, message, { status: Number(status), example }, false);
          });
        }
      }
    }
  }
});

test("Prism differs from the documentation only as listed in the guide", () => {
  const guide = readFileSync(new URL("../../docs/guides/offline-testing.md", import.meta.url), "utf8");
  const section = /\n## With Prism\n[^#]+/.exec(guide)?.[0] ?? "";
  const [, , ...listed] = [...section.matchAll(/^\| (.+?) \|/gm)].map(([, request]) => request);
  const differing = cases(CREDENTIALS)
    .filter(({ documented, mock }) => documented.status !== mock.status || documented.example !== mock.example)
    .map(({ operation, documented, mock, name }) => {
      if (documented.status === 401 && mock.status === 400) {
        return "GLS, one of the curl commands in Clear's docs, unchanged";
      }
      if (documented.status === 401) return "unknown token";
      if (mock.status === 422 && operation === "getCfcPreSignedUrl") return "CFC, invalid or without `fileContentType`";
      if (documented.status === 406 && mock.status === 400) return "GLS, wrong extension";
      if (mock.status === 406) return "`Accept` that matches no media type";
      if (name.includes("URN")) return "GLS, integration id as a URN (`urn:uuid:…`)";
      if (mock.status === 200) return "name of a query parameter in another case";
      return `unexplained: ${name}`;
    });
  expect([...new Set(differing)].sort()).toEqual(listed.sort());
});
