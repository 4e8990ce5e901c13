/** Prism over a description, in process and as a server: the plain mock, without anything of this package. */
import { createInstance, getHttpOperationsFromSpec, type IHttpConfig } from "@stoplight/prism-http";
import { createServer } from "@stoplight/prism-http-server";
import type { Case } from "./matrix.js";

const silent = () => {};
const levels = ["trace", "debug", "info", "warn", "error", "fatal", "success"];
const logger: Record<string, unknown> = {
  ...Object.fromEntries(levels.map((level) => [level, silent])),
  child: () => logger,
};
const components = { logger: logger as never };

function config(validateRequest: boolean): IHttpConfig {
  const mock = { dynamic: false };
  return {
    isProxy: false,
    upstreamProxy: undefined,
    validateRequest,
    validateResponse: true,
    checkSecurity: true,
    errors: false,
    mock,
  };
}

/**
 * A mock of the description at this path (or in this object) on loopback. Strict, it checks requests; lenient, it
 * replays whatever answer `Prefer` names.
 */
export async function startMock(description: string | object, { strict }: { strict: boolean }) {
  const operations = await getHttpOperationsFromSpec(description);
  const server = createServer(operations, { components, config: config(strict), cors: false });
  const origin = await server.listen(0, "127.0.0.1");
  return { origin, close: () => server.close() };
}

/** The status and body that a strict mock of a description gives a case, without a server in between. */
export async function mockOf(description: object): Promise<(one: Case) => Promise<{ status: number; body: unknown }>> {
  const operations = await getHttpOperationsFromSpec(description);
  const prism = createInstance(config(true), components);
  return async ({ method, path, headers }) => {
    const url = new URL(path, "http://mock");
    const query: Record<string, string | string[]> = {};
    for (const name of url.searchParams.keys()) {
      const values = url.searchParams.getAll(name);
      query[name] = values.length > 1 ? values : (values[0] ?? "");
    }
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(", ")]);
    const outcome = await prism.request(
      { method: method.toLowerCase() as "get", url: { path: url.pathname, query }, headers: Object.fromEntries(lower) },
      operations,
      config(true),
    )();
    if (outcome._tag === "Right") return { status: outcome.right.output.statusCode, body: outcome.right.output.body };
    return { status: (outcome.left as { status?: number }).status ?? 500, body: undefined };
  };
}
