/** What to do about each kind of error, from docs/cures.yaml. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

export const cures: { readonly kinds: Readonly<Record<string, { readonly title: string; readonly cure: string }>> } =
  parse(readFileSync("docs/cures.yaml", "utf8"));

/** The paragraph with a cure; undefined if there is nothing to do. */
export const whatToDo = (cure: string | undefined) => cure && `**What to do.** ${cure.trim()}`;
