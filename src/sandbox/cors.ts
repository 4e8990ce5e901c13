import type { IncomingHttpHeaders } from "node:http";
import { invalidInput } from "../errors.js";
import type { Check } from "../validate.js";
import type { S3Error } from "./signing.js";

const ORIGIN_RULE =
  'must be an origin such as "http://localhost:5173" or an array of them, without a path; "*" is not allowed';

/** Checks the origins of web pages, as browsers send them. */
export const checkOrigins: Check<readonly string[]> = (field, value) => {
  const origins: readonly unknown[] = Array.isArray(value) ? value : [value];
  return origins.map((origin) => {
    const isOrigin =
      typeof origin === "string" &&
      /^https?:[^*]+$/.test(origin) &&
      URL.canParse(origin) &&
      new URL(origin).origin === origin;
    if (!isOrigin) throw invalidInput(field, ORIGIN_RULE);
    return origin;
  });
};

/** Headers for the response to a page of an allowed origin. Without them, its browser hides the response from it. */
export function corsHeaders(allowed: readonly string[], { origin }: IncomingHttpHeaders): Record<string, string> {
  if (origin === undefined || !allowed.includes(origin)) return {};
  return { "access-control-allow-origin": origin, "access-control-expose-headers": "etag", vary: "origin" };
}

/** What a page may send: a PUT with the one signed header that it can set. */
const METHOD = "PUT";
const HEADER = "content-type";

/** The headers of the response to a preflight that allows the PUT. */
export const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": METHOD,
  "access-control-allow-headers": HEADER,
} as const;

/** Returns S3's error for a preflight, the request that a browser sends before a page's PUT. Undefined if the PUT is allowed. */
export function preflightError(allowed: readonly string[], headers: IncomingHttpHeaders): S3Error | undefined {
  const { origin, "access-control-request-method": method, "access-control-request-headers": names = "" } = headers;
  if (origin === undefined || method === undefined) {
    return { status: 400, code: "BadRequest", message: "Origin or Access-Control-Request-Method is missing." };
  }
  const others = names.split(",").filter((name) => ![HEADER, ""].includes(name.trim().toLowerCase()));
  if (allowed.includes(origin) && method === METHOD && others.length === 0) return undefined;
  const message = "The sandbox allows only a PUT with a content-type, from a page of an allowed origin.";
  return { status: 403, code: "AccessForbidden", message };
}
