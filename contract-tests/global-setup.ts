/** One Prism mock and one sandbox for the whole run. */
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { SANDBOX_CREDENTIALS, startSandbox } from "../src/sandbox/index.js";
import { startPrism } from "../test-support/prism.js";
import type { Credentials } from "./mock/matrix.js";

export interface Target {
  /** A server under test: its name in the tests, its origin, and the credentials that it accepts. */
  readonly name: "sandbox" | "Prism" | "live";
  readonly origin: string;
  readonly credentials: Credentials;
}

declare module "vitest" {
  interface ProvidedContext {
    /** The servers that the matrix runs against. */
    readonly targets: readonly Target[];
  }
}

const DESCRIPTION = fileURLToPath(new URL("../spec/openapi.yaml", import.meta.url));

/** The live server in CLEAR_CONTRACT_TARGET, if any, with its credentials. */
function liveTarget(): Target | undefined {
  const origin = process.env["CLEAR_CONTRACT_TARGET"];
  if (!origin) return undefined;
  const required = (name: string) => {
    const value = process.env[name];
    if (!value) throw new Error(`CLEAR_CONTRACT_TARGET is set; ${name} must be too`);
    return value;
  };
  const credentials = {
    cfcToken: required("CLEAR_CFC_AUTH_TOKEN"),
    glsToken: required("CLEAR_GLS_AUTH_TOKEN"),
    integrationId: required("CLEAR_GLS_INTEGRATION_ID"),
  };
  return { name: "live", origin, credentials };
}

export default async function setup({ provide }: TestProject) {
  const live = liveTarget();
  const { cfc, gls } = SANDBOX_CREDENTIALS;
  const credentials = { cfcToken: cfc.authToken, glsToken: gls.authToken, integrationId: gls.integrationId };
  const mock = live ? undefined : await startPrism(DESCRIPTION);
  try {
    const sandbox = await startSandbox();
    provide(
      "targets",
      live
        ? [live]
        : [
            { name: "sandbox", origin: sandbox.baseUrl, credentials },
            { name: "Prism", origin: mock?.origin ?? "", credentials },
          ],
    );
    provide("sandbox", sandbox.baseUrl);
    return () => Promise.all([sandbox.close(), mock?.close()]);
  } catch (error) {
    await mock?.close();
    throw error;
  }
}
