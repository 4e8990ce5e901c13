import { createCfcClient, unwrap } from "../../../dist/src/index.js";
import { BASE_URL, FILE_CONTENT_TYPE, FILE_NAME, TEMPLATE_TYPE, TOKEN } from "../request.mjs";

/** @type {import("../request.mjs").CreateCall} */
export const createCall = (fetch) => {
  const cfc = createCfcClient({ baseUrl: BASE_URL, authToken: TOKEN, fetch });
  return async () => {
    const result = await cfc.getPreSignedUrl({
      templateType: TEMPLATE_TYPE,
      fileName: FILE_NAME,
      fileContentType: FILE_CONTENT_TYPE,
    });
    return unwrap(result).url;
  };
};
