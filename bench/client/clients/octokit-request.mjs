import { request } from "@octokit/request";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, PATH, TEMPLATE_TYPE, TOKEN } from "../request.mjs";

/** @type {import("../request.mjs").CreateCall} */
export const createCall = (fetch) => {
  const client = request.defaults({
    baseUrl: BASE_URL,
    headers: { "x-cleartax-auth-token": TOKEN },
    request: { fetch },
  });
  return async () => {
    const { data } = await client(`GET ${PATH}`, {
      templateType: TEMPLATE_TYPE,
      fileName: FILE_NAME,
      headers: { fileContentType: FILE_CONTENT_TYPE },
    });
    return data.preSignedS3Url;
  };
};
