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

function secret(url: string, contentType: string, expiresAt: Date): PreSignedUrl {
  const hidden = {
    get url() {
      return url;
    },
    toJSON() {
      return { url: REDACTED, ...(this as object) };
    },
    toString() {
      return JSON.stringify(this);
    },
    /** Node's `util.inspect` and `console.log`. */
    [Symbol.for("nodejs.util.inspect.custom")]() {
      return this.toJSON();
    },
  };
  return Object.assign(Object.create(hidden), { method: "PUT", headers: { "content-type": contentType }, expiresAt });
}

/** True for the names of this machine, where http is no risk. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Parses a URL that secrets may go to: https, or http to this machine, without credentials. Undefined for others. */
export function secureUrl(text: string, httpOnLoopback = true): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const secure = url.protocol === "https:" || (httpOnLoopback && url.protocol === "http:" && isLoopback(url.hostname));
  return secure && !url.username && !url.password ? url : undefined;
}

/**
 * Builds the value from a URL that an API handed out; undefined where the URL cannot be used.
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
): PreSignedUrl | undefined {
  const query = secureUrl(url, isLoopback(apiHostname))?.searchParams;
  if (!query) return undefined;
  const signedSeconds = query.get("X-Amz-Expires") ?? "";
  const signedAt = (query.get("X-Amz-Date") ?? "").replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5");
  const age = Math.max(0, (answeredAt - Date.parse(signedAt)) / 1000 || 0);
  const seconds = /^\d+$/.test(signedSeconds) ? Math.min(Number(signedSeconds) - age, lifeSeconds) : lifeSeconds;
  return secret(url, contentType, new Date(requestedAt + seconds * 1000));
}
