/** What tools need in order to read the description. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { document, type OperationId, operations } from "../../test-support/description.js";
import { exchangeMessage } from "../../test-support/http-message.js";
import { startPrism } from "../../test-support/prism.js";
import { validRequests } from "../mock/matrix.js";

test("names differ in more than case, so that generated files do not overwrite each other on macOS and Windows", () => {
  const names = [...Object.values<object>(document.components).flatMap(Object.keys), ...Object.keys(operations)];
  const lowerCase = names.map((name) => name.toLowerCase());
  expect(names.filter((name, i) => lowerCase.indexOf(name.toLowerCase()) !== i)).toEqual([]);
});

const requests = validRequests({ cfcToken: "a", glsToken: "b", integrationId: "00000000-0000-4000-8000-000000000000" });

/** Every documented response, by operation, status and example. */
const examples = Object.entries(operations).flatMap(([id, { responses }]) =>
  Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content).flatMap((media) =>
      Object.keys(media.examples).map((name) => ({ request: requests[id as OperationId], status, name })),
    ),
  ),
);

/** For each documented response, whether Prism reports that it violates a description. */
async function violations(description: object) {
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-description-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // YAML 1.2 contains JSON.
  writeFileSync(join(folder, "openapi.yaml"), JSON.stringify(description));
  const mock = await startPrism(join(folder, "openapi.yaml"));
  onTestFinished(() => mock.close());
  return Promise.all(
    examples.map(async ({ request, status, name }) => {
      const prefer = `code=${status}, example=${name}`;
      const response = await exchangeMessage(mock.origin, { ...request, headers: { ...request.headers, prefer } });
      expect(response.status).toBe(Number(status));
      return [name, "sl-violations" in response.headers] as const;
    }),
  );
}

test("Prism accepts the body of every documented response", async () => {
  expect((await violations(document)).filter(([, found]) => found)).toEqual([]);
});

test("Prism notices an invalid body of every documented response", async () => {
  const broken = structuredClone(document);
  for (const example of Object.values<{ value: unknown }>(broken.components.examples)) {
    example.value = typeof example.value === "string" ? "wrong" : {};
  }
  expect((await violations(broken)).filter(([, found]) => !found)).toEqual([]);
});

test("Prism checks bodies as JSON Schema 2020-12", async () => {
  const strict = structuredClone(document);
  // Draft-07 does not have this keyword.
  strict.components.schemas.GlsPreSignedUrlSuccess.unevaluatedProperties = false;
  strict.components.examples["gls-200-success"].value.unknown = 1;
  expect((await violations(strict)).filter(([, found]) => found)).toEqual([["success", true]]);
});
