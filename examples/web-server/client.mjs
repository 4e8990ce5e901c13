// The user's side: asks the server for a URL, and sends the file straight to the storage. Written for Node; in a browser the
// storage must allow your origin (CORS), which no page of Clear promises.
import { readFile } from "node:fs/promises";

const { SERVER = "http://127.0.0.1:3000", SESSION = "" } = process.env;

const answer = await fetch(`${SERVER}/upload-url?fileName=sales.csv`, {
  headers: { authorization: `Bearer ${SESSION}` },
  signal: AbortSignal.timeout(100_000),
});
if (answer.status !== 200) throw new Error(`no URL: ${answer.status} ${await answer.text()}`);
const { url, headers } = await answer.json();

// Exactly these headers: another content type is a 403. No login and no token of Clear.
const stored = await fetch(url, { method: "PUT", headers, body: await readFile("sales.csv"), redirect: "error" });
if (stored.status !== 200) throw new Error(`not stored: ${stored.status}`);
console.log("sales.csv is stored");
