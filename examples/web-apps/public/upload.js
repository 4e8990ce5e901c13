const form = document.querySelector("form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const output = form.querySelector("output");
  output.textContent = "Uploading …";
  try {
    await upload(new FormData(form).get("file"));
    output.textContent = "Stored.";
  } catch (error) {
    output.textContent = error.message;
  }
});

/** Requests a URL from your server, right before it is used. */
async function uploadUrl(fileName) {
  const response = await fetch(`upload-url?${new URLSearchParams({ fileName })}`);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

/** Sends a file straight to the storage, and once more if the first URL was rejected: it may have expired. */
async function upload(file) {
  for (const isLast of [false, true]) {
    const { url, headers } = await uploadUrl(file.name);
    const response = await fetch(url, {
      method: "PUT",
      headers, // exactly the signed ones
      body: file,
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
    // Only an empty 200 means stored. Anything else may come from a proxy.
    if (response.status === 200 && (await response.text()).trim() === "") return;
    if (isLast || ![400, 403].includes(response.status)) {
      throw new Error(`The storage did not accept the file (${response.status}).`);
    }
  }
}
