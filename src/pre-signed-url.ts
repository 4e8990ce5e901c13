import type { Read, Received } from "./call.js";
import { signedContentType, type UploadDescription } from "./content-type.js";
import { invalidInput } from "./errors.js";
import { expiryOf } from "./expiry.js";
import { REDACTED } from "./redact.js";
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

/** Builds the value from the URL in a response. Only a loopback API may return an http URL, and only to loopback. */
export function preSignedUrl(url: unknown, upload: UploadDescription, received: Received): Read<PreSignedUrl> {
  if (typeof url !== "string" || !secureUrl(url, isLoopback(received.hostname))) return UNUSABLE;
  const expiresAt = expiryOf(url, upload.validForSeconds, received);
  if (Number.isNaN(expiresAt.getTime())) return UNUSABLE;
  return { data: new HiddenUrl(url, signedContentType(upload, received.parameters), expiresAt) };
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
  return value instanceof HiddenUrl ? value : new HiddenUrl(url, contentType, new Date(expiresAt));
}
