/** `redocly drift --coverage`: the documented exchanges cover the whole description. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, inject, test } from "vitest";
import { createRedactor } from "../../src/redact.js";
import { SANDBOX_CREDENTIALS } from "../../src/sandbox/index.js";
import { type OperationId, operations } from "../../test-support/description.js";
import { exchangeMessage, type Request } from "../../test-support/http-message.js";
import { validRequests } from "../mock/matrix.js";

const origin = inject("sandbox");
const { cfc, gls } = SANDBOX_CREDENTIALS;

const redactor = createRedactor({ token: cfc.authToken, fields: [] });

const requests = validRequests({
  cfcToken: cfc.authToken,
  glsToken: gls.authToken,
  integrationId: gls.integrationId,
});

/** One exchange as an entry of a HAR file, without the signature of the URL. */
async function entry({ method, path, headers, body }: Request, prefer: string) {
  const started = new Date().toISOString();
  const message = await exchangeMessage(origin, {
    method,
    path,
    headers: { ...headers, prefer },
    ...(body && { body }),
  });
  const url = new URL(path, origin);
  const pairs = (record: Record<string, unknown>) =>
    Object.entries(record).map(([name, value]) => ({ name, value: String(value) }));
  return {
    startedDateTime: started,
    time: 1,
    request: {
      method,
      url: url.href,
      httpVersion: "HTTP/1.1",
      headers: pairs(headers),
      queryString: pairs(Object.fromEntries(url.searchParams)),
      cookies: [],
      headersSize: -1,
      bodySize: body?.length ?? 0,
      ...(body && { postData: { mimeType: "application/json", text: body } }),
    },
    response: {
      status: message.status,
      statusText: "",
      httpVersion: "HTTP/1.1",
      headers: pairs({ "content-type": message.contentType }),
      cookies: [],
      content: {
        size: message.text.length,
        mimeType: message.contentType,
        text: redactor.text(message.text).replaceAll("?[redacted]", ""),
      },
      redirectURL: "",
      headersSize: -1,
      bodySize: message.text.length,
    },
    cache: {},
    timings: { send: 0, wait: 1, receive: 0 },
  };
}

test("the documented exchanges cover every operation, parameter, property and response code", async () => {
  const entries: object[] = [];
  for (const [id, { responses }] of Object.entries(operations)) {
    const request = requests[id as OperationId];
    for (const [status, { content }] of Object.entries(responses)) {
      for (const { examples } of Object.values(content)) {
        for (const name of Object.keys(examples)) entries.push(await entry(request, `code=${status}, example=${name}`));
      }
    }
  }
  mkdirSync("reports", { recursive: true });
  const creator = { name: "clear-presign contract tests", version: "1" };
  writeFileSync("reports/documented.har", JSON.stringify({ log: { version: "1.2", creator, entries } }, null, 1));
  const args = ["reports/documented.har", "--api", "spec/openapi.yaml", "--server", origin, "--coverage"];
  const files = ["--coverage-output", "reports/coverage.json", "--format", "json", "--output", "reports/drift.json"];
  execFileSync(process.execPath, ["node_modules/@redocly/cli/bin/cli.js", "drift", ...args, ...files], {
    stdio: "ignore",
  });

  const { totals } = JSON.parse(readFileSync("reports/coverage.json", "utf8")) as {
    totals: Record<string, { covered: number; total: number }>;
  };
  const { run } = JSON.parse(readFileSync("reports/drift.json", "utf8"));
  for (const [what, { covered, total }] of Object.entries(totals)) console.log(`${what}: ${covered} of ${total}`);
  expect(Object.keys(totals).sort()).toEqual(["operations", "parameters", "properties", "responses"]);
  for (const [what, { covered, total }] of Object.entries(totals)) expect(covered, what).toBe(total);
  // The token headers have severity info, because they are security schemes rather than parameters.
  expect(run.findingsBySeverity).toMatchObject({ warning: 0, error: 0 });
  expect(run.documentedExchanges).toBe(entries.length);
});
