// The user's side: asks the server for a URL, and sends the file straight to the storage. Written for Node; in a browser it is
// `fetch(url, { method: "PUT", headers, body: file, redirect: "error" })`, and the storage must allow your origin (CORS), which
// no page of Clear promises.
import { uploadFile } from "clear-presign/upload";

const { SERVER = "http://127.0.0.1:3000", SESSION = "" } = process.env;

/** Called again where the URL has expired. */
async function urlFromServer({ signal }) {
  const response = await fetch(`${SERVER}/upload-url?fileName=sales.csv`, {
    headers: { authorization: `Bearer ${SESSION}` },
    signal,
  });
  if (response.status !== 200) {
    // The upload's own error has no word of what is thrown here, since it could be a secret.
    console.error(`no URL: ${response.status} ${await response.text()}`);
    throw new Error("no URL");
  }
  return { data: await response.json() };
}

// No login and no token of Clear goes to the storage.
const { error } = await uploadFile(urlFromServer, "sales.csv");
if (error) throw error;
console.log("sales.csv is stored");
