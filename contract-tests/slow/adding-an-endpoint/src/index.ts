export {
  type CfcIngestionClient,
  type CfcIngestionInput,
  type CfcLastIngestionInput,
  createCfcIngestionClient,
} from "./endpoints/cfc-ingestion.js";
export type { CfcIngestionError } from "./errors.js";
