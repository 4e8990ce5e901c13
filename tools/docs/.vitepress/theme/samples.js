/**
 * Shows the code samples of an operation in one language at a time, and remembers it. The others stay within reach of the
 * browser's find, which brings them up, and of the printer. Without this script all of them are shown.
 */
const KEY = "clear-presign.language";

/** The chosen language. A browser may refuse to store it. */
function remembered(language) {
  try {
    if (language) localStorage.setItem(KEY, language);
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function choose(language) {
  for (const button of document.querySelectorAll(".languages button")) {
    button.setAttribute("aria-pressed", String(button.textContent === language));
  }
  for (const sample of document.querySelectorAll(".sample")) {
    if (sample.dataset.language === language) sample.removeAttribute("hidden");
    else sample.setAttribute("hidden", "until-found");
  }
}

export function samples() {
  if (!document.querySelector(".samples:not(:has(> .languages))")) return;
  for (const group of document.querySelectorAll(".samples:not(:has(> .languages))")) {
    const languages = document.createElement("div");
    languages.className = "languages";
    for (const sample of group.querySelectorAll(".sample")) {
      const { language } = sample.dataset;
      const button = document.createElement("button");
      button.textContent = language;
      button.addEventListener("click", () => {
        choose(language);
        remembered(language);
      });
      sample.addEventListener("beforematch", () => choose(language));
      languages.append(button);
    }
    group.prepend(languages);
  }
  const all = Array.from(document.querySelectorAll(".sample"), ({ dataset }) => dataset.language);
  const stored = remembered();
  choose(all.includes(stored) ? stored : all[0]);
  // Another language than the first may be longer.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
