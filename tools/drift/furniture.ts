/** Removes what the site adds around the vendor's content, by named rules. */
import { readLabel } from "./label.js";
import type { Piece } from "./pieces.js";
import { folded, slugOf } from "./typography.js";

export interface Surroundings {
  /** The page's address. */
  readonly page: string;
  /** The last parts of the addresses of the adjacent pages. */
  readonly siblings: readonly string[];
}

/** Matches any of these words, which are patterns. */
const words = (...lists: string[]) => new RegExp(`\\b(?:${lists.join(" ").split(" ").join("|")})\\b`, "i");

/** Patterns of text that states a fact about the API. */
const FACT_SHAPES = /\d|https?:|[{}_=%]|\p{Ll}\p{Lu}|\.(?:csv|xlsx?|zip)\b|\b(?:POST|PUT|PATCH|DELETE|HEAD)\b/u;
const FACT_WORDS = words(
  // Changes and deprecation.
  "beta preview versions? deprecat\\w* obsolete legacy sunset\\w* retir\\w* remov\\w* replac\\w* moved moving migrat\\w*",
  "discontinu\\w* instead new newer old now soon since until longer chang\\w* renam\\w* phas\\w* shut\\w*",
  // Conditions, and who they apply to.
  "no not never none nor neither without cannot \\w+n't only except unless must shall should may could will would",
  "requir\\w* mandatory optional\\w* needs? needed always expir\\w* valid\\w* invalid\\w* allow\\w* permit\\w* support\\w*",
  "accept\\w* reject\\w* refus\\w* fail\\w* den(?:y|ies|ied) forbid\\w* encrypt\\w* signed sandbox production staging",
  "regions? licen[cs]\\w* plans? customers? tenants? accounts?",
  // How much, how often, how long.
  "limit\\w* max\\w* min(?:imum)? quota\\w* rate throttl\\w* most least up per each every once twice one two three four",
  "five six seven eight nine ten twelve fifteen twenty thirty sixty hundred thousand million half seconds? minutes?",
  "hours? days? weeks? months? years? bytes? [kmg]i?b",
);
/** A sentence has one of these, but after "how" or "a diagram of" it states no fact. */
const VERBS = words("is are was were be been has have had can becomes? uses? used before after");
const DESCRIBES = /^(?:(?:an?|the) )?(?:how|what|where|why|diagram|example|flow|overview|screenshot|sequence|steps)\b/i;

function statesAFact(caption: string): boolean {
  const text = caption.replace(/\b(?:pre-?signed|S3)\b/gi, "");
  return FACT_SHAPES.test(text) || FACT_WORDS.test(text) || (VERBS.test(text) && !DESCRIBES.test(text));
}

const DATE = words(
  "on at ago an? few about last yesterday today just now (?:second|minute|hour|day|week|month|year)s? jan(?:uary)?",
  "feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)? oct(?:ober)? nov(?:ember)? dec(?:ember)?",
  "(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?",
  "\\d{1,4}(?:st|nd|rd|th)? \\d\\dt\\d\\d \\d\\dz [ap]m utc gmt ist",
);
/** The text around the content on GitBook's pages: buttons, menus, links to legal texts. */
const CHROME = new RegExp(
  `^(?:${[
    "copied|copy(?: (?:page|link|code|(?:page )?(?:as )?markdown|to clipboard)(?: for llms)?)?",
    "view (?:this page |page )?(?:as (?:markdown|plain text)|source)|open in (?:chatgpt|claude|perplexity)",
    "edit(?: this page)?(?: on git(?:hub|lab|book))?|(?:print or )?(?:export|download|save)(?: page)?(?: as)? pdf",
    "(?:print|share)(?: this page)?|ask(?: ai| gitbook| a question| the docs| questions about this page)?",
    "search|(?:search )?(?:ctrl|cmd|⌘)\\W*k|subscribe(?: for updates)?|back to top|(?:skip|jump) to (?:main )?content",
    "(?:on|in) this (?:page|article)|(?:table of )?contents|more|menu|home|(?:powered by|built with) gitbook",
    "\\d+ min(?:ute)?s? read|(?:estimated )?reading time\\W+\\d+ min(?:ute)?s?|privacy policy|terms of (?:use|service)",
    "report an issue|(?:give|send|thanks for your) feedback|suggest edits|(?:accept|reject)(?: (?:all|accept|reject))*",
  ].join("|")})$`,
);
const FEEDBACK =
  /^(?=\p{L})(?:(?:(?:was|is) this(?: page| article| content)? (?:helpful|useful)|did this(?: page)? help(?: you)?|rate this page)\b\W*)?(?:(?:yes|no)\b\W*|yesno\W*)*$|^(?:[👍👎🙂😀😐🙁😞☹]|\u{fe0f}|\s)+$/iu;
