import { invalidInput } from "../errors.js";
import { apiOf } from "./api.js";
import { checkFiles } from "./command-line.js";
import type { Context } from "./context.js";
import { eventPrinter } from "./events.js";
import { printFailure } from "./failure.js";
import type { Values } from "./options.js";

/** `clear-presign url`: prints a pre-signed URL. */
export async function runUrl(
  [apiName, ...files]: readonly string[],
  values: Values,
  { env, output, signal }: Context,
): Promise<number> {
  const [file, ...more] = checkFiles(files, values);
  if (more.length > 0) throw invalidInput("FILE", "must be one file for url");
  const api = apiOf(apiName, values, env);
  const { getPreSignedUrl } = api.connect(eventPrinter(output, "", values.verbose === true));
  const { data, error } = await getPreSignedUrl(file, { signal });
  if (error) return printFailure(error, output, values.json === true, api.refusal(error));
  const { url, method, headers, expiresAt } = data;
  if (values.json) output.document({ url, method, headers, expiresAt });
  else {
    output.result(url);
    output.message(`PUT the file with content-type: ${headers["content-type"]}, until ${expiresAt.toISOString()}`);
  }
  return 0;
}
