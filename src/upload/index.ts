export type { Upload } from "./attempts.js";
export type { BlobLike, FileLike } from "./data-source.js";
export type {
  AnyToUpload,
  FileToUpload,
  NamedToUpload,
  PathToUpload,
  StreamToUpload,
} from "./file-to-upload.js";
export type { Progress, UploadOptions } from "./options.js";
export type { StreamLike } from "./stream-source.js";
export { putFile, type UploadError, uploadFile } from "./upload.js";
export type { UrlClient } from "./url-source.js";
