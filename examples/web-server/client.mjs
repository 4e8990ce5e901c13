// The user's side: requests a URL from the server and sends the file straight to the storage. Written for Node. In a
// browser, use `fetch(url, { method: "PUT", headers, body: file, redirect: "error" })`; the storage must allow your origin
// (CORS), which Clear's pages do not promise.
import { uploadFile } from "clear-presign/upload";

const { SERVER = "http://127.0.0.1:3000", SESSION = "" } = process.env;

/** Has the method of a client. It is called again if the URL has expired. */
const server = { getPreSignedUrl };

async function getPreSignedUrl({ fileName }, { signal }) {
  const response = await fetch(`${SERVER}/upload-url?${new URLSearchParams({ fileName })}`, {
    headers: { authorization: `Bearer ${SESSION}` },
    signal,
  });
  if (response.status !== 200) {
    // The upload's error contains nothing of what is thrown here, since it could be a secret.
    console.error(`no URL: ${response.status} ${await response.text()}`);
    throw new Error("no URL");
  }
  return { data: await response.json() };
}

// Neither the login nor a Clear token is sent to the storage.
const { error } = await uploadFile(server, { path: "sales.csv" });
if (error) throw error;
console.log("sales.csv is stored");
