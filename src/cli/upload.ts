import { stat } from "node:fs/promises";
import { type Result, unwrap } from "../result.js";
import type { Upload } from "../upload/index.js";
import { apiOf, limits } from "./api.js";
import { checkFiles, parseArguments, parsePositiveInteger } from "./arguments.js";
import type { Context } from "./context.js";
import { eventPrinter } from "./events.js";
import { EXIT_CODES, exitCode, SOME_FAILED } from "./exit-codes.js";
import { failureDocument, failureLine } from "./failure.js";
import { UPLOAD_OPTIONS } from "./options.js";
import { ProgressDisplay } from "./progress.js";

/** `clear-presign upload`: uploads one or several files. */
export async function runUpload(args: readonly string[], { env, output, signal }: Context): Promise<number> {
  const { values, positionals } = parseArguments(args, UPLOAD_OPTIONS);
  const [, apiName, ...files] = positionals;
  checkFiles(files);
  const concurrency = parsePositiveInteger("--concurrency", values.concurrency);
  const several = files.length > 1;
  const connect = apiOf(apiName, files, values, env);
  const prefixOf = (file: string) => (several ? `${file}: ` : "");
  const uploadOptions = {
    ...limits(values),
    signal,
    allowedHosts: values["allowed-host"],
    checkContent: !values["no-content-check"],
  };
  const progress = new ProgressDisplay(output, await Promise.all(files.map(sizeOf)));

  const documentOf = ({ preSignedUrl: { url }, bytes }: Upload) => ({
    url: values["show-url"] ? url : withoutQuery(url),
    bytes,
  });
  const uploadOne = async (file: string, i: number): Promise<Result<Upload>> => {
    // Each file has its own client, so each line about a request can name the file.
    const api = connect(eventPrinter(output, prefixOf(file), values.verbose === true));
    const onProgress = ({ bytes }: { bytes: number }) => progress.update(i, bytes);
    const result = await api.uploadFile(file, { ...uploadOptions, onProgress });
    const { data, error } = result;
    progress.end(i, data !== undefined);
    if (data) {
      if (!output.isTerminal) output.message(`${file}: ${data.bytes} bytes uploaded`);
      if (!values.json) output.result(`${prefixOf(file)}${documentOf(data).url}`);
    } else if (several && error.kind !== "aborted") {
      // The message of a `file` error already starts with the path.
      output.message(`clear-presign: ${error.kind === "file" ? "" : prefixOf(file)}${failureLine(error)}`);
    }
    return result;
  };
  const results = await inOrder(files, concurrency, uploadOne);

  if (!several) {
    const data = unwrap(results[0] as Result<Upload>);
    if (values.json) output.document(documentOf(data));
    return 0;
  }
  if (values.json) {
    output.document(
      results.map(({ data, error }, i) => ({ file: files[i], ...(data ? documentOf(data) : failureDocument(error)) })),
    );
  }
  const uploaded = results.filter(({ data }) => data).length;
  const aborted = results.some(({ error }) => error?.kind === "aborted");
  output.message(
    `clear-presign: ${uploaded} of ${files.length} files uploaded.${aborted ? " The upload was aborted." : ""}`,
  );
  return exitCodeOf(results);
}

/** Returns a file's size in bytes, or 0 if it cannot be read; the upload will report that. */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** Processes the items in order, at most `concurrency` at a time. */
async function inOrder<Item, Outcome>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, i: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) outcomes[i] = await work(item, i);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return outcomes;
}

/** Returns the exit code for several files. */
function exitCodeOf(results: readonly Result<Upload>[]): number {
  const errors = results.flatMap(({ error }) => (error ? [error] : []));
  const [code, ...others] = new Set(errors.map(exitCode));
  if (code === undefined) return 0;
  if ([code, ...others].includes(EXIT_CODES.aborted)) return EXIT_CODES.aborted;
  if (errors.length < results.length) return SOME_FAILED;
  return others.length > 0 ? 1 : code;
}
