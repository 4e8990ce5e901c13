/** Reads the list of all pages that GitBook publishes, llms.txt. */
import { type Block, readBlocks } from "./blocks.js";
import { digestOf, slugOf } from "./text.js";

/**
 * The blocks of the index around our pages: their entries, those of the pages beside and above them, and all text that is
 * no entry. What only repeats an address in words says nothing more, so of most entries the address is left.
 */
export function readIndex(markdown: string, index: string, pages: readonly string[]): Block[] {
  const folders = pages.map((page) => page.replace(/[^/]*$/, ""));
  const slugs = new Set(pages.flatMap((page) => new URL(page).pathname.split("/")));
  const isNear = (address: string) =>
    folders.some((folder) => folder.startsWith(`${address}/`) || address.replace(/[^/]*$/, "") === folder);
  return readBlocks(markdown, { withTargets: true }).flatMap((block) => {
    const [, before = "", target, after = ""] = /^(.*?) ?<([^>]*)>(.*)$/.exec(block.text) ?? [block.text, block.text];
    const { origin, pathname } = new URL(target ?? "", index);
    const address = origin + pathname.replace(/(?:\.md|\/)$/, "");
    if (target !== undefined && !isNear(address)) return [];
    const isBeside = target !== undefined && folders.includes(address.replace(/[^/]*$/, ""));
    const title = slugs.has(slugOf(before)) || address.endsWith(`/${slugOf(before)}`) ? "" : before;
    const text = [(title + after).replace(/^: /, ""), isBeside && address].filter(Boolean).join(" ");
    return text === ""
      ? []
      : [{ ...block, text, digest: digestOf(text), hint: isBeside ? address : `line ${block.line}` }];
  });
}
