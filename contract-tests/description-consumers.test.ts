/** What tools that read the description need of it, beyond what it says. */
import { expect, onTestFinished, test } from "vitest";
import { document, operations } from "./description.js";
import { startMock } from "./prism.js";

test("names differ in more than case, so that generated files do not overwrite each other on macOS and Windows", () => {
  const names = [...Object.values<object>(document.components).flatMap(Object.keys), ...Object.keys(operations)];
  const lowerCase = names.map((name) => name.toLowerCase());
  expect(names.filter((name, i) => lowerCase.indexOf(name.toLowerCase()) !== i)).toEqual([]);
});

const headers = { "x-cleartax-auth-token": "t", "x-clear-auth-token": "t" };

/** Every documented response, by operation, status and example. */
const examples = Object.values(operations).flatMap(({ path, responses }) =>
  Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content).flatMap((media) => Object.keys(media.examples).map((name) => ({ path, status, name }))),
  ),
);

/** For each documented response, whether Prism finds that it is not as a description says. */
async function violations(description: object) {
  const mock = await startMock(description, { strict: false });
  onTestFinished(() => mock.close());
  return Promise.all(
    examples.map(async ({ path, status, name }) => {
      const prefer = `code=${status}, example=${name}`;
      const response = await fetch(mock.origin + path, { headers: { ...headers, prefer } });
      await response.arrayBuffer();
      expect(response.status).toBe(Number(status));
      return [name, response.headers.has("sl-violations")] as const;
    }),
  );
}

test("Prism takes the body of every documented response", async () => {
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
