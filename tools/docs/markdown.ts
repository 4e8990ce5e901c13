/** Markdown for what comes as data. */

/** A table. A `|` in a cell would end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("\n", " ").replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

export const code = (text: string) => `\`${text}\``;

export const fence = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

export const json = (value: unknown) => fence("json", JSON.stringify(value, undefined, 2));

/** Parts of a document, one after the other; those that are empty are left out. */
export const paragraphs = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join("\n\n");

/** Lines of a cell; those that are empty are left out. The space is for those who read the text without its tags. */
export const lines = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join("<br> ");
