/** Imports two entries. What resolves them depends on the compiler's options, and on .mts or .cts. */
import { createCfcClient } from "clear-presign";
import { uploadFile } from "clear-presign/upload";

console.log(createCfcClient, uploadFile);
