import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { document, type OperationId, operations } from "../../test-support/description.js";
import { exchangeMessage } from "../../test-support/http-message.js";
import { startPrism } from "../../test-support/prism.js";
import { validRequests } from "../mock/matrix.js";

test("a mock that cannot start is an error with Prism's output", async () => {
  const missing = fileURLToPath(new URL("none.yaml", import.meta.url));
  await expect(startPrism(missing)).rejects.toThrow(/prism mock did not start: [\s\S]*none\.yaml/);
});

// With some values of jsonSchemaDialect, it checks no body. mock/matrix.test.ts has the valid bodies.
test("Prism notices an invalid body of every documented response", { timeout: 60_000 }, async () => {
  const broken = structuredClone(document);
  for (const example of Object.values<{ value: unknown }>(broken.components.examples)) {
    example.value = typeof example.value === "string" ? "wrong" : {};
  }
  const folder = mkdtempSync(join(tmpdir(), "clear-presign-description-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "openapi.yaml");
  // YAML 1.2 contains JSON.
  writeFileSync(file, JSON.stringify(broken));
  const mock = await startPrism(file);
  onTestFinished(() => mock.close());

  const credentials = { cfcToken: "a", glsToken: "b", integrationId: "00000000-0000-4000-8000-000000000000" };
  const requests = validRequests(credentials);
  for (const [id, { responses }] of Object.entries(operations)) {
    for (const [status, { content }] of Object.entries(responses)) {
      for (const example of Object.values(content).flatMap(({ examples }) => Object.keys(examples))) {
        const { headers, ...request } = requests[id as OperationId];
        const prefer = `code=${status}, example=${example}`;
        const response = await exchangeMessage(mock.origin, { ...request, headers: { ...headers, prefer } });
        expect(response.status).toBe(Number(status));
        expect(response.headers, `${id} ${status} ${example}`).toHaveProperty("sl-violations");
      }
    }
  }
});
