import { REDACTED } from "./redact.js";
import type { Decoded, Received } from "./response.js";
import { isLoopback, secureUrl } from "./validate.js";

/**
 * Where and how to PUT one file. A secret: anyone who has `url` can write the file. Only reading `url` returns the URL;
 * strings, logs and JSON show `"[redacted]"`. To pass it on, such as through a queue, copy the fields:
 * `{ url: data.url, headers: data.headers, expiresAt: data.expiresAt }`.
 */
export interface PreSignedUrl {
  /** The signed URL, exactly as received. */
  readonly url: string;
  readonly method: "PUT";
  /** Send exactly these headers. The storage rejects another content type with a 403. Never add a Clear token. */
  readonly headers: { readonly "content-type": string };
  /**
   * The expiry by the local clock: the start of the request plus the documented lifetime (CFC 10 minutes, GLS 1
   * hour) or the remaining signed lifetime, whichever is shorter.
   */
  readonly expiresAt: Date;
}

/** A pre-signed URL that was serialized on purpose. Printing it shows the URL. */
export interface PlainPreSignedUrl {
  readonly url: string;
  readonly headers: { readonly "content-type": string };
  /** A `Date`, or an ISO 8601 string, as in JSON. */
  readonly expiresAt: Date | string;
}

/** Hides the URL of a plain pre-signed URL again. */
export function hiddenUrl({ url, headers, expiresAt }: PlainPreSignedUrl): PreSignedUrl {
  return new HiddenUrl(url, headers["content-type"], new Date(expiresAt));
}

class HiddenUrl implements PreSignedUrl {
  readonly #url: string;
  readonly method = "PUT";
  readonly headers: { readonly "content-type": string };
  readonly expiresAt: Date;

  constructor(url: string, contentType: string, expiresAt: Date) {
    this.#url = url;
    this.headers = { "content-type": contentType };
    this.expiresAt = expiresAt;
  }

  get url(): string {
    return this.#url;
  }

  toJSON() {
    return Object.assign({ url: REDACTED }, this);
  }

  toString(): string {
    return JSON.stringify(this);
  }

  /** Called by Node's `util.inspect` and `console.log`. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.toJSON();
  }
}

const UNUSABLE = { problem: "its URL is not an https URL (http on loopback) without credentials" };

/**
 * Builds the value from the URL in a response. The age of a URL that was signed earlier is measured by the API's clock,
 * not the caller's. Only a loopback API may return an http URL, and only to loopback.
 */
export function preSignedUrl(
  url: unknown,
  contentType: string,
  lifetimeSeconds: number,
  { hostname, requestedAt, respondedAt }: Received,
): Decoded<PreSignedUrl> {
  if (typeof url !== "string" || !secureUrl(url, isLoopback(hostname))) return UNUSABLE;
  const signedSeconds = /[?&]X-Amz-Expires=(\d+)(?![^&#])/.exec(url)?.[1];
  const signedAt = /[?&]X-Amz-Date=([^&#]*)/.exec(url)?.[1]?.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5");
  const age = Math.max(0, (respondedAt - Date.parse(signedAt ?? "")) / 1000 || 0);
  const seconds = signedSeconds ? Math.min(Number(signedSeconds) - age, lifetimeSeconds) : lifetimeSeconds;
  const expiresAt = new Date(requestedAt + seconds * 1000);
  return Number.isNaN(expiresAt.getTime()) ? UNUSABLE : { data: new HiddenUrl(url, contentType, expiresAt) };
}
