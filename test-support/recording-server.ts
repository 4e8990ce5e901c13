import { loopbackServer } from "./loopback-server.js";

/** A server in front of an API that notes every signed URL which is handed out. */
export async function recordingServer(baseUrl: string): Promise<{ origin: string; urls: string[] }> {
  const urls: string[] = [];
  const { origin } = await loopbackServer(async (request, response) => {
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(baseUrl + request.url, { headers });
    const text = await answer.text();
    urls.push(...[...text.matchAll(/http:[^"]+X-Amz-Signature[^"]+/g)].map(([url]) => url));
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(text);
  });
  return { origin, urls };
}
