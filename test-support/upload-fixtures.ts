import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach } from "vitest";
import type { PreSignedUrl } from "../src/index.js";
import { loopbackServer } from "./loopback-server.js";

/** More than two chunks of an upload, and not a multiple of one. */
export const CONTENT = Buffer.alloc(2_500_000, "0123456789\n");
export const BYTES = CONTENT.length;

/** A CSV file in a directory of its own: written before each test, and removed after the last one. */
export function csvFile(name = "a.csv"): { directory: string; file: string } {
  const directory = mkdtempSync(join(tmpdir(), "clear-presign-upload-test-"));
  const file = join(directory, name);
  beforeEach(() => writeFileSync(file, CONTENT));
  afterAll(() => rmSync(directory, { recursive: true }));
  return { directory, file };
}

/** A pre-signed URL that is valid for a minute. */
export function target(url: string, contentType = "text/csv"): PreSignedUrl {
  const headers = { "content-type": contentType };
  return { url, method: "PUT", headers, expiresAt: new Date(Date.now() + 60_000) };
}

export const SIGNED = "/a?X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=canary";

/** Resolves when an HTTP client of this process has received the head of a response. */
export function responseReceived(): Promise<void> {
  const channel = "http.client.response.finish";
  return new Promise((resolve) => {
    const received = () => {
      unsubscribe(channel, received);
      resolve();
    };
    subscribe(channel, received);
  });
}

/** A storage that sends these responses in turn, and repeats the last one. */
export async function storage(...responses: [status: number, body?: string][]) {
  const bodies: Buffer[] = [];
  const { origin, requests, server } = await loopbackServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks));
      const [status, body = ""] = responses[Math.min(bodies.length, responses.length) - 1] ?? [200];
      response.writeHead(status).end(body);
    });
  });
  return { url: `${origin}${SIGNED}`, origin, requests, bodies, server };
}

/** An error document as S3 sends it. */
export const xml = (code: string, message = "") => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
