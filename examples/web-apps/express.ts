import type { AddressInfo } from "node:net";
import { uploadFile } from "clear-presign/upload";
import express, { type ErrorRequestHandler } from "express";
import multer from "multer";
import { gls, MAX_BYTES } from "./clear.js";
import { disconnected, NO_FILE, NOT_A_FORM, replyTo, TOO_LARGE } from "./reply.js";

const form = multer({
  storage: multer.memoryStorage(),
  limits: { files: 1, fileSize: MAX_BYTES },
  defParamCharset: "utf8",
});

const app = express();

app.post("/files", form.single("file"), async ({ file }, response) => {
  const signal = disconnected(response);
  const { status, body } = file
    ? replyTo(await uploadFile(gls, { file: file.buffer, fileName: file.originalname, signal }))
    : NO_FILE;
  response.status(status).json(body);
});

/** What multer rejects: a file that is too large, or a body that is no form. */
const onError: ErrorRequestHandler = (error, _request, response, _next) => {
  const { status, body } = error.code === "LIMIT_FILE_SIZE" ? TOO_LARGE : NOT_A_FORM;
  response.status(status).json(body);
};
app.use(onError);

const server = app.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
