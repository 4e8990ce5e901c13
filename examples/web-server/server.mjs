// Returns pre-signed URLs to users who are logged in. The Clear token stays here; the file never passes through here.
//
// Only the user who requested a URL may see it: anyone who has it can write that one file until it expires. So it is
// returned only to logged-in users, is never cached or logged, and is sent over https outside your own machine.
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createCfcClient } from "clear-presign";

const { CLEAR_CFC_AUTH_TOKEN = "", CLEAR_BASE_URL, SESSION = "", PORT = "3000" } = process.env;
if (SESSION === "") throw new Error("SESSION must be set: it stands for your own login");

const cfc = createCfcClient({
  ...(CLEAR_BASE_URL ? { baseUrl: CLEAR_BASE_URL } : { environment: "sandbox" }),
  authToken: CLEAR_CFC_AUTH_TOKEN,
});

/** The status that the user gets; the details go to the log. */
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

  // Stop if the user disconnects.
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
  // JSON of `data` itself would show the URL as "[redacted]"; here it is sent on purpose.
  const { url, headers, expiresAt } = data;
  return reply(200, { url, headers, expiresAt });
});

server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => server.close());
