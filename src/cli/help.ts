import { cfcFileContentTypeValues, cfcTemplateTypeValues } from "../../generated/types.js";
import { ENVIRONMENTS } from "../options.js";
import { EXIT_CODES, OUTPUT_LOST, RETRYABLE, SOME_FAILED } from "./exit-codes.js";

const either = (values: readonly string[]) => values.join("|");

export const HELP = `Usage:
  clear-presign url cfc|gls FILE [options]         Print a pre-signed URL for FILE.
  clear-presign upload cfc|gls FILE... [options]   Request a URL for each FILE and upload FILE to it.
  clear-presign sandbox [options]                  Run both APIs and a storage on loopback.

Options of url and upload:
  --environment ${either(ENVIRONMENTS)}  Clear's environment, or
  --base-url URL                    another host. One of the two is required.
  --template ${either(cfcTemplateTypeValues)}         The type of the documents (cfc only, required).
  --content-type ${either(cfcFileContentTypeValues)}       The type of the file (cfc only; default: by its extension).
  --file-name NAME                  The name for Clear (one FILE only; default: the name of FILE).
  --timeout SECONDS                 The limit for each FILE, including retries
                                    (default: 90 for a URL, none for an upload).
  --max-attempts N                  The maximum attempts per request (default: 3).

Options of upload:
  --concurrency N                   How many files at a time (default: 1).
  --allowed-host HOST               A storage host besides loopback; repeatable (default: storage.clear.in).
  --show-url                        Print the whole URL, including its signature.
  --no-content-check                Upload files whose content does not match their extension.

Options of sandbox:
  --port N                          The port of the APIs (default: 4010).
  --storage-port N                  The port of the storage (default: any free one).
  --allow-origin ORIGIN             An origin whose web pages may upload to the storage; repeatable (default: none).
  --lifetime SECONDS                How long a URL can be used (default: as documented; 0: expired from the start).

Options of each command:
  --json                            Print one JSON document on stdout.
  -v, --verbose                     Print each request and response on stderr.
  -h, --help
  --version

After --, everything is a FILE. Credentials come from the environment only:
  CLEAR_CFC_AUTH_TOKEN, CLEAR_GLS_AUTH_TOKEN, CLEAR_GLS_INTEGRATION_ID
The sandbox accepts these tokens, or the ones that it prints. POST /__sandbox/next queues an error, a delay or a
closed connection for its next call.

Examples:
  clear-presign upload cfc sales.csv --template sales --environment sandbox
  clear-presign upload gls *.zip --concurrency 2 --timeout 600 --environment production
  clear-presign upload cfc export.tmp --file-name sales.csv --template sales --environment sandbox
  clear-presign url gls january.zip --environment sandbox --json

Exit codes:
  0 success, 1 anything else, ${Object.entries(EXIT_CODES)
    .map(([kind, code]) => `${code} ${kind}`)
    .join(", ")}
  ${RETRYABLE} instead of these if the same command may succeed later (error.retryable)
  ${OUTPUT_LOST} everything was done, but not all output could be written
  Several files: 0 all are uploaded, ${SOME_FAILED} some are, otherwise the code of the failures, 1 if they differ.`;
