import { stat } from "node:fs/promises";
import { type ClearError, invalidInput } from "../errors.js";
import type { Result } from "../result.js";
import type { Progress, Upload } from "../upload/index.js";
import { apiOf, limits } from "./api.js";
import { checkFiles, parsePositiveInteger, STDIN } from "./command-line.js";
import type { Context } from "./context.js";
import { eventPrinter } from "./events.js";
import { EXIT_CODES, exitCode, SOME_FAILED } from "./exit-codes.js";
import { failureDocument, failureLine, printFailure } from "./failure.js";
import type { Values } from "./options.js";
import { ProgressDisplay } from "./progress.js";

/** The outcome of a file: that of its upload or, if the token had been refused before, that refusal. */
type Outcome = Result<Upload> & { readonly tried?: false };

/** `clear-presign upload`: uploads one or several files. */
export async function runUpload(
  [apiName, ...files]: readonly string[],
  values: Values,
  { env, output, stdin, signal }: Context,
): Promise<number> {
  checkFiles(files, values);
  const { quiet = false, json = false, verbose = false } = values;
  for (const option of ["verbose", "show-url"] as const) {
    if (quiet && values[option]) throw invalidInput("--quiet", `must not be given with --${option}`);
  }
  const concurrency = parsePositiveInteger("--concurrency", values.concurrency);
  const several = files.length > 1;
  const api = apiOf(apiName, values, env);
  const prefixOf = (file: string) => (several ? `${file}: ` : "");
  const uploadOptions = {
    ...limits(values),
    signal,
    allowedHosts: values["allowed-host"],
    checkContent: !values["no-content-check"],
  };
  const progress = quiet ? undefined : new ProgressDisplay(output, await Promise.all(files.map(sizeOf)));

  const documentOf = ({ preSignedUrl: { url }, bytes }: Upload) => ({
    url: values["show-url"] ? url : withoutQuery(url),
    bytes,
  });
  let refusal: ClearError | undefined;
  const uploadOne = async (file: string, i: number): Promise<Outcome> => {
    if (refusal) return { error: refusal, tried: false };
    // Each file has its own client, so each line about a request can name the file.
    const { uploadFile } = api.connect(quiet ? () => {} : eventPrinter(output, prefixOf(file), verbose));
    const stream = file === STDIN ? stdin() : undefined;
    const source = stream ? { stream } : { path: file };
    const onProgress = ({ bytes, total }: Progress) => progress?.update(i, bytes, total);
    const result = await uploadFile(file, source, { ...uploadOptions, onProgress });
    // What is left unread would keep the process running.
    stream?.destroy();
    if (result.error && api.refusal(result.error)) refusal ??= result.error;
    return result;
  };
  /** Uploads a file, and prints the outcome. */
  const uploadAndPrint = async (file: string, i: number): Promise<Outcome> => {
    const outcome = await uploadOne(file, i);
    const { data, error, tried } = outcome;
    progress?.end(i, data !== undefined);
    if (data) {
      if (!quiet && !output.isTerminal) output.message(`${file}: ${data.bytes} bytes uploaded`);
      if (!quiet && !json) output.result(`${prefixOf(file)}${documentOf(data).url}`);
    } else if (several && tried !== false && error.kind !== "aborted") {
      // The message of a `file` error already starts with the path.
      output.message(`clear-presign: ${error.kind === "file" ? "" : prefixOf(file)}${failureLine(error)}`);
    }
    return outcome;
  };
  const outcomes = await inOrder(files, concurrency, uploadAndPrint);

  if (!several) {
    const [{ data, error }] = outcomes as [Outcome];
    if (error) return printFailure(error, output, json, api.refusal(error));
    if (json && !quiet) output.document(documentOf(data));
    return 0;
  }
  const uploaded = outcomes.filter(({ data }) => data).length;
  if (quiet && uploaded === files.length) return 0;
  if (json) {
    output.document(
      outcomes.map(({ data, error, tried }, i) => ({
        file: files[i],
        ...(data ? documentOf(data) : failureDocument(error)),
        tried,
      })),
    );
  }
  if (refusal) {
    const untried = outcomes.filter(({ tried }) => tried === false).length;
    output.message(
      `clear-presign: ${api.refusal(refusal)} ${untried} ${untried === 1 ? "file was" : "files were"} not tried.`,
    );
  }
  const aborted = outcomes.some(({ error }) => error?.kind === "aborted");
  output.message(
    `clear-presign: ${uploaded} of ${files.length} files uploaded.${aborted ? " The upload was aborted." : ""}`,
  );
  return exitCodeOf(outcomes);
}

/** Returns a file's size in bytes; 0 if it is not known, as for stdin, or cannot be read, which the upload will report. */
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
