import createClient from "openapi-fetch";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, PATH, TEMPLATE_TYPE, TOKEN } from "../request.mjs";

/** @type {import("../request.mjs").CreateCall} */
export const createCall = (fetch) => {
  /** @type {import("openapi-fetch").Client<import("../../../generated/types.js").paths>} */
  const client = createClient({ baseUrl: BASE_URL, headers: { "x-cleartax-auth-token": TOKEN }, fetch });
  return async () => {
    const { data } = await client.GET(PATH, {
      params: {
        path: { templateType: TEMPLATE_TYPE },
        header: { fileContentType: FILE_CONTENT_TYPE },
        query: { fileName: FILE_NAME },
      },
    });
    return data?.status === "CREATED" ? data.preSignedS3Url : "";
  };
};
