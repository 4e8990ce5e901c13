import type { IncomingMessage } from "node:http";
import { isClearError } from "../errors.js";
import { checkEnum, checkFieldNames } from "../validate.js";
import { bodyTooLong, problem } from "./api.js";
import { API_FIELDS, type OneShotResponse } from "./one-shot.js";
import { readBody, type SandboxRequest } from "./server.js";

/** The path to which programs in other languages POST a response to queue. */
export const CONTROL_PATH = "/__sandbox/next";

type Targets = Readonly<Record<SandboxRequest["target"], { next(response: OneShotResponse): void }>>;

/** Queues the response in the body of a POST. */
export async function control(request: IncomingMessage, targets: Targets): Promise<Response> {
  // Browsers send Origin with every POST.
  if (request.headers.origin !== undefined) return problem(403, "A request from a web page is not allowed.");
  if (request.method !== "POST") return problem(405, "Method not allowed.", { allow: "POST" });
  const text = await readBody(request);
  if (!text) return bodyTooLong();
  try {
    const body: unknown = JSON.parse(String(text));
    checkFieldNames("the body", body, ["target", ...API_FIELDS]);
    const { target, ...response } = body as OneShotResponse & { target: string };
    targets[checkEnum("target", target, ["api", "storage"])].next(response);
  } catch (error) {
    return problem(400, isClearError(error) ? error.message : "The body must be JSON.");
  }
  return new Response(null, { status: 204 });
}
