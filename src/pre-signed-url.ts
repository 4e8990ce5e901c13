import { REDACTED } from "./redact.js";

/** The media types that a pre-signed URL is signed for. */
export const XLS = "application/vnd.ms-excel";
export const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/**
 * Where and how to PUT one file. A secret: whoever holds `url` can write the file. Converted to a string,
 * inspected or serialized, it shows `"[redacted]"` for the URL; only reading `url` gives it.
 */
export interface PreSignedUrl {
  /** The signed URL, exactly as received. */
  readonly url: string;
  readonly method: "PUT";
  /** Exactly what the storage must receive; another content type is a 403. Never add a Clear token. */
  readonly headers: { readonly "content-type": string };
  /**
   * The end of the URL's life by the caller's clock: the start of the request plus the documented life (CFC
   * 10 minutes, GLS 1 hour), or plus what is left of the signed one where that is shorter.
   */
  readonly expiresAt: Date;
}

class SecretPreSignedUrl implements PreSignedUrl {
  readonly #url: string;
  readonly method = "PUT";
  readonly headers;
  readonly expiresAt;

  constructor(url: string, contentType: string, expiresAt: Date) {
    this.#url = url;
    this.headers = { "content-type": contentType };
    this.expiresAt = expiresAt;
  }

  get url() {
    return this.#url;
  }

  toJSON() {
    const { method, headers, expiresAt } = this;
    return { url: REDACTED, method, headers, expiresAt };
  }

  toString() {
    return JSON.stringify(this);
  }

  /** Node's `util.inspect` and `console.log`. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.toJSON();
  }
}

/** True for the names of this machine, where http is no risk. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * Builds the value from a URL that an API handed out, or says what is wrong with the URL.
 *
 * @param apiHostname - Where the URL came from: only a loopback API may hand out an http URL, to loopback.
 * @param lifeSeconds - The documented life.
 * @param requestedAt - The start of the request, milliseconds since the epoch.
 * @param answeredAt - The API's own time of the answer, so that a URL which was signed earlier is known to end
 * earlier, whatever the caller's clock says. NaN where it gave none.
 */
export function preSignedUrl(
  url: string,
  contentType: string,
  apiHostname: string,
  lifeSeconds: number,
  requestedAt: number,
  answeredAt: number,
): PreSignedUrl | string {
  if (!URL.canParse(url)) return "the URL cannot be parsed";
  const { protocol, hostname, username, password, searchParams } = new URL(url);
  const local = protocol === "http:" && isLoopback(hostname) && isLoopback(apiHostname);
  if (protocol !== "https:" && !local) return "the URL is not https";
  if (username || password) return "the URL has credentials";
  const signedSeconds = searchParams.get("X-Amz-Expires") ?? "";
  const signedAt = (searchParams.get("X-Amz-Date") ?? "").replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5");
  const age = Math.max(0, (answeredAt - Date.parse(signedAt)) / 1000 || 0);
  const seconds = /^\d+$/.test(signedSeconds) ? Math.min(Number(signedSeconds) - age, lifeSeconds) : lifeSeconds;
  return new SecretPreSignedUrl(url, contentType, new Date(requestedAt + seconds * 1000));
}
