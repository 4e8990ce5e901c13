export type { Upload } from "./attempts.js";
export type { BlobLike, FileLike } from "./data-source.js";
export type { NamedFile, UploadableFile } from "./open-file.js";
export type { Progress, UploadOptions } from "./options.js";
export { type CfcUploadOptions, putFile, type UploadError, uploadFile } from "./upload.js";
export type { RequestUrl } from "./url-source.js";
