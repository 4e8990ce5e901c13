/** One sandbox for a whole run of the unit tests. */
import type { TestProject } from "vitest/node";
import { startSandbox } from "../src/sandbox/index.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The base URL of the sandbox's API. */
    readonly sandbox: string;
  }
}

export default async function setup({ provide }: TestProject) {
  const sandbox = await startSandbox();
  provide("sandbox", sandbox.baseUrl);
  return () => sandbox.close();
}
