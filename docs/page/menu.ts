/** Marks where the reader is in the menu, and closes it when a link in it was followed. */
export function menu(): void {
  const nav = document.querySelector<HTMLElement>("#menu");
  if (!nav) return;
  document.documentElement.classList.add("script");
  nav.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLAnchorElement && nav.matches(":popover-open")) nav.hidePopover();
  });

  const links = new Map(
    Array.from(nav.querySelectorAll<HTMLAnchorElement>('a[href^="#"]'), (a) => [a.hash.slice(1), a]),
  );
  const headings = [...document.querySelectorAll("main :is(h2, h3)[id]")].filter(({ id }) => links.has(id));
  const mark = () => {
    // The last heading above the upper third of the window.
    const here = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    for (const [id, link] of links) {
      if (id !== here?.id) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        link.scrollIntoView({ block: "nearest" });
      }
    }
  };
  let due = 0;
  addEventListener("scroll", () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(mark);
  });
  mark();
}
