import OpenAI from "openai";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, PATH, TEMPLATE_TYPE, TOKEN } from "../request.mjs";

/** The core of openai-node, which is that of every client that Stainless generates. @type {import("../request.mjs").CreateCall} */
export const createCall = (fetch) => {
  const client = new OpenAI({
    baseURL: BASE_URL,
    apiKey: "unused",
    defaultHeaders: { "x-cleartax-auth-token": TOKEN },
    fetch,
  });
  return async () => {
    const path = PATH.replace("{templateType}", encodeURIComponent(TEMPLATE_TYPE));
    /** @type {import("../request.mjs").Body} */
    const body = await client.get(path, {
      query: { fileName: FILE_NAME },
      headers: { fileContentType: FILE_CONTENT_TYPE },
    });
    return body.preSignedS3Url;
  };
};
