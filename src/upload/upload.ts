import {
  type ClearError,
  errorOfCall,
  type FileError,
  invalidInput,
  type RequestError,
  type StorageError,
} from "../errors.js";
import { checkPreSignedUrl, type PlainPreSignedUrl } from "../pre-signed-url.js";
import type { Result } from "../result.js";
import { MAX_TIMER_MS, withTimeout } from "../time.js";
import { checkFields, unchecked } from "../validate.js";
import { type Upload, type Urls, uploadWithRetries } from "./attempts.js";
import { type AnyToUpload, checkFileToUpload, type NamedToUpload } from "./file-to-upload.js";
import { openFile } from "./open-file.js";
import { type CheckedOptions, UPLOAD_OPTIONS, type UploadOptions } from "./options.js";
import type { Limited } from "./source.js";
import { discardStream } from "./stream-source.js";
import { clientUrls, type UrlClient } from "./url-source.js";

/** The errors of an upload, besides those of the client that returns the URL. */
export type UploadError = Exclude<RequestError, { kind: "unexpected-response" }> | StorageError | FileError;

const UPLOAD_FIELDS = { path: unchecked, file: unchecked, stream: unchecked, ...UPLOAD_OPTIONS };

/** Splits off what is meant for the client. */
function splitInput(upload: object): { own: object; input: object } {
  const given = Object.entries(upload).filter(([, value]) => value !== undefined);
  const isOwn = ([field]: [string, unknown]) => field in UPLOAD_FIELDS;
  return {
    own: Object.fromEntries(given.filter(isOwn)),
    input: Object.fromEntries(given.filter((entry) => !isOwn(entry))),
  };
}

/** Checks the arguments, runs the upload and returns its result. */
async function run(
  upload: unknown,
  check: () => {
    readonly checked: CheckedOptions & Parameters<typeof checkFileToUpload>[0];
    readonly urlsFor: (fileName: string | undefined) => Urls;
  },
): Promise<Result<Upload>> {
  try {
    const { checked, urlsFor } = check();
    const unopened = checkFileToUpload(checked);
    const urls = urlsFor(unopened.fileName);
    const { totalTimeoutMs = MAX_TIMER_MS, idleTimeoutMs, checkContent } = checked;
    // An abort or a timeout ends the call at once, even if a file system or a client does not notice.
    return await withTimeout(totalTimeoutMs, checked.signal, async (signal) => {
      const limited: Limited = (work) => withTimeout(idleTimeoutMs, signal, work);
      const opened = await openFile(unopened, checkContent, limited);
      try {
        return { data: await uploadWithRetries(opened, urls, checked, signal) };
      } finally {
        await withTimeout(idleTimeoutMs, undefined, () => opened.source.close()).catch(() => {});
      }
    });
  } catch (thrown) {
    discardStream(upload);
    return { error: errorOfCall(thrown, "upload") };
  }
}

/**
 * Streams a file to a pre-signed URL with a PUT and a Content-Length.
 *
 * @example
 * const { data, error } = await putFile(preSignedUrl, { path: "january.zip" });
 *
 * @param preSignedUrl - The data of `getPreSignedUrl`, or its `url`, `headers` and `expiresAt`.
 * @param upload - The file, as exactly one of `path`, `file` and `stream`, and options. Its content must match its
 * extension.
 * @returns The URL and the number of bytes, or an error of kind `invalid-input`, `file`, `storage`, `network`,
 * `timeout` or `aborted`. Never throws. An expired URL is an error; `uploadFile` replaces it.
 */
export async function putFile(
  preSignedUrl: PlainPreSignedUrl,
  upload: AnyToUpload & UploadOptions,
): Promise<Result<Upload, UploadError>> {
  const result = await run(upload, () => {
    const checked = checkFields("upload", upload, UPLOAD_FIELDS);
    const target = checkPreSignedUrl(preSignedUrl);
    return { checked, urlsFor: () => ({ next: async () => target, renewable: false }) };
  });
  // No API is called here, so there is no API error.
  return result as Result<Upload, UploadError>;
}

/**
 * Requests a pre-signed URL and PUTs a file to it. The file is checked before the URL is requested. A URL that the
 * storage reports as expired, or that expires within 30 seconds, is replaced by a new one.
 *
 * @example
 * await uploadFile(cfc, { path: "sales.csv", templateType: "sales" });
 * await uploadFile(gls, { file }); // a File, such as from a form
 * await uploadFile(gls, { stream: request, fileName: "january.zip" });
 *
 * @param client - A client from `createCfcClient` or `createGlsClient`, or any object with their `getPreSignedUrl`.
 * @param upload - The file, as exactly one of `path`, `file` and `stream`; the client's input, such as `templateType`;
 * and options. `fileName` is required if the file has no name. The content must match the extension.
 * @returns The URL and the number of bytes, the client's error, or an error of kind `invalid-input`, `callback`, `file`,
 * `storage`, `network`, `timeout` or `aborted`. Never throws.
 */
export async function uploadFile<Input extends { readonly fileName: string }, E extends ClearError>(
  client: UrlClient<Input, E>,
  upload: NamedToUpload & Omit<Input, "fileName"> & UploadOptions,
): Promise<Result<Upload, E | UploadError>> {
  const result = await run(upload, () => {
    if (typeof client?.getPreSignedUrl !== "function") {
      throw invalidInput("client", "must be a client of this package, or an object with a getPreSignedUrl method");
    }
    if (typeof upload !== "object" || upload === null) {
      throw invalidInput("upload", "must be an object with path, file or stream");
    }
    const { own, input } = splitInput(upload);
    const urlsFor = (fileName: string | undefined): Urls => {
      if (fileName === undefined) throw invalidInput("fileName", "must be given for a file without a name");
      // Cast because the client checks its input.
      return { next: clientUrls(client as unknown as UrlClient, { ...input, fileName }), renewable: true };
    };
    return { checked: checkFields("upload", own, UPLOAD_FIELDS), urlsFor };
  });
  // Cast because API errors come only from the client.
  return result as Result<Upload, E | UploadError>;
}
