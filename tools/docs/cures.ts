/** The cure for each documented failure, from docs/cures.yaml. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

interface Cures {
  readonly CFC: Api;
  readonly GLS: Api;
  readonly kinds: Readonly<Record<string, string>>;
}

interface Api {
  readonly statuses: Readonly<Record<string, string>>;
  readonly codes?: Readonly<Record<string, string>>;
}

export const cures: Cures = parse(readFileSync("docs/cures.yaml", "utf8"));

/** The cure for one failure. Throws if there is none. */
export function cureOf(of: Readonly<Record<string, string>> | undefined, name: string): string {
  const cure = of?.[name];
  if (!cure) throw new Error(`docs/cures.yaml has no cure for ${name}`);
  return cure;
}
