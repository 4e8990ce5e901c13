// Hands pre-signed URLs to users who are logged in. The token of Clear stays here; the file never passes through here.
//
// Who may see the URL: exactly the user who asked for it. Whoever has it can write that one file until it expires. So it is
// given to nobody who is not logged in, is kept in no cache and no log, and goes over https outside of your own machine.
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createCfcClient } from "clear-presign";

const { CLEAR_CFC_AUTH_TOKEN = "", CLEAR_BASE_URL, SESSION = "", PORT = "3000" } = process.env;
if (SESSION === "") throw new Error("SESSION must be set: it stands for your own login");

const cfc = createCfcClient({
  ...(CLEAR_BASE_URL ? { baseUrl: CLEAR_BASE_URL } : { environment: "sandbox" }),
  authToken: CLEAR_CFC_AUTH_TOKEN,
});

/** What the user is told; the details are for the log. */
const STATUS = { "invalid-input": 400, timeout: 504, network: 502, api: 502, "unexpected-response": 502 };

const digest = (text) => createHash("sha256").update(text).digest();
const loggedIn = (request) => timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${SESSION}`));

const server = createServer(async (request, response) => {
  const reply = (status, body) =>
    response
      .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
      .end(JSON.stringify(body));

  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (request.method !== "GET" || pathname !== "/upload-url") return reply(404, { error: "not found" });
  if (!loggedIn(request)) return reply(401, { error: "not logged in" });

  // A user who has gone away needs no URL.
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const { data, error } = await cfc.getPreSignedUrl(
    { templateType: "sales", fileName: searchParams.get("fileName") ?? "" },
    { signal: gone.signal },
  );
  if (error) {
    console.error(error.message);
    return reply(STATUS[error.kind] ?? 500, { error: error.kind });
  }
  // As JSON the whole value would show its URL as "[redacted]"; here it is meant to leave.
  const { url, headers, expiresAt } = data;
  return reply(200, { url, headers, expiresAt });
});

server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => server.close());
