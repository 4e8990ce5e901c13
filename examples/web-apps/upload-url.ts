import type { AddressInfo } from "node:net";
import express, { type Request } from "express";
import { gls } from "./clear.js";
import { disconnected, errorReply } from "./reply.js";

const { SESSION = "", PORT = "3000" } = process.env;
if (SESSION === "") throw new Error("SESSION must be set: it stands for your own login");

const isLoggedIn = (request: Request) => request.headers.cookie === `session=${SESSION}`;

const app = express();
app.use(express.static("public"));

app.get("/upload-url", async (request, response) => {
  if (!isLoggedIn(request)) {
    response.status(401).json({ error: "Please log in." });
    return;
  }
  const fileName = String(request.query["fileName"] ?? "");
  const { data, error } = await gls.getPreSignedUrl({ fileName }, { signal: disconnected(response) });
  if (error) {
    const { status, body } = errorReply(error);
    response.status(status).json(body);
    return;
  }
  // JSON of `data` itself shows the URL as "[redacted]"; here it is sent on purpose.
  const { url, headers, expiresAt } = data;
  response.set("cache-control", "no-store").json({ url, headers, expiresAt });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
