/** Prism in process, which loads a mutant of the description in milliseconds; starting a process takes seconds. */
import { createInstance, getHttpOperationsFromSpec, type IHttpConfig } from "@stoplight/prism-http";
import type { Case } from "../mock/matrix.js";

const silent = () => {};
const levels = ["trace", "debug", "info", "warn", "error", "fatal", "success"];
const logger: Record<string, unknown> = {
  ...Object.fromEntries(levels.map((level) => [level, silent])),
  child: () => logger,
};

/** The configuration of `prism mock`. */
const CONFIG: IHttpConfig = {
  isProxy: false,
  upstreamProxy: undefined,
  validateRequest: true,
  validateResponse: true,
  checkSecurity: true,
  errors: false,
  mock: { dynamic: false },
};

/** The status and body with which a mock of a description responds to a case. */
export async function mockOf(description: object): Promise<(one: Case) => Promise<{ status: number; body: unknown }>> {
  const operations = await getHttpOperationsFromSpec(description);
  const prism = createInstance(CONFIG, { logger: logger as never });
  return async ({ method, path, headers, body }) => {
    const url = new URL(path, "http://mock");
    const query: Record<string, string | string[]> = {};
    for (const name of url.searchParams.keys()) {
      const values = url.searchParams.getAll(name);
      query[name] = values.length > 1 ? values : (values[0] ?? "");
    }
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(", ")]);
    const outcome = await prism.request(
      {
        method: method.toLowerCase() as "get",
        url: { path: url.pathname, query },
        headers: Object.fromEntries(lower),
        ...(body && { body: JSON.parse(body) }),
      },
      operations,
      CONFIG,
    )();
    if (outcome._tag === "Right") return { status: outcome.right.output.statusCode, body: outcome.right.output.body };
    return { status: (outcome.left as { status?: number }).status ?? 500, body: undefined };
  };
}
