/** Removes the blocks that the site adds around the vendor's content. A rule matches a whole block, or says nothing. */
import type { Block } from "./blocks.js";
import { slugOf } from "./text.js";

/** Matches a whole text that is one of these patterns. */
const oneOf = (...patterns: string[]) => new RegExp(`^(?:${patterns.join("|")})$`, "i");
/** Matches a text that has one of these words, which are patterns. */
const words = (patterns: string) => new RegExp(`\\b(?:${patterns.trim().split(/\s+/).join("|")})\\b`, "i");

const WHEN =
  "on|at|ago|an?|few|about|last|yesterday|today|just|now|(?:second|minute|hour|day|week|month|year)s?|" +
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|(?:nov|dec)(?:ember)?|" +
  "(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?|\\d{1,4}(?:st|nd|rd|th)?|\\d\\dt\\d\\d|\\d\\dz|[ap]m|utc|gmt|ist";

/** Buttons, menus and legal notices, without the arrows and icons around them. */
const CHROME = oneOf(
  `(?:page )?last (?:updated|modified|edited|reviewed|changed)(?:\\W+(?:${WHEN}))*`,
  "(?:\\d+|an?) (?:second|minute|hour|day|week|month|year)s? ago",
  "(?:was|is) this (?:page |article |content )?(?:helpful|useful)(?:\\W+yes\\W+no)?|did this(?: page)? help(?: you)?|rate this page",
  "copied|copy(?: (?:page|link|code|(?:page )?(?:as )?markdown|to clipboard)(?: for llms)?)?",
  "view (?:this page |page )?(?:as (?:markdown|plain text)|source)|open in (?:chatgpt|claude|perplexity)",
  "edit(?: this page)?(?: on git(?:hub|lab|book))?|(?:print or )?(?:export|download|save)(?: page)?(?: as)? pdf",
  "(?:print|share)(?: this page)?|ask(?: ai| gitbook| a question| the docs| questions about this page)?",
  "search|(?:search )?(?:ctrl|cmd)\\W*k|subscribe(?: for updates)?|back to top|(?:skip|jump) to (?:main )?content",
  "(?:on|in) this (?:page|article)|(?:table of )?contents|more|menu|home|(?:powered by|built with) gitbook",
  "\\d+ min(?:ute)?s? read|(?:estimated )?reading time\\W+\\d+ min(?:ute)?s?|privacy policy|terms of (?:use|service)",
  "report an issue|(?:give|send|thanks for your) feedback|suggest edits|(?:accept|reject)(?: (?:all|accept|reject))*",
  "previous(?: page)?|next(?: page)?",
);
const isChrome = (text: string) => CHROME.test(text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""));
const COPYRIGHT = /^(?:©|\([Cc]\)|Copyright\b)[\s\d,-]*(?:[A-Z][\w.]*\s*)*(?:[Aa]ll [Rr]ights [Rr]eserved\W*)?$/;
const ANSWER = /^(?:yes|no|yesno|yes\W+no|[👍👎🙂😀😐🙁😞☹\s]+)$/iu;

/** The link to the page before or after this one: a title, which is all that it says. */
const NEIGHBOUR = /^\W*(?:[Pp]revious|[Nn]ext)(?=\P{Ll}|$)|^[←‹]|[→›]$/u;
const TITLE = /^(?:\P{Ll}\S*|an?|and|by|for|in|of|on|the|to|via|with)$/u;
const isNeighbour = ({ text, isLink }: Block) =>
  isLink && NEIGHBOUR.test(text) && !/\d|[{}_=]/.test(text) && text.split(" ").every((word) => TITLE.test(word));

const ABOUT_THE_DOCS = words(
  "llms(?:-full)?\\.txt gitbook markdown documentation docs index question answer query ask asking goal mechanism agents?",
);
const ABOUT_THE_API = words(
  "apis? deprecat\\w* obsolete legacy old sunset\\w* retir\\w* remov\\w* replac\\w* moved moving migrat\\w* longer tokens?" +
    " headers? endpoints? expir\\w* upload\\w* files? limit\\w* version v\\d minutes? hours? seconds? days? mandatory" +
    " sandbox production status",
);
const isAboutTheDocs = (text: string) =>
  text.split(/(?<=[.?!])\s+/).every((sentence) => ABOUT_THE_DOCS.test(sentence) && !ABOUT_THE_API.test(sentence));

/** No furniture says this, whatever else it looks like. */
const WARNING = /deprecat|obsolete|legacy|retire|remov|sunset|beta/i;

/** Instructions for agents are a section of their own, whose sentences and request are about the documentation. */
const INSTRUCTIONS = /^agent instructions\b/i;
const isInstruction = ({ kind, text }: Block) =>
  kind === "code" ? /^GET \S+[?&]ask=\S+$/.test(text) : isAboutTheDocs(text);

/** The blocks of the vendor. `address` is the page's own. */
export function withoutFurniture(blocks: readonly Block[], address: string): Block[] {
  const above = new URL(address).pathname.split("/").slice(1, -1);
  const headings = new Set(blocks.filter(({ kind }) => kind === "heading").map(({ digest }) => digest));
  const isTrail = (text: string) =>
    text.split(/\s*[›>→/]\s*/).every((part) => ["home", ...above].includes(slugOf(part)));
  let isInInstructions = false;
  let isAfterFurniture = false;
  return blocks.filter((block) => {
    const { kind, text, digest, isLink } = block;
    if (kind === "heading") {
      isInInstructions = INSTRUCTIONS.test(text) || (isInInstructions && /^querying\b/i.test(text));
    }
    isAfterFurniture =
      (kind === "heading" && isInInstructions) ||
      (isInInstructions && isInstruction(block)) ||
      (kind === "text" &&
        (isChrome(text) ||
          COPYRIGHT.test(text) ||
          isNeighbour(block) ||
          isTrail(text) ||
          (isAfterFurniture && ANSWER.test(text)) ||
          (isLink && headings.has(digest)) ||
          (/^this (?:web)?site uses cookies\b/i.test(text) && !ABOUT_THE_API.test(text)) ||
          (/\b(?:llms|index)\b/.test(text) && isAboutTheDocs(text))));
    if (WARNING.test(text)) isAfterFurniture = false;
    return !isAfterFurniture;
  });
}