const COOKIES = /^this (?:web)?site uses cookies\b/i;

const ABOUT_THE_DOCS = words(
  "llms(?:-full)?\\.txt gitbook markdown documentation docs index question answer query ask asking goal mechanism agents?",
);
const ABOUT_THE_API = words(
  "apis? deprecat\\w* obsolete legacy old sunset\\w* retir\\w* remov\\w* replac\\w* moved moving migrat\\w* longer tokens?",
  "headers? endpoints? expir\\w* upload\\w* files? limit\\w* version v\\d minutes? hours? seconds? days? mandatory",
  "sandbox production status",
);

interface Around extends Surroundings {
  /** The page's headings and sentences. */
  readonly headings: ReadonlySet<string>;
  readonly sentences: ReadonlySet<string>;
}
type Rule = (piece: Piece, around: Around) => boolean;

const isText = ({ kind }: Piece) => kind === "prose" || kind === "heading" || kind === "summary";
const isAttribute = (piece: Piece) => piece.kind === "attribute" && piece.text !== "";
/** Whether the whole text is a link, apart from arrows and words such as "Next". */
const isLink = (piece: Piece) =>
  piece.kind === "prose" && /^(?:previous|prev|next|page|[^\p{L}\p{N}])*$/iu.test(piece.unlinked);
const isTitle = (text: string) =>
  text
    .split(/\s+/)
    .every((word) => /^\P{Ll}/u.test(word) || /^(?:an?|and|by|for|in|of|on|the|to|via|with)$/.test(word));
const isNear = (title: string, { page, siblings }: Surroundings) =>
  [...siblings, ...new URL(page).pathname.split("/").filter(Boolean)].includes(slugOf(title));
