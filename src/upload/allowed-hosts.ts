import { invalidInput } from "../errors.js";
import type { PreSignedUrl } from "../pre-signed-url.js";

/** The headers that a PUT sends. No other header may be signed. */
const SENT_HEADERS = ["host", "content-type", "content-length"];

/** Checks that the URL's host is allowed, and that all signed headers can be sent. */
export function checkTarget({ url: text }: PreSignedUrl, allowedHosts: readonly string[]): URL {
  const url = new URL(text);
  if (url.protocol === "https:" && !allowedHosts.includes(url.hostname)) {
    throw invalidInput("allowedHosts", `does not include ${url.hostname}, the host of the pre-signed URL`);
  }
  const signed = (url.searchParams.get("X-Amz-SignedHeaders") ?? "").toLowerCase().split(";");
  for (const name of signed) {
    if (name !== "" && !SENT_HEADERS.includes(name)) {
      throw invalidInput("preSignedUrl", `is signed with the header ${name}, which is not among its headers`);
    }
  }
  return url;
}

/** Normalizes a host name as a URL does, in lower case. Returns undefined for anything else. */
function hostname(host: unknown): string | undefined {
  if (typeof host !== "string" || !/^(?:[^\s:/?#@*\\[\]]+|\[[\da-f:.]+\])$/i.test(host)) return undefined;
  try {
    return new URL(`https://${host}`).hostname;
  } catch {
    return undefined;
  }
}

export function checkAllowedHosts(field: string, hosts: unknown): readonly string[] {
  const rule = "must be an array of host names, such as storage.clear.in: no scheme, port, path or wildcard";
  if (!Array.isArray(hosts)) throw invalidInput(field, rule);
  return hosts.map((host: unknown, i) => {
    const name = hostname(host);
    if (name === undefined) throw invalidInput(field, `${rule}; the entry at index ${i} is not one`);
    return name;
  });
}
