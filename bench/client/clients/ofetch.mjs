import { createFetch } from "ofetch";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, PATH, TEMPLATE_TYPE, TOKEN } from "../request.mjs";

/** @type {import("../request.mjs").CreateCall} */
export const createCall = (fetch) => {
  const client = createFetch({
    fetch,
    defaults: { baseURL: BASE_URL, headers: { "x-cleartax-auth-token": TOKEN } },
  });
  return async () => {
    const path = PATH.replace("{templateType}", encodeURIComponent(TEMPLATE_TYPE));
    /** @type {import("../request.mjs").Body} */
    const body = await client(path, {
      query: { fileName: FILE_NAME },
      headers: { fileContentType: FILE_CONTENT_TYPE },
    });
    return body.preSignedS3Url;
  };
};
