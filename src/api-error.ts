import { type Api, type ApiError, clearError, type UnexpectedResponseError } from "./errors.js";
import type { HttpResponse } from "./http.js";
import { createRedactor, type Redactor, type Secrets } from "./redact.js";
import { RETRYABLE_STATUSES } from "./retry.js";

const MAX_SHOWN_TEXT = 1000;
const MAX_SHOWN_CONTENT_TYPE = 200;
const MAX_MESSAGE_TEXT = 200;

/** A documented error response, as received. Everything that an error shows of it is redacted. */
export type ApiFailure<E extends ApiError> = E extends unknown
  ? Pick<E, "status" | "code" | "rawCode"> & {
      /** The vendor's message, if it is one. */
      readonly message: unknown;
      /** Whether the body is the documented one. Otherwise the error has its text. */
      readonly hasBody: boolean;
    }
  : never;

/** Redacts a body and its text. JSON is redacted after parsing, so escapes cannot hide a secret. */
function redactedBody(
  redactor: Redactor,
  { body, text }: HttpResponse,
): { readonly body: unknown; readonly text: string } {
  const isJson = typeof body === "object" && body !== null;
  if (!isJson) return { body, text: redactor.text(text) };
  const redacted = redactor.value(body);
  return { body: redacted, text: JSON.stringify(redacted) };
}

/** Builds the error for a documented error response. The message is the vendor's, if there is one. */
export function apiError<E extends ApiError>(
  api: Api,
  { status, code, rawCode, message, hasBody }: ApiFailure<E>,
  response: HttpResponse,
  secrets: Secrets,
): E {
  const redactor = createRedactor(secrets);
  const { body, text } = redactedBody(redactor, response);
  const described = `${api.toUpperCase()} responded with ${status}: ${text.trim().slice(0, MAX_MESSAGE_TEXT) || "no body"}`;
  const fields = {
    kind: "api",
    api,
    status,
    code,
    rawCode: typeof rawCode === "string" ? redactor.text(rawCode) : rawCode,
    body: hasBody ? body : text,
  };
  const words = typeof message === "string" && message !== "" ? redactor.text(message) : described;
  // Cast because the endpoint has checked the body, and redaction forgets its type.
  return clearError(words, fields as never) as E;
}

/** Builds the error for an undocumented response. */
export function unexpectedResponse(
  api: Api,
  response: HttpResponse,
  secrets: Secrets,
  problem = "not a documented response",
): UnexpectedResponseError {
  const { status, retryAfterMs } = response;
  const redactor = createRedactor(secrets);
  const contentType = redactor.text(response.contentType).slice(0, MAX_SHOWN_CONTENT_TYPE) || null;
  return clearError<UnexpectedResponseError>(
    `${api.toUpperCase()} responded with ${status} ${contentType ?? "without content type"}: ${problem}.`,
    {
      kind: "unexpected-response",
      api,
      status,
      contentType,
      text: redactedBody(redactor, response).text.slice(0, MAX_SHOWN_TEXT),
      retryAfterMs,
    },
    RETRYABLE_STATUSES.includes(status),
  );
}
