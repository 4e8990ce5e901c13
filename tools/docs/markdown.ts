/** Markdown for data. */

/** A table. Escapes each `|`, which would end a cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("\n", " ").replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

export const code = (text: string) => `\`${text}\``;

export const fence = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

export const json = (value: unknown) => fence("json", JSON.stringify(value, undefined, 2));

/** A heading with an anchor of its own, which survives a change of the text. */
export const heading = (level: number, text: string, id: string) =>
  `<a id="${id}"></a>\n\n${"#".repeat(level)} ${text}`;

/** Joins the non-empty parts of a document. */
export const paragraphs = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join("\n\n");

/** Joins the non-empty lines of a cell. The space separates them where tags are removed. */
export const lines = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join("<br> ");
