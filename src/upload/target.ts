import { invalidInput } from "../errors.js";
import { hiddenUrl, type PlainPreSignedUrl, type PreSignedUrl } from "../pre-signed-url.js";
import { REDACTED } from "../redact.js";
import { secureUrl } from "../validate.js";

/** The headers that a PUT sends. No other header may be signed. */
const SENT_HEADERS = ["host", "content-type", "content-length"];

function isPreSignedUrl(value: PlainPreSignedUrl): value is PreSignedUrl & PlainPreSignedUrl {
  return "method" in value && value.method === "PUT" && value.expiresAt instanceof Date;
}

/** Rejects a value that is not a pre-signed URL, or that has lost its URL. */
export function checkPreSignedUrl(value: PlainPreSignedUrl): PreSignedUrl {
  const { url, headers, expiresAt } = value ?? {};
  const contentType = headers?.["content-type"];
  // Printable ASCII can be sent in a header.
  if (typeof contentType !== "string" || !/^[ -~]+$/.test(contentType)) {
    throw invalidInput("preSignedUrl", "must have headers with a content-type, as the data of a result has");
  }
  if (url === undefined || url === REDACTED) {
    throw invalidInput(
      "preSignedUrl",
      "has lost its url, or has a redacted one: JSON, spreads and clones hide it; " +
        "pass .url on explicitly: { url: data.url, headers: data.headers, expiresAt: data.expiresAt }",
    );
  }
  if (typeof url !== "string" || !secureUrl(url)) {
    throw invalidInput("preSignedUrl", "must have an https url (http on loopback), without credentials");
  }
  if (Number.isNaN(new Date(expiresAt ?? Number.NaN).getTime())) {
    throw invalidInput("preSignedUrl", "must have expiresAt, a Date or a string in ISO 8601");
  }
  return isPreSignedUrl(value) ? value : hiddenUrl({ url, headers, expiresAt });
}

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

export function checkAllowedHosts(hosts: readonly string[]): readonly string[] {
  const rule = "must be an array of host names, such as storage.clear.in: no scheme, port, path or wildcard";
  if (!Array.isArray(hosts)) throw invalidInput("allowedHosts", rule);
  return hosts.map((host: unknown, i) => {
    const name = hostname(host);
    if (name === undefined) throw invalidInput("allowedHosts", `${rule}; the entry at index ${i} is not one`);
    return name;
  });
}
