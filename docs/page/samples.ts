/**
 * Shows the code samples of an operation in one language at a time, and remembers it. The others stay within reach of the
 * browser's find, which brings them up, and of the printer. Without this script all of them are shown.
 */
const KEY = "clear-presign.language";

interface Sample {
  readonly language: string;
  readonly part: HTMLElement;
  readonly button: HTMLButtonElement;
}

/** The chosen language. A browser may refuse to store it. */
function remembered(language?: string): string | null {
  try {
    if (language) localStorage.setItem(KEY, language);
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function samples(): void {
  const all: Sample[] = [];

  function choose(language: string): void {
    for (const { language: own, part, button } of all) {
      const chosen = own === language;
      if (chosen) part.removeAttribute("hidden");
      else part.setAttribute("hidden", "until-found");
      button.setAttribute("aria-pressed", String(chosen));
    }
  }

  for (const group of document.querySelectorAll(".samples")) {
    const languages = document.createElement("div");
    languages.className = "languages";
    for (const heading of group.querySelectorAll("h4")) {
      const language = heading.firstChild?.textContent ?? "";
      const part = document.createElement("div");
      const code = heading.nextElementSibling;
      heading.before(part);
      part.append(heading, ...(code ? [code] : []));
      const button = document.createElement("button");
      button.textContent = language;
      button.addEventListener("click", () => {
        choose(language);
        remembered(language);
      });
      part.addEventListener("beforematch", () => choose(language));
      languages.append(button);
      all.push({ language, part, button });
    }
    group.prepend(languages);
  }
  const first = all[0]?.language ?? "";
  const stored = remembered();
  choose(all.find(({ language }) => language === stored)?.language ?? first);
}
