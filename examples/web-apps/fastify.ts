import multipart from "@fastify/multipart";
import { uploadFile } from "clear-presign/upload";
import Fastify from "fastify";
import { gls, MAX_BYTES } from "./clear.js";
import { disconnected, NO_FILE, replyTo } from "./reply.js";

const app = Fastify();
app.register(multipart, { limits: { files: 1, fileSize: MAX_BYTES } });

app.post("/files", async (request, reply) => {
  const signal = disconnected(reply.raw);
  const part = await request.file();
  const { status, body } = part
    ? replyTo(await uploadFile(gls, { stream: part.file, fileName: part.filename, signal }))
    : NO_FILE;
  return reply.code(status).send(body);
});

console.log(await app.listen({ port: Number(process.env["PORT"] ?? 3000), host: "127.0.0.1" }));
