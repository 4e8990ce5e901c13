/** Searches the page, section by section. */
interface Section {
  readonly id: string;
  /** The title of the document, where the section is a part of one. */
  readonly of: string;
  readonly title: string;
  text: string;
}

const MOST = 20;
const AROUND = 60;

const inOneLine = (text: string | null) => (text ?? "").replace(/\s+/g, " ").trim();

function sections(): Section[] {
  const found: Section[] = [];
  let of = "";
  for (const part of document.querySelectorAll("main :is(h1, h2, h3, h4, h5, p, li, td, th, pre code)")) {
    if (/^H[123]$/.test(part.tagName)) {
      const title = inOneLine(part.firstChild?.textContent ?? "");
      if (part.tagName === "H2") of = title;
      found.push({ id: part.id, of, title, text: "" });
    } else {
      const last = found.at(-1);
      if (last) last.text += ` ${inOneLine(part.textContent)}`;
    }
  }
  return found;
}

/** What stands around the words, or the first of them where they are apart. */
function excerpt(text: string, words: readonly string[]): string {
  const [word = ""] = [words.join(" "), ...words].filter((part) => text.toLowerCase().includes(part));
  const at = text.toLowerCase().indexOf(word);
  const start = Math.max(0, at - AROUND);
  const end = at + word.length + AROUND;
  return `${start > 0 ? "…" : ""}${text.slice(start, end).trim()}${end < text.length ? "…" : ""}`;
}

export function search(): void {
  const form = document.querySelector("search");
  const input = form?.querySelector("input");
  const status = form?.querySelector("p");
  const list = form?.querySelector("ol");
  if (!form || !input || !status || !list) return;
  form.hidden = false;
  const all = sections();

  const show = () => {
    const words = inOneLine(input.value.toLowerCase()).split(" ").filter(Boolean);
    const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
    const found = words.length === 0 ? [] : all.filter(({ of, title, text }) => has(`${of} ${title} ${text}`));
    found.sort((a, b) => Number(has(`${b.of} ${b.title}`)) - Number(has(`${a.of} ${a.title}`)));
    status.textContent = words.length === 0 ? "" : found.length === 0 ? "Nothing found" : `${found.length} found`;
    list.replaceChildren(
      ...found.slice(0, MOST).map(({ id, of, title, text }) => {
        const link = document.createElement("a");
        link.href = `#${id}`;
        const name = document.createElement("b");
        name.textContent = of && of !== title ? `${of}: ${title}` : title;
        link.append(name, " ", excerpt(text, words));
        const entry = document.createElement("li");
        entry.append(link);
        return entry;
      }),
    );
  };
  const clear = () => {
    input.value = "";
    show();
  };

  input.addEventListener("input", show);
  form.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") {
      clear();
      input.focus();
    }
    if (key === "Enter" && document.activeElement === input) list.querySelector("a")?.click();
  });
  list.addEventListener("click", clear);
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Node && !form.contains(target)) clear();
  });
}
