/** Gives each block of code a button that copies it. */
export function copyButtons(): void {
  for (const code of document.querySelectorAll("pre > code")) {
    const source = code.textContent.trimEnd();
    const button = document.createElement("button");
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source);
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy";
      }, 2000);
    });
    code.before(button);
  }
}
