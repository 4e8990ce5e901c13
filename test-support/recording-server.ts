import { loopbackServer } from "./loopback-server.js";

/** A proxy of an API that records every signed URL in its responses. */
export async function recordingServer(baseUrl: string): Promise<{ origin: string; urls: string[] }> {
  const urls: string[] = [];
  const { origin } = await loopbackServer(async (request, response) => {
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const body: Uint8Array[] = await request.toArray();
    const upstream = await fetch(baseUrl + request.url, {
      method: String(request.method),
      headers,
      ...(body.length > 0 && { body: Buffer.concat(body) }),
    });
    const text = await upstream.text();
    urls.push(...[...text.matchAll(/http:[^"]+X-Amz-Signature[^"]+/g)].map(([url]) => url));
    response.writeHead(upstream.status, { "content-type": upstream.headers.get("content-type") ?? "" }).end(text);
  });
  return { origin, urls };
}
