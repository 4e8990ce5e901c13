import axios from "axios";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, PATH, TEMPLATE_TYPE, TOKEN } from "../request.mjs";

/** @type {import("../request.mjs").CreateCall} */
export const createCall = (fetch) => {
  const client = axios.create({
    baseURL: BASE_URL,
    headers: { "x-cleartax-auth-token": TOKEN },
    adapter: "fetch",
    env: { fetch },
  });
  return async () => {
    const path = PATH.replace("{templateType}", encodeURIComponent(TEMPLATE_TYPE));
    /** @type {import("axios").AxiosResponse<import("../request.mjs").Body>} */
    const { data } = await client.get(path, {
      params: { fileName: FILE_NAME },
      headers: { fileContentType: FILE_CONTENT_TYPE },
    });
    return data.preSignedS3Url;
  };
};
