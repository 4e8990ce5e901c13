import type { CfcClient, CfcInput } from "../endpoints/cfc.js";
import type { GlsClient } from "../endpoints/gls.js";
import {
  type CfcApiError,
  type ClearError,
  errorOfCall,
  type FileError,
  type GlsApiError,
  invalidInput,
  type RequestError,
  type StorageError,
} from "../errors.js";
import { checkPreSignedUrl, type PlainPreSignedUrl } from "../pre-signed-url.js";
import type { Result } from "../result.js";
import { withTimeout } from "../time.js";
import { checkFields, unchecked } from "../validate.js";
import { type Upload, type Urls, uploadWithRetries } from "./attempts.js";
import { type NamedFile, type OpenFile, openFile, type UploadableFile } from "./open-file.js";
import { type CheckedOptions, UPLOAD_OPTIONS, type UploadOptions } from "./options.js";
import { type ClientInput, clientUrls, functionUrls, type RequestUrl, type UrlClient } from "./url-source.js";

/** The errors of an upload, besides those of the API that returns the URL. */
export type UploadError = Exclude<RequestError, { kind: "unexpected-response" }> | StorageError | FileError;

/** Options of an upload to CFC: the input of `getPreSignedUrl` without `fileName`, and the upload's options. */
export interface CfcUploadOptions extends UploadOptions, Omit<CfcInput, "fileName"> {}

/** Required for a file without a name. */
interface FileName {
  readonly fileName: string;
}

/** Opens a file within the upload's time limits: it may be on a slow or a network disk. */
async function openInTime(file: UploadableFile, options: CheckedOptions, signal: AbortSignal): Promise<OpenFile> {
  const opening = openFile(file, options.fileName, options.checkContent);
  try {
    return await withTimeout(options.idleTimeoutMs, signal, () => opening);
  } catch (error) {
    opening.then(({ source }) => source.close()).catch(() => {});
    throw error;
  }
}

/** Checks the arguments, runs the upload and returns its result. */
async function run(
  file: UploadableFile,
  check: () => { readonly options: CheckedOptions; readonly urlsFor: (opened: OpenFile) => Urls },
): Promise<Result<Upload>> {
  try {
    const { options, urlsFor } = check();
    const work = async (signal: AbortSignal) => {
      const opened = await openInTime(file, options, signal);
      try {
        return { data: await uploadWithRetries(opened, urlsFor(opened), options, signal) };
      } finally {
        await opened.source.close();
      }
    };
    const { totalTimeoutMs, signal } = options;
    if (totalTimeoutMs === undefined) return await work(signal ?? new AbortController().signal);
    return await withTimeout(totalTimeoutMs, signal, work);
  } catch (thrown) {
    return { error: errorOfCall(thrown, "options") };
  }
}

/**
 * Streams a file to a pre-signed URL with a PUT and a Content-Length.
 *
 * @param preSignedUrl - The data of `getPreSignedUrl`, or its `url`, `headers` and `expiresAt`.
 * @param file - A path, a `file:` URL, a `Uint8Array`, a `Blob` or a `File` of 1 byte to 5 GiB. Its content must match
 * its extension.
 * @returns The URL and the number of bytes, or an error of kind `invalid-input`, `file`, `storage`, `network`,
 * `timeout` or `aborted`. Never throws. An expired URL is an error; `uploadFile` replaces it.
 */
export async function putFile(
  preSignedUrl: PlainPreSignedUrl,
  file: UploadableFile,
  options: UploadOptions = {},
): Promise<Result<Upload, UploadError>> {
  const result = await run(file, () => {
    const checked = checkFields("options", options, UPLOAD_OPTIONS);
    const target = checkPreSignedUrl(preSignedUrl);
    return { options: checked, urlsFor: () => ({ next: async () => target, renewable: false }) };
  });
  // No API is called here, so there is no API error.
  return result as Result<Upload, UploadError>;
}

/**
 * Requests a pre-signed URL from Clear and PUTs a file to it. The file is checked before the URL is requested. A URL
 * that the storage reports as expired, or that expires within 30 seconds, is replaced by a new one.
 *
 * @example
 * const { data, error } = await uploadFile(cfc, "sales.csv", { templateType: "sales" });
 *
 * @param client - A client from `createCfcClient` or `createGlsClient`.
 * @param file - A path, a `file:` URL, a `Uint8Array`, a `Blob` or a `File` of 1 byte to 5 GiB. Its content must match
 * its extension. Streams are not accepted, since they cannot be sent again.
 * @param options - For CFC also `templateType` and `fileContentType`. `fileName` is required if the file has no name.
 * @returns The URL and the number of bytes, the client's error, or an error of kind `invalid-input`, `file`, `storage`,
 * `network`, `timeout` or `aborted`. Never throws.
 */
export function uploadFile(
  client: CfcClient,
  file: NamedFile,
  options: CfcUploadOptions,
): Promise<Result<Upload, CfcApiError | RequestError | UploadError>>;
export function uploadFile(
  client: CfcClient,
  file: UploadableFile,
  options: CfcUploadOptions & FileName,
): Promise<Result<Upload, CfcApiError | RequestError | UploadError>>;
/**
 * Requests a pre-signed URL from Clear and PUTs a file to it.
 *
 * @example
 * const { data, error } = await uploadFile(gls, "january.zip");
 */
export function uploadFile(
  client: GlsClient,
  file: NamedFile,
  options?: UploadOptions,
): Promise<Result<Upload, GlsApiError | RequestError | UploadError>>;
export function uploadFile(
  client: GlsClient,
  file: UploadableFile,
  options: UploadOptions & FileName,
): Promise<Result<Upload, GlsApiError | RequestError | UploadError>>;
/**
 * PUTs a file to a URL from a function, for callers that do not request it from Clear themselves, such as when their
 * own server holds the token.
 *
 * @param requestUrl - Returns a new URL for each call, within 2 minutes.
 */
export function uploadFile<E extends ClearError>(
  requestUrl: RequestUrl<E>,
  file: UploadableFile,
  options?: UploadOptions,
): Promise<Result<Upload, E | UploadError>>;
export async function uploadFile(
  client: UrlClient | RequestUrl,
  file: UploadableFile,
  options: UploadOptions & ClientInput = {},
): Promise<Result<Upload>> {
  return await run(file, () => {
    if (typeof client === "function") {
      const next = functionUrls(client);
      return { options: checkFields("options", options, UPLOAD_OPTIONS), urlsFor: () => ({ next, renewable: true }) };
    }
    if (typeof client?.getPreSignedUrl !== "function") {
      throw invalidInput("client", "must be a client of this package, or a function that returns a pre-signed URL");
    }
    const checked = checkFields("options", options, {
      templateType: unchecked,
      fileContentType: unchecked,
      ...UPLOAD_OPTIONS,
    });
    const { templateType, fileContentType } = options;
    const input = {
      ...(templateType === undefined ? undefined : { templateType }),
      ...(fileContentType === undefined ? undefined : { fileContentType }),
    };
    return {
      options: checked,
      urlsFor: ({ fileName }) => ({ next: clientUrls(client, input, fileName), renewable: true }),
    };
  });
}
