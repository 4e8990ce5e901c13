import ky from "ky";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, PATH, TEMPLATE_TYPE, TOKEN } from "../request.mjs";

/** @type {import("../request.mjs").CreateCall} */
export const createCall = (fetch) => {
  const client = ky.create({ prefixUrl: BASE_URL, headers: { "x-cleartax-auth-token": TOKEN }, fetch });
  return async () => {
    const path = PATH.slice(1).replace("{templateType}", encodeURIComponent(TEMPLATE_TYPE));
    /** @type {import("../request.mjs").Body} */
    const body = await client
      .get(path, { searchParams: { fileName: FILE_NAME }, headers: { fileContentType: FILE_CONTENT_TYPE } })
      .json();
    return body.preSignedS3Url;
  };
};