/** The last part of an address. */
const pageIn = (address: string) => address.replace(/(?:\/|\.md|\/README\.md)$/i, "").replace(/^.*\//, "");
/** The text without surrounding arrows and other marks. */
const bare = (text: string) => folded(text).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

const isSiteAdvice = (text: string) =>
  text.split(/(?<=[.?!])\s+/).every((sentence) => ABOUT_THE_DOCS.test(sentence) && !ABOUT_THE_API.test(sentence));

const NEIGHBOURS =
  /^\W*(?:(?:previous|prev)(?: page)?(?=[\P{Ll}]|$)(?<previous>.*?))?(?:next(?: page)?(?=[\P{Ll}]|$)(?<next>.*))?$/u;

/** Rules by name. The tests have examples for each that it removes, and similar ones that it keeps. */
export const RULES: Readonly<Record<string, Rule>> = {
  "the date of the last change": (piece) => {
    if (!isText(piece)) return false;
    const [, when] =
      /^(?:(?:page )?last (?:updated|modified|edited|reviewed|changed)|updated)\b:?(.*)$/i.exec(
        piece.text.replace(/ by(?: \p{Lu}[\p{L}.]*){1,3}/u, ""),
      ) ?? [];
    const isAgo = /^(?:\d+|an?) \w+ ago$/i.test(piece.text);
    return isAgo || (when !== undefined && (when.match(/[\p{L}\p{N}]+/gu) ?? []).every((word) => DATE.test(word)));
  },
  "a question about the page": (piece) => isText(piece) && FEEDBACK.test(piece.text),
  "a button or a menu of the page": (piece) => isText(piece) && CHROME.test(bare(piece.text)),
  "the notice about cookies": (piece) =>
    isText(piece) && COOKIES.test(piece.text) && !ABOUT_THE_API.test(piece.text) && !/\d/.test(piece.text),
  "the copyright": (piece) => {
    const [, owner] = /^(?:©|\(c\)|copyright\b)(.*?)(?:all rights reserved\W*)?$/i.exec(piece.text) ?? [];
    return (
      isText(piece) &&
      owner !== undefined &&
      (owner.match(/[\p{L}\p{N}]+/gu) ?? []).every((word) => /^[\p{Lu}\d]/u.test(word))
    );
  },
  "the previous or the next page": (piece, around) => {
    if (piece.kind !== "prose") return false;
    const { previous, next } =
      NEIGHBOURS.exec(piece.text.replace(/Previous|Next/g, (word) => word.toLowerCase()))?.groups ?? {};
    const isArrow = isLink(piece) && /^[←‹<"]|[→›>"]$/.test(piece.text);
    const titles = isArrow ? [piece.text] : [previous, next].filter((title) => title !== undefined);
    return (
      titles.length > 0 &&
      titles
        .map((title) => title.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""))
        .every(
          (title) =>
            title === "" || isNear(title, around) || (!statesAFact(title) && (isLink(piece) || isTitle(title))),
        )
    );
  },
  "a link to a page nearby": (piece, around) =>
    piece.kind === "attribute"
      ? piece.of === "content-ref" && (/^\/pages\/\w+$/.test(piece.text) || isNear(pageIn(piece.text), around))
      : isLink(piece) && isNear(pageIn(piece.text), around),
  breadcrumbs: (piece, around) =>
    piece.kind === "prose" &&
    piece.text.split(/\s*[›>→/"]\s*/).every((part) => isNear(part, around) || /^home$/i.test(part)),
  "a repetition of the page": (piece, { headings, sentences }) =>
    (isText(piece) && piece.kind !== "heading" && headings.has(folded(piece.text))) ||
    (isAttribute(piece) && (headings.has(folded(piece.text)) || sentences.has(folded(piece.text)))),
  "a generic title": (piece) => {
    const { isWhole, status, outcome } = readLabel(piece.text);
    const isTitle = piece.kind === "summary" || (piece.kind === "attribute" && /title$/i.test(piece.name));
    return isTitle && isWhole && status === undefined && outcome === undefined;
  },
  "a caption that states no fact": (piece) => {
    const isOfImage =
      piece.kind === "caption" ? piece.of === "image" : piece.kind === "attribute" && piece.of === "img";
    return isOfImage && !statesAFact(piece.text.replace(/^(?:fig(?:ure)?|image)\.? \d+[:.]?/i, ""));
  },
  "the index of the documentation": (piece) =>
    piece.kind === "prose" &&
    [piece.text, ...piece.targets].some((text) => /\bllms\.txt\b/.test(text)) &&
    isSiteAdvice(piece.text),
};

/** The site's instructions on how to query the documentation, up to the next heading that is not part of them. */
const isSiteHeading = (text: string, isSite: boolean) =>
  /^agent instructions\b/i.test(text) || (isSite && /^querying\b/i.test(text));
const isSiteInstruction = (piece: Piece) =>
  piece.kind === "code"
    ? /^GET https?:\S+[?&]ask=\S*$/.test(piece.text.trim())
    : isText(piece) && isSiteAdvice(piece.text);

/** Text that continues in the next piece. */
const BEGINS = /^\W*(?:(?:previous|prev|next)(?: page)?|last (?:updated|modified|edited))\W*$/i;

/** The pieces that no rule removes. */
export function withoutFurniture(pieces: readonly Piece[], surroundings: Surroundings): Piece[] {
  const textsOf = (kind: Piece["kind"]) =>
    new Set(pieces.filter((piece) => piece.kind === kind).map(({ text }) => folded(text)));
  const around = { ...surroundings, headings: textsOf("heading"), sentences: textsOf("prose") };
  const isFurniture = (piece: Piece): boolean => {
    if (Object.values(RULES).some((rule) => rule(piece, around))) return true;
    const parts = piece.kind === "prose" ? piece.text.split(/\s*[|·•]\s*/) : [];
    return parts.length > 1 && parts.every((text) => text === "" || isFurniture({ ...piece, text } as Piece));
  };
  let isSite = false;
  return pieces.filter((piece, i) => {
    if (piece.kind === "heading") isSite = isSiteHeading(piece.text, isSite);
    const above = pieces[i - 1]?.text ?? "";
    const isTaken =
      isFurniture(piece) || (BEGINS.test(above) && isFurniture({ ...piece, text: `${above} ${piece.text}` }));
    return !((piece.kind === "heading" && isSite) || (isSite && isSiteInstruction(piece)) || isTaken);
  });
}
