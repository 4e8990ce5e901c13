/** Extracts GitBook's block tags, such as `{% hint style="info" %}`, from Markdown. */

export interface Tag {
  readonly name: string;
  /** In the order of the tag. A word without a value has an empty value. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly line: number;
}

const TAG = /\{%-?\s*(?<name>[\w-]*)(?<rest>(?:"[^"]*"|'[^']*'|[^"'%]|%(?!\}))*)%\}/g;
const ATTRIBUTE = /([^\s="']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))|"([^"]*)"|'([^']*)'|(\S+)/g;

const attributesOf = (text: string): Tag["attributes"] =>
  [...text.matchAll(ATTRIBUTE)].map(([, name, double, single, bare, ...words]) =>
    name === undefined
      ? ([words.find((word) => word !== undefined) ?? "", ""] as const)
      : ([name, double ?? single ?? bare ?? ""] as const),
  );

/**
 * Returns the tags, and the Markdown without them. The line breaks of a tag stay, so that line numbers stay the same. A tag
 * alone on its line leaves an empty line, which ends a table or a paragraph as the tag does.
 * @param isCode whether an offset is in code, where a tag is text
 */
export function takeTags(markdown: string, isCode: (offset: number) => boolean): { markdown: string; tags: Tag[] } {
  const tags: Tag[] = [];
  const rest = markdown.replace(TAG, (whole: string, ...matched) => {
    const offset: number = matched.at(-3);
    const { name, rest } = matched.at(-1) as { name: string; rest: string };
    if (isCode(offset)) return whole;
    tags.push({
      name,
      attributes: attributesOf(rest.replace(/-$/, "")),
      line: markdown.slice(0, offset).split("\n").length,
    });
    return whole.replace(/[^\n]/g, "");
  });
  return { markdown: rest.replace(/^[ \t]+$/gm, ""), tags };
}
