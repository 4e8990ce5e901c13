import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import busboy from "busboy";
import { uploadFile } from "clear-presign/upload";
import { gls, MAX_BYTES } from "./clear.js";
import { checkLength, disconnected, NO_FILE, NOT_A_FORM, NOT_FOUND, type Reply, replyTo } from "./reply.js";

/** Finds the file in a form. Its bytes are still arriving. */
function fileInForm(request: IncomingMessage): Promise<{ stream: Readable; fileName: string } | undefined> {
  return new Promise((resolve, reject) => {
    const limits = { files: 1, fileSize: MAX_BYTES };
    const parser = busboy({ headers: request.headers, defParamCharset: "utf8", limits });
    parser.on("file", (_field, stream, { filename }) => resolve({ stream, fileName: filename ?? "" }));
    parser.on("close", () => resolve(undefined));
    parser.on("error", reject);
    request.on("error", reject);
    request.pipe(parser);
  });
}

async function uploadForm(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
  try {
    const found = await fileInForm(request);
    return found ? replyTo(await uploadFile(gls, { ...found, signal })) : NO_FILE;
  } catch {
    return NOT_A_FORM;
  }
}

/** The body is the file, as `curl --upload-file` and `fetch` with `body: file` send it. */
async function uploadBody(request: IncomingMessage, fileName: string, signal: AbortSignal): Promise<Reply> {
  const rejected = checkLength(request.headers["content-length"]);
  return rejected ?? replyTo(await uploadFile(gls, { stream: request, fileName, signal }));
}

const server = createServer(async (request, response) => {
  const signal = disconnected(response);
  const [path, query] = (request.url ?? "").split("?");
  const route = `${request.method} ${path}`;
  let reply = NOT_FOUND;
  if (route === "POST /files") reply = await uploadForm(request, signal);
  if (route === "PUT /files") {
    reply = await uploadBody(request, new URLSearchParams(query).get("fileName") ?? "", signal);
  }
  response.writeHead(reply.status, { "content-type": "application/json" }).end(JSON.stringify(reply.body));
});

server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
