import { invalidInput } from "../errors.js";
import { unwrap } from "../result.js";
import { apiOf } from "./api.js";
import { checkFiles, parseArguments } from "./arguments.js";
import type { Context } from "./context.js";
import { eventPrinter } from "./events.js";
import { URL_OPTIONS } from "./options.js";

/** `clear-presign url`: prints a pre-signed URL. */
export async function runUrl(args: readonly string[], { env, output, signal }: Context): Promise<number> {
  const { values, positionals } = parseArguments(args, URL_OPTIONS);
  const [, api, ...files] = positionals;
  const [file, ...more] = checkFiles(files);
  if (more.length > 0) throw invalidInput("FILE", "must be one file for url");
  const { getPreSignedUrl } = apiOf(api, files, values, env)(eventPrinter(output, "", values.verbose === true));
  const { url, method, headers, expiresAt } = unwrap(await getPreSignedUrl(file, { signal }));
  if (values.json) output.document({ url, method, headers, expiresAt });
  else {
    output.result(url);
    output.message(`PUT the file with content-type: ${headers["content-type"]}, until ${expiresAt.toISOString()}`);
  }
  return 0;
}
